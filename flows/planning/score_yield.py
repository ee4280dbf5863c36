"""How many suppliers would have enough evidence for a score, given which sources answer.

An upper bound: every source is taken to answer for every supplier that it could speak for. The
rule of sufficiency and the weights are those of scoring.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.settings import Settings
from flows.run.request.country_reach import countries_reached
from flows.run.work.stage_types import is_set_up
from scoring.aggregation.evidence_coverage import coverage, is_sufficient, pillars_with_evidence
from scoring.scoring_model import scoring_model
from signals.registry import signals, sources

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Stands for the folder or address that a source would be given.
_PLANNED = "planned"


@dataclass(frozen=True)
class ScoreYield:
    """What the evidence of some sources amounts to.

    Attributes:
        scored: [suppliers] whether the evidence is enough for a score.
        coverage: [suppliers] share of the applicable weight that is observed.
    """

    scored: Flags
    coverage: Floats

    @property
    def number(self) -> int:
        """Suppliers with a score."""
        return int(self.scored.sum())


def score_yield(
    settings: Settings,
    answering: Collection[str],
    reached: Mapping[str, Flags],
    suppliers: pl.DataFrame,
) -> ScoreYield:
    """Who would have a score if exactly some sources answered.

    Args:
        settings: of the run.
        answering: ids of sources that answer.
        reached: [suppliers] by source, whom it could speak for.
        suppliers: columns of `stg_suppliers`.
    """
    planned = _with_sources(settings, answering)
    cards = {name: signal.card for name, signal in signals().items()}
    model = scoring_model(planned, cards, {n: m.CARD for n, m in sources().items()})
    shape = (suppliers.height, len(model.signals))
    present, applicable = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    weights = np.tile(model.weights, (suppliers.height, 1))
    kinds = suppliers.select("sector", "sector_section", "commodity_hs")
    for column, signal in enumerate(model.signals):
        named = cards[signal.signal_id].sources
        # A source that was meant to answer and does not leaves the signal missing, not without
        # meaning; one that is not set up leaves it without meaning.
        set_up = [
            name for name in named if name in planned.sources and is_set_up(planned.sources[name])
        ]
        if not set_up:
            continue
        means_something = np.ones(suppliers.height, dtype=np.bool_)
        if signal.relevance is not None:
            uses = {kind: signal.relevance.use(*kind) for kind in kinds.unique().rows()}
            of_each = [uses[kind] for kind in kinds.rows()]
            means_something = np.array([use.share > 0 for use in of_each], dtype=np.bool_)
            weights[:, column] *= [use.weight for use in of_each]
        countries = countries_reached(sources()[name].CARD for name in set_up)
        if countries:
            means_something &= (
                suppliers["country_iso3"].is_in(sorted(countries)).fill_null(True).to_numpy()
            )
        applicable[:, column] = means_something
        for name in named:
            if name in answering:
                present[:, column] |= reached[name] & means_something
    covered = coverage(present, applicable, weights)
    pillars = pillars_with_evidence(present, model.weights, [s.pillar for s in model.signals])
    missing = model.missing
    enough = is_sufficient(covered, pillars, missing.minimum_coverage, missing.minimum_own_pillars)
    return ScoreYield(enough, covered)


def _with_sources(settings: Settings, answering: Collection[str]) -> Settings:
    """The settings with the answering sources switched on and given somewhere to be read from."""
    changed = {
        name: source.model_copy(
            update={"enabled": True, "mirror": source.mirror or (None if source.url else _PLANNED)}
        )
        if name in answering
        else source
        for name, source in settings.sources.items()
    }
    return settings.model_copy(update={"sources": changed})
