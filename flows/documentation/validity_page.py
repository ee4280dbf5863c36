"""The page of measured validity: what each signal says of suppliers with known cases."""

from __future__ import annotations

import configs
from flows.documentation.markdown import cell, page, table
from signals import registry
from signals.card import MeasuredValidity, Pillar, SignalCard

_TITLE = "Measured validity of signals"
_ABOUT = """This page is generated from the metadata cards. It shows for each signal the
supplier-weighted AUC by sector: the probability that a supplier with a known case has a riskier
value than a supplier of the same sector drawn at random. 0.5 is no information; below 0.5 the
signal points the wrong way. Brackets hold the 90 % interval over whole states. A figure in
parentheses is of a sector to which the signal does not apply by default (the sector groups of the
[configuration](configuration.md)). Known cases are detected ones.

A signal that points the wrong way in most sectors to which it applies has no default weight. A
signal with a weight and without a figure is used on mechanism and literature alone: the cap of
its evidence grade limits its weight (A 1, B 0.75, C 0.5, D 0.25)."""
_MEAN = "mean"


def validity_page() -> str:
    """Every signal outside the context: measured ones with their figures, then the others."""
    settings = configs.load(local=None)
    cards = [
        signal.card
        for signal in registry.signals().values()
        if signal.card.pillar is not Pillar.CONTEXT
    ]
    weights = {card.id: settings.signals[card.id].weight for card in cards}
    measured = [card for card in cards if card.validity]
    parts: list[str] = []
    for data in dict.fromkeys(row.data for card in measured for row in card.validity):
        parts.extend((f"## {data}", _measured(measured, data, weights)))
    parts.append("## On mechanism and literature alone")
    parts.append(
        "No figure by sector here. What the accounts reach on failures of companies is in "
        "[financial](../concepts/financial.md)."
    )
    parts.append(_unmeasured([card for card in cards if not card.validity], weights))
    return page(_TITLE, _ABOUT, *parts)


def _measured(cards: list[SignalCard], data: str, weights: dict[str, float]) -> str:
    rows = {
        card.id: {row.sector: row for row in card.validity if row.data == data} for card in cards
    }
    rows = {name: own for name, own in rows.items() if own}
    sectors = list(dict.fromkeys(sector for own in rows.values() for sector in own))
    sectors = [*(sector for sector in sectors if sector != _MEAN), _MEAN]
    days = sorted({row.measured_on.isoformat() for own in rows.values() for row in own.values()})
    cases = {
        sector: max((own[sector].cases for own in rows.values() if sector in own), default=0)
        for sector in sectors
    }
    shown = table(
        ("signal", "weight", *(f"{sector} ({cases[sector]} cases)" for sector in sectors)),
        (
            (
                f"[`{name}`](signals.md#{name})",
                f"{weights[name]:g}",
                *(_figure(own.get(sector)) for sector in sectors),
            )
            for name, own in rows.items()
        ),
    )
    return f"Measured on {', '.join(days)}.\n\n{shown}"


def _figure(row: MeasuredValidity | None) -> str:
    if row is None:
        return "-"
    text = f"{row.auc:.2f} [{row.low:.2f}, {row.high:.2f}]"
    return cell(text if row.applies else f"({text})")


def _unmeasured(cards: list[SignalCard], weights: dict[str, float]) -> str:
    return table(
        ("signal", "weight", "grade", "basis"),
        (
            (
                f"[`{card.id}`](signals.md#{card.id})",
                f"{weights[card.id]:g}",
                card.evidence_grade.value,
                "mechanism and literature" if weights[card.id] > 0 else "not used",
            )
            for card in sorted(cards, key=lambda card: (weights[card.id] == 0, card.id))
        ),
    )
