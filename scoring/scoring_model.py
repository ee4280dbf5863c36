"""The scoring model: which signals count, how much, and how a value becomes a risk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process

from configs.config_errors import UsageError
from configs.normalisers import Anchors, Normaliser
from configs.settings import Missing, Peers, PriorityBandFloors, Settings
from scoring.change_relevance import ChangeRelevance, change_relevance
from signals.card import EvidenceGrade, Pillar, SignalCard, SourceCard
from signals.fetching.mirror import string_list
from signals.financial.statements import ACCOUNT_SOURCES

#: Exact Owen values enumerate the subsets of a pillar, so their number is bounded.
MAX_SIGNALS_PER_PILLAR = 13


@dataclass(frozen=True)
class ScoredSignal:
    """One signal as the model uses it.

    Attributes:
        signal_id: name of the signal.
        pillar: the group it belongs to.
        weight: flattened: pillar weight x share of the signal in its pillar (among signals that
            can apply to the same kind of supplier) x evidence-grade cap. 0 means measured and
            shown, but never part of the score. For context: its weight among the context signals.
        normaliser: how the value becomes a risk of 0..1.
        direction: 1 where a higher value is riskier, -1 where a lower one is.
        evidence_grade: of the card, A to D.
        shrinks: whether noisy values are shrunk towards their peers before they are read.
        reads_accounts: whether it is read from accounts; its peers are then of the same disclosure
            regime.
        relevance: how much it means for a sector; None: the same for all.
        lineage: what it is observed with, of the sources that are set up for it.
    """

    signal_id: str
    pillar: Pillar
    weight: float
    normaliser: Normaliser
    direction: Literal[1, -1]
    evidence_grade: EvidenceGrade
    shrinks: bool = False
    reads_accounts: bool = False
    relevance: ChangeRelevance | None = None
    lineage: frozenset[str] = frozenset()

    @property
    def is_context(self) -> bool:
        """Whether it is context, shown, but never part of the score."""
        return self.pillar is Pillar.CONTEXT


@dataclass(frozen=True)
class ScoringModel:
    """Everything that decides a score beside the values themselves.

    Attributes:
        version: of the method; scores of different versions are not comparable.
        exponent: of the power mean.
        signals: supplier-specific signals, in the order of the ids.
        context_signals: signals of the context pillar, in the order of the ids; not part of the
            score.
        peers: the levels of peer groups and the least number of members.
        missing: when evidence is too thin for a score, and the quantiles of the bounds.
        priority_bands: lowest score of each priority band.
        top_k: how many suppliers the audit budget allows.
    """

    version: str
    exponent: float
    signals: tuple[ScoredSignal, ...]
    context_signals: tuple[ScoredSignal, ...]
    peers: Peers
    missing: Missing
    priority_bands: PriorityBandFloors
    top_k: int

    @property
    def weights(self) -> NDArray[np.float64]:
        """Flattened weight of each signal of own evidence."""
        return np.array([signal.weight for signal in self.signals])

    @property
    def pillars(self) -> tuple[Pillar, ...]:
        """The pillars that weigh something, in the order of their names."""
        return tuple(sorted({signal.pillar for signal in self.signals if signal.weight > 0}))


def scoring_model(
    settings: Settings,
    cards: Mapping[str, SignalCard],
    sources: Mapping[str, SourceCard] | None = None,
) -> ScoringModel:
    """Put the configuration and the cards together.

    Args:
        settings: the effective configuration.
        cards: the cards of all registered signals, by id.
        sources: the cards of the sources, by id; without, every source stands for itself.

    Raises:
        UsageError: a signal without a card or a card without a weight line, a pillar without a
            weight, anchors that run against the card's direction, a lineage that is no list of
            texts, or no weight above 0.
    """
    if findings := [*_unknown(settings, cards), *_contradictions(settings, cards)]:
        raise UsageError("\n".join(findings))
    scored = [
        _scored_signal(settings, card, _shared_with(settings, card, cards), sources or {})
        for _, card in sorted(cards.items())
    ]
    signals = tuple(signal for signal in scored if not signal.is_context)
    if not any(signal.weight > 0 for signal in signals):
        raise UsageError(
            "configuration key signals: every signal outside the context pillar has weight 0, so "
            "no supplier can be scored; give at least one, and its pillar, a "
            "weight above 0"
        )
    _few_enough_to_explain(signals, cards)
    return ScoringModel(
        version=settings.scoring.version,
        exponent=settings.scoring.exponent,
        signals=signals,
        context_signals=tuple(signal for signal in scored if signal.is_context),
        peers=settings.scoring.peers,
        missing=settings.scoring.missing,
        priority_bands=settings.scoring.priority_bands,
        top_k=settings.scoring.top_k,
    )


def _unknown(settings: Settings, cards: Mapping[str, SignalCard]) -> list[str]:
    """Signals of the configuration without a card, and the other way round, a sentence each."""
    found = []
    for signal_id in settings.signals:
        if signal_id not in cards:
            nearest = process.extractOne(signal_id, list(cards))
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            found.append(f"configuration key signals.{signal_id}: no such signal{hint}")
    found.extend(
        f"configuration key signals.{signal_id}: the signal has no weight line; add one "
        "(weight: 0 measures it without using it)"
        for signal_id in sorted(set(cards) - set(settings.signals))
    )
    return found


def _contradictions(settings: Settings, cards: Mapping[str, SignalCard]) -> list[str]:
    """Goalposts against a direction and pillars without a weight, a sentence each."""
    found = []
    table = settings.scoring.sector_relevance
    for signal_id, card in sorted(cards.items()):
        if signal_id not in settings.signals:
            continue
        common = settings.signals[signal_id].normalise
        found.extend(_against(f"signals.{signal_id}.normalise", common, card.direction))
        if card.pillar is not Pillar.CONTEXT and card.pillar.value not in settings.scoring.pillars:
            found.append(
                f"configuration key scoring.pillars.{card.pillar.value}: signal {card.id} belongs "
                "to this pillar, which has no weight; add one (0 leaves the pillar out)"
            )
        for line in table.sectors:
            stated = line.signals.get(signal_id)
            if stated is not None:
                where = f"scoring.sector_relevance.sectors, group {line.name}, signals.{signal_id}"
                direction = {None: card.direction, "higher": 1, "lower": -1}[stated.riskier]
                found.extend(_against(where, stated.normalise or common, direction))
    return found


def _shared_with(settings: Settings, card: SignalCard, cards: Mapping[str, SignalCard]) -> float:
    """Sum of the signal weights among which the pillar's weight is shared.

    Signals of companies and of sourcing areas never meet in one supplier and take nothing from each
    other. A signal of both has the share that it has for companies, the usual list; a sourcing area
    then gives a pillar with such signals more weight than the base. Signals that no source is set
    up for take nothing either.
    """
    kinds = {"any", "firm" if card.applies_to == "any" else card.applies_to}
    return sum(
        settings.signals[other.id].weight
        for other in cards.values()
        if other.pillar is card.pillar
        and other.applies_to in kinds
        and (other is card or _is_scored_signal(settings, other))
    )


def _is_scored_signal(settings: Settings, card: SignalCard) -> bool:
    """Whether any source of a signal is switched on and has somewhere to be read from."""
    return any(_is_set_up(settings, name) for name in card.sources)


def _is_set_up(settings: Settings, source_id: str) -> bool:
    line = settings.sources.get(source_id)
    return line is None or (line.enabled and (line.mirror is not None or line.url != ""))


def _lineage(
    settings: Settings, card: SignalCard, sources: Mapping[str, SourceCard]
) -> frozenset[str]:
    """What a signal is observed with: of each source set up, as its options say or its card."""
    found: set[str] = set()
    for name in [name for name in card.sources if _is_set_up(settings, name)] or card.sources:
        line = settings.sources.get(name)
        reported = string_list(name, line.options if line else {}, "lineage")
        of_card = sources[name].lineage if name in sources else ()
        found.update(reported or of_card or (name,))
    return frozenset(found)


def _scored_signal(
    settings: Settings,
    card: SignalCard,
    shared_weight: float,
    sources: Mapping[str, SourceCard],
) -> ScoredSignal:
    line = settings.signals[card.id]
    cap = settings.scoring.evidence_grade_caps[card.evidence_grade.value]
    pillar_weight = (
        1.0 if card.pillar is Pillar.CONTEXT else settings.scoring.pillars[card.pillar.value]
    )
    share = line.weight / shared_weight if shared_weight > 0 else 0.0
    return ScoredSignal(
        signal_id=card.id,
        pillar=card.pillar,
        weight=pillar_weight * share * cap,
        normaliser=line.normalise,
        direction=card.direction,
        evidence_grade=card.evidence_grade,
        shrinks=line.shrink,
        reads_accounts=not set(card.sources).isdisjoint(ACCOUNT_SOURCES),
        relevance=change_relevance(settings.scoring.sector_relevance, card.change_type, card.id),
        lineage=_lineage(settings, card, sources),
    )


def _few_enough_to_explain(
    signals: tuple[ScoredSignal, ...], cards: Mapping[str, SignalCard]
) -> None:
    """Of signals that can meet in one supplier: those of companies and of areas never do."""
    count: Counter[Pillar] = Counter()
    for kind in ("firm", "sourcing_area"):
        count |= Counter(
            signal.pillar
            for signal in signals
            if signal.weight > 0 and cards[signal.signal_id].applies_to in ("any", kind)
        )
    for pillar, weighted in sorted(count.items()):
        if weighted > MAX_SIGNALS_PER_PILLAR:
            raise UsageError(
                f"configuration key signals: {weighted} signals of pillar {pillar} weigh more than "
                f"0, but exact explanations take at most {MAX_SIGNALS_PER_PILLAR}; set the "
                "weight of some to 0"
            )


def _against(key: str, normaliser: Normaliser, direction: int) -> list[str]:
    """A sentence where goalposts run against the direction of risk; empty: they do not."""
    if not isinstance(normaliser, Anchors):
        return []
    if (normaliser.ceiling > normaliser.floor) == (direction == 1):
        return []
    riskier = "higher" if direction == 1 else "lower"
    return [
        f"configuration key {key}: a {riskier} value is riskier, but the anchors run from floor "
        f"{normaliser.floor:g} to ceiling {normaliser.ceiling:g}; exchange floor and ceiling"
    ]
