"""Estimated weights as lines of a configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from configs.settings import Settings
from signals.card import SignalCard

_DECIMALS = 6


def weight_lines(
    settings: Settings, cards: Mapping[str, SignalCard], weights: Mapping[str, float]
) -> dict[str, Any]:
    """`scoring.pillars` and `signals` so that the flattened weights are the ones given.

    A flattened weight is pillar weight x share of the signal in its pillar x cap of its evidence
    grade; the cap is taken out here, as it comes back when the model is made. A learned signal
    of weight 0 keeps its line with weight 0; signals and pillars without a estimated weight keep
    theirs, and a pillar's weight is the sum of its learned signals.

    Args:
        settings: the effective configuration; its caps hold.
        cards: of all signals.
        weights: signal to its share among the learned ones.
    """
    caps = settings.scoring.evidence_grade_caps
    of_pillar: dict[str, dict[str, float]] = {}
    for name, weight in weights.items():
        cap = caps[cards[name].evidence_grade.value]
        of_pillar.setdefault(cards[name].pillar.value, {})[name] = weight / cap if cap > 0 else 0.0
    pillars, lines = {}, {}
    for pillar, inside in of_pillar.items():
        total = sum(inside.values())
        pillars[pillar] = round(total, _DECIMALS)
        for name, weight in inside.items():
            lines[name] = {"weight": round(weight / total, _DECIMALS) if total > 0 else 0.0}
    return {"scoring": {"pillars": pillars}, "signals": lines}
