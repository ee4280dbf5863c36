"""Keys of sources: which environment variables hold them, and which may be filled into addresses.

A profile may come from someone else: an address in it must not be able to name any secret of the
environment and send it away.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from configs.config_errors import UsageError
from configs.settings import Settings, Source
from signals.access import AccessKind
from signals.card import SourceCard
from signals.registry import sources

PAGE = "docs/reference/keys.md"

_PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


def key_values(card: SourceCard, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables that a card names, as far as the environment holds them."""
    return {name: environment[name] for name in card.access.variables if environment.get(name)}


def missing_variables(
    card: SourceCard, environment: Mapping[str, str] = os.environ
) -> tuple[str, ...]:
    """The variables that a card names and the environment does not hold."""
    return tuple(name for name in card.access.variables if not environment.get(name))


def is_key_missing(
    card: SourceCard,
    settings: Settings,
    reason: str,
    environment: Mapping[str, str] = os.environ,
) -> bool:
    """Whether a source was not read because a key or `download.contact` is not set.

    Args:
        card: of the source.
        settings: of the run.
        reason: why the source was not read; it names the variable or setting that is missing.
        environment: where keys are looked up.
    """
    lacks_contact = "@" not in settings.download.contact and "download.contact" in reason
    return lacks_contact or any(name in reason for name in missing_variables(card, environment))


def reject_foreign_variables(settings: Settings) -> None:
    """Check the addresses of all sources that are switched on.

    Raises:
        UsageError: an address names a variable that is not on the card of its source.
    """
    findings = [
        f"sources.{name}.url: {{{variable}}} is not a variable of this source; "
        + (
            f"use {{{'} or {'.join(module.CARD.access.variables)}}}"
            if module.CARD.access.variables
            else f"remove it: the source needs no key ({PAGE})"
        )
        for name, module in sources().items()
        if name in settings.sources and settings.sources[name].enabled
        for variable in _named(settings.sources[name])
        if variable not in module.CARD.access.variables
    ]
    if findings:
        raise UsageError("; ".join(findings))


def access_text(card: SourceCard) -> str:
    """What access takes, in a few words for a table."""
    access = card.access
    words = {
        AccessKind.NONE: "no key",
        AccessKind.FREE_KEY: "free key",
        AccessKind.FREE_ACCOUNT: "free account",
        AccessKind.PAID: "paid",
        AccessKind.OWN_DATA: "your own data",
    }[access.kind]
    if not access.variables:
        return words
    optional = "" if access.required else ", optional"
    return f"{words} in {', '.join(access.variables)}{optional}"


def _named(source: Source) -> list[str]:
    texts = [source.url, *(value for value in source.options.values() if isinstance(value, str))]
    return list(dict.fromkeys(name for text in texts for name in _PLACEHOLDER.findall(text)))
