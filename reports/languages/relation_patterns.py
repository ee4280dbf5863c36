"""Sentences about relations with parts in them: what ties a supplier to a company on a list.

`{company}` and `{other}` are the ends of a step, `{origin}` the title of its source, `{detail}` a
share, an identifier or goods.
"""

from __future__ import annotations

import re

from suppliers.relations.path_text import OWN_LIST, RELATION_TITLES, STEP_PHRASES

_STEPS = tuple(
    dict.fromkeys(
        f"{{company}} {phrase.replace('{to}', '{other}').replace('{note}', '{detail}')}"
        for both in STEP_PHRASES.values()
        for phrase in both
    )
)
#: Of a path: each step, then its source and what else the source gives.
RELATION_PATTERNS: tuple[str, ...] = (
    *_STEPS,
    "{step} ({origin})",
    "{step} ({origin}, since {day})",
    "{step} ({origin}, since {day}, {detail})",
    "1 shipment, on {day}",
    "1 shipment, on {day}: {detail}",
    "{count} shipments, the last on {day}",
    "{count} shipments, the last on {day}: {detail}",
    "Step {count}: {relation}",
)
RELATION_PHRASES: tuple[str, ...] = (
    OWN_LIST, *RELATION_TITLES.values(), "control", "company number", "identifier",
)  # fmt: skip
_VERBS = sorted(
    {step.removeprefix("{company}").partition("{")[0] for step in _STEPS}, key=len, reverse=True
)
#: A step holds text of its own, which counts where another pattern fits too.
LONGEST_STEP = max(_STEPS, key=len)
#: What a company looks like: any text that does not go on to the next step of a path.
COMPANY_SHAPE = r"(?:(?!\); ).)+?"
#: What a step looks like: one of their verbs between companies, so that no other text is one.
STEP_SHAPE = f"{COMPANY_SHAPE}(?:{'|'.join(re.escape(verb) for verb in _VERBS)}){COMPANY_SHAPE}"
