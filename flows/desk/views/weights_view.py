"""What the page of weights shows, and the weights of its form."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from configs.config_errors import UsageError
from reports.languages.catalogue import message
from reports.tables.shown_figures import percent_text, points_text
from reports.wording import PILLAR_LABELS

_MOST = 1000.0
_SIGNALS = 20


def weights_of(form: Mapping[str, str], signals: Iterable[str]) -> dict[str, float]:
    """The weights of a form: `w-SIGNAL` for each.

    Raises:
        UsageError: a weight is not a number from 0 on, or all are 0.
    """
    found = {}
    for name in signals:
        text = form.get(f"w-{name}", "").strip().replace(",", ".")
        try:
            weight = float(text)
        except ValueError as error:
            raise UsageError(
                f"the weight of {name} is not a number; write one such as 1.5"
            ) from error
        if not math.isfinite(weight) or not 0 <= weight <= _MOST:
            raise UsageError(f"the weight of {name} is not between 0 and {_MOST:.0f}; correct it")
        found[name] = weight
    if not any(found.values()):
        raise UsageError(
            message("every weight is 0, so that nothing could be ranked; give one to a signal")
        )
    return found


def pillars_shown(
    cards: Mapping[str, Any], current: Mapping[str, float], tried: Mapping[str, float]
) -> list[dict[str, Any]]:
    """The signals by pillar, with the weight in use and the one that was tried.

    Args:
        cards: by signal.
        current: weights in the settings of the list.
        tried: weights of the last attempt.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for name, weight in current.items():
        card = cards[name]
        found.setdefault(card.pillar.value, []).append(
            {
                "id": name,
                "title": card.title,
                "grade": card.evidence_grade.value,
                "current": f"{weight:g}",
                "tried": f"{tried.get(name, weight):g}",
            }
        )
    return [
        {"label": PILLAR_LABELS[pillar], "signals": signals}
        for pillar in PILLAR_LABELS
        if (signals := found.get(pillar))
    ]


def trial_shown(result: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    """What other weights would change.

    Args:
        result: `weights.json`.
        titles: of signals by id.
    """
    shares = [
        {
            "title": titles.get(one["signal_id"], one["signal_id"]),
            **{
                name: _share(one[name])
                for name in ("nominal_share_before", "variance_share_before",
                             "nominal_share_after", "variance_share_after")
            },
        }
        for one in sorted(
            result["signals"], key=lambda one: -(one["variance_share_after"] or 0.0)
        )[:_SIGNALS]
    ]  # fmt: skip
    validation = result["validation"]
    return {
        "run_id": result["run_id"],
        "top_k": result["top_k"],
        "tau": "–" if result["tau"] is None else f"{result['tau']:.2f}",
        "overlap": _share(result["top_overlap"]),
        "enter": len(result["enter"]),
        "leave": len(result["leave"]),
        "moves": [
            {
                **one,
                "scores": " → ".join(
                    "–" if one[name] is None else points_text(one[name])
                    for name in ("score_before", "score_after")
                ),
            }
            for one in result["moves"]
        ],
        "signals": shares,
        "dominant": [
            {
                "title": titles.get(one["signal_id"], one["signal_id"]),
                "share": percent_text(one["variance_share"]),
            }
            for one in result["dominant"].get("what-if", [])
        ],
        "uneven": result["uneven"],
        "sentences": [] if validation is None else validation["sentences"],
        "sectors": [] if validation is None else [
            {**one, "auc": _interval(one)} for one in validation["sectors"]
        ],
    }  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else percent_text(value)


def _interval(one: Mapping[str, Any]) -> tuple[float, float | None, float | None] | None:
    """A figure with the bounds of its interval, where it has one."""
    return None if one["auc"] is None else (one["auc"], one["auc_low"], one["auc_high"])
