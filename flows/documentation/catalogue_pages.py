"""The pages of signals and sources: their metadata cards, with the configured weights."""

from __future__ import annotations

import configs
from configs.normalisers import Anchors, Threshold
from configs.settings import SignalSettings
from flows.documentation.markdown import cell, code, code_cell, page, table
from flows.run.request.source_keys import access_text
from signals import registry
from signals.card import Pillar, SignalCard, SourceCard

_SIGNALS = """This page is generated from the metadata card in each signal's file and from
`configs/base.yaml`. `understory signals --format json` prints the same catalogue for programs. A
weight is relative to the other signals of the pillar; weight 0 means that the signal is measured
and reported, and counts for nothing. The evidence grade says how well the link to labour outcomes
is established, from A (causal) to D (plausible only)."""
_SOURCES = """This page is generated from the metadata card in each source's file.
`understory sources` shows where each source would be read from under your configuration. A source
without an address is read only from a local folder (`sources.<id>.mirror`)."""
_COLLECTION = {
    "public_record": "public record",
    "remote_sensing": "remote sensing",
    "buyer_own": "the buyer's own records",
    "supplier_volunteered": "given by the supplier",
}


def signals_page() -> str:
    """Every signal, by pillar."""
    settings = configs.load(local=None).signals
    parts = []
    for pillar in Pillar:
        cards = [s.card for s in registry.signals().values() if s.card.pillar is pillar]
        parts.append(f"## {pillar.value.replace('_', ' ').capitalize()}")
        parts.append(_signal_summary(cards, settings))
        parts.extend(_signal(card, settings.get(card.id)) for card in cards)
    return page("Signals", _SIGNALS, *parts)


def sources_page() -> str:
    """Every source, by id."""
    cards = [module.CARD for module in registry.sources().values()]
    summary = table(
        ("source", "publisher", "licence", "title"),
        (
            (
                f"[`{card.id}`](#{card.id})",
                cell(card.publisher),
                cell(card.licence.id),
                cell(card.title),
            )
            for card in cards
        ),
    )
    return page("Sources", _SOURCES, summary, *map(_source, cards))


def _signal_summary(cards: list[SignalCard], settings: dict[str, SignalSettings]) -> str:
    return table(
        ("signal", "weight", "grade", "title"),
        (
            (
                f"[`{card.id}`](#{card.id})",
                f"{settings[card.id].weight:g}" if card.id in settings else "0",
                card.evidence_grade.value,
                cell(card.title),
            )
            for card in cards
        ),
    )


def _signal(card: SignalCard, settings: SignalSettings | None) -> str:
    riskier = "higher" if card.direction == 1 else "lower"
    low, high = card.valid_range
    facts = [
        ("unit", cell(card.unit)),
        ("riskier when", riskier),
        ("normalisation", cell(_normalisation(settings))),
        ("applies to", cell(card.applies_to.replace("_", " "))),
        ("measured per", cell(card.support)),
        ("long lists", "computed in parts" if card.is_per_supplier else "computed as a whole"),
        ("sources", ", ".join(f"[`{name}`](sources.md#{name})" for name in card.sources)),
        ("input tables", ", ".join(map(code, card.inputs))),
        ("valid range", f"{low:g} to {high:g}"),
        ("publication lag", cell(card.lag)),
        ("too old after", f"{card.max_age_days} days"),
        ("ILO indicators", cell(_ilo(card))),
    ]
    return "\n\n".join(
        (
            f"### {card.id}",
            card.title + ".",
            table(("property", "value"), facts),
            "What it cannot show:",
            "\n".join(f"- {' '.join(limit.split())}" for limit in card.limits),
            "References:",
            "\n".join(f"- {' '.join(reference.split())}" for reference in card.references),
        )
    )


def _normalisation(settings: SignalSettings | None) -> str:
    if settings is None:
        return "none configured"
    normaliser = settings.normalise
    if isinstance(normaliser, Anchors):
        return (
            f"0 at {normaliser.floor:g}, 1 at {normaliser.ceiling:g}, linear between; "
            f"source: {normaliser.anchor_source}"
        )
    if isinstance(normaliser, Threshold):
        return f"1 at or beyond {normaliser.at:g}, else 0"
    return {"peer_percentile": "rank among peers", "robust_z": "robust z-score among peers"}[
        normaliser.method
    ]


def _ilo(card: SignalCard) -> str:
    return "; ".join(
        f"{link.indicator.value.replace('_', ' ')} (strength {link.strength} of 3, {link.path})"
        for link in card.ilo
    )


def _source(card: SourceCard) -> str:
    few, many = card.expected_rows
    facts = [
        ("publisher", cell(card.publisher)),
        ("address", f"<{card.url}>"),
        ("licence", f"[{cell(card.licence.id)}]({card.licence.url})"),
        ("values may be redistributed", _yes_no(card.licence.redistributable)),
        ("commercial use", _yes_no(card.licence.commercial_use)),
        ("share alike", _yes_no(card.licence.share_alike)),
        ("collected as", _COLLECTION[card.collection.value]),
        ("held by", cell(card.held_by)),
        ("observed with", cell(", ".join(card.lineage))),
        ("role", card.role),
        ("published", card.cadence),
        ("publication lag", f"{card.publication_lag_days} days"),
        ("coverage", cell(card.coverage)),
        ("expected rows", f"{few:,} to {many:,}"),
        ("access", cell(access_text(card))),
        ("limits", _limits(card)),
        ("hosts of links", cell(", ".join(card.hosts))),
        ("accounts for its input by", ", ".join(card.counts)),
        ("cite as", cell(card.citation)),
        ("form verified", cell(card.form_verified)),
        ("signals", _signals_of(card.id)),
    ]
    return "\n\n".join((f"## {card.id}", card.title + ".", table(("property", "value"), facts)))


def _limits(card: SourceCard) -> str:
    """Bounds in a run; the keys of `source_limits` in their sequence."""
    limits = card.limits
    apart = "; read in a process of its own" if card.is_isolated else ""
    return (
        f"{limits.pull_seconds / 3600:g} h to fetch, {limits.stage_seconds / 3600:g} h to read, "
        f"{limits.requests:,} requests, {_size(limits.bytes)} fetched, "
        f"{_size(limits.unpacked_bytes)} a file once unpacked, {limits.nesting} levels of JSON, "
        f"{limits.rows:,} rows, {_size(limits.memory_bytes)} of memory{apart}"
    )


def _size(size: int) -> str:
    return f"{size / 1e9:g} GB" if size >= 1e9 else f"{size / 1e6:g} MB"


def _signals_of(source_id: str) -> str:
    using = [s.card.id for s in registry.signals().values() if source_id in s.card.sources]
    return ", ".join(f"[`{name}`](signals.md#{name})" for name in using) or code_cell("")


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
