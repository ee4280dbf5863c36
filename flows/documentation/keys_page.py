"""The page of keys: what access to each source takes, from the cards."""

from __future__ import annotations

from collections.abc import Sequence

from flows.documentation.markdown import cell, code, page, table
from signals import registry
from signals.access import AccessKind
from signals.card import SourceCard

_INTRODUCTION = """This page is generated from the metadata card in each source's file. Keys are
read from environment variables, never from a configuration file, and appear in no log, manifest or
stored address. Only the variables below are filled into addresses, each for its own source alone.
`understory sources plan --suppliers FILE` shows which key would help most with your list, and
`understory sources` shows what each source needs. Prices and waiting times change: check them at
the address of registration."""

_SECTIONS = (
    (AccessKind.FREE_KEY, "Free keys", "Set the variable in the environment of the program."),
    (
        AccessKind.FREE_ACCOUNT,
        "Free accounts",
        "Download the files with the account, then name their folder as `sources.<id>.mirror`.",
    ),
    (AccessKind.PAID, "Paid", "Switched off unless you switch them on."),
    (AccessKind.NONE, "Without a key", "These need neither key nor account."),
    (AccessKind.OWN_DATA, "Your own data", "Name the folder as `sources.<id>.mirror`."),
)


def keys_page() -> str:
    """Every source by what access to it takes."""
    cards = [module.CARD for module in registry.sources().values()]
    parts = []
    for kind, title, note in _SECTIONS:
        chosen = [card for card in cards if card.access.kind is kind]
        if chosen:
            parts += [f"## {title}", note, _table(kind, chosen)]
    return page("Keys and accounts", _INTRODUCTION, *parts)


def _table(kind: AccessKind, cards: Sequence[SourceCard]) -> str:
    if kind is AccessKind.OWN_DATA:
        return table(("source", "what it adds"), ((_link(c), cell(c.access.adds)) for c in cards))
    if kind is AccessKind.NONE:
        return table(
            ("source", "what it adds", "not read by default because"),
            ((_link(c), cell(c.access.adds), cell(c.access.off_because)) for c in cards),
        )
    header = ("source", "variable", "register at", "price", "waiting time", "what it adds")
    return table(
        header,
        (
            (
                _link(card),
                ", ".join(map(code, card.access.variables)) or cell(""),
                f"<{card.access.register_at}>",
                cell(card.access.price),
                cell(card.access.waiting_time),
                cell(card.access.adds + ("" if card.access.required else " (key optional)")),
            )
            for card in cards
        ),
    )


def _link(card: SourceCard) -> str:
    return f"[`{card.id}`](sources.md#{card.id})"
