"""The financial pillar as shipped, on data that did not come through a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

import configs
from configs.normalisers import Anchors
from scoring.aggregation.power_mean import power_mean
from scoring.scoring_model import ScoredSignal, scoring_model
from signals.card import Pillar
from signals.registry import signals

Floats = NDArray[np.float64]

_ACCOUNTS = "accounts_csv"


def pillar_signals() -> dict[str, ScoredSignal]:
    """Signals of the financial pillar that weigh something for companies, by id.

    As in a run with a folder of accounts: signals that no source is set up for share no weight.
    """
    cards = {name: signal.card for name, signal in signals().items()}
    with_accounts = configs.load(
        changes={"sources": {_ACCOUNTS: {"mirror": "accounts"}}}, local=None
    )
    model = scoring_model(with_accounts, cards)
    return {
        signal.signal_id: signal
        for signal in model.signals
        if signal.pillar is Pillar.FINANCIAL
        and signal.weight > 0
        and cards[signal.signal_id].applies_to != "sourcing_area"
    }


def risk_of(signal: ScoredSignal, values: Floats) -> Floats:
    """Values to risks by the shipped anchors; NaN stays.

    Raises:
        ValueError: the signal is normalised by something else than anchors.
    """
    if not isinstance(signal.normaliser, Anchors):
        raise ValueError(f"{signal.signal_id}: its normaliser needs peers; this one has none")
    floor, ceiling = signal.normaliser.floor, signal.normaliser.ceiling
    return np.clip((values - floor) / (ceiling - floor), 0.0, 1.0)


def pillar_score(values: Mapping[str, Floats]) -> tuple[Floats, list[str]]:
    """The pillar's power mean over the signals given, as a run would have it.

    A missing value takes no part; how many are missing has no say.

    Args:
        values: signal id to values per company, NaN where missing; ids that weigh nothing are left.

    Returns:
        Score 0 to 1 per company (NaN without any value), and the ids that took part.
    """
    weighted = pillar_signals()
    used = sorted(set(values) & set(weighted))
    risks = np.column_stack([risk_of(weighted[name], values[name]) for name in used])
    weights = np.array([weighted[name].weight for name in used])
    exponent = configs.load(local=None).scoring.exponent
    return power_mean(risks, weights, exponent), used
