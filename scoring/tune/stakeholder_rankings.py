"""The list under the weights of each group: who is at the top whoever is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from configs.config_errors import UsageError
from scoring.aggregation.power_mean import mid_ranks, power_mean, tied_ranks
from scoring.aggregation.priority_bands import SCORE_DECIMALS
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.scoring_model import ScoringModel
from scoring.tune.elicitation import GroupWeights

Floats = NDArray[np.float64]

#: The weights of the configuration, beside those of the groups.
DEFAULT = "default"
_DRAWS = 200


def reweighted(
    model: ScoringModel, shares: Mapping[str, float], pillar_weights: Mapping[str, float]
) -> ScoringModel:
    """The model with the shares of a group in place of its own.

    Pillars: a pillar's share takes the place of its base weight; the signals in it keep their
    shares and evidence-grade caps. Signals: a share takes the place of the flattened weight. What
    was not voted on keeps its weight, and what was voted on keeps its sum.

    Args:
        model: the model.
        shares: by pillar or by signal.
        pillar_weights: base weights of the pillars.

    Raises:
        UsageError: what was voted on weighs nothing.
    """
    if set(shares) <= set(pillar_weights):
        total = sum(pillar_weights[name] for name in shares)
        lacking = [name for name in shares if pillar_weights[name] == 0]
        if lacking:
            raise UsageError(
                f"pillar {lacking[0]} was voted on but weighs 0; give scoring.pillars."
                f"{lacking[0]} a weight above 0 first"
            )
        factor = {name: share * total / pillar_weights[name] for name, share in shares.items()}
        signals = tuple(
            replace(signal, weight=signal.weight * factor.get(signal.pillar.value, 1.0))
            for signal in model.signals
        )
    else:
        total = sum(signal.weight for signal in model.signals if signal.signal_id in shares)
        if total == 0:
            raise UsageError("the signals voted on all weigh 0; give one a weight above 0 first")
        signals = tuple(
            replace(signal, weight=shares[signal.signal_id] * total)
            if signal.signal_id in shares
            else signal
            for signal in model.signals
        )
    return replace(model, signals=signals)


def group_ranks(
    normalised: NormalisedSignals,
    has_score: NDArray[np.bool_],
    model: ScoringModel,
    groups: Sequence[GroupWeights],
    pillar_weights: Mapping[str, float],
    seed: int = 0,
) -> pl.DataFrame:
    """Rank the suppliers with a score under the weights of each group.

    Args:
        normalised: the normalised signals of the list.
        has_score: [suppliers] who is ranked.
        model: weights and exponent of the configuration.
        groups: what each group would weigh.
        pillar_weights: base weights of the pillars.
        seed: of the draws from the groups' Dirichlet distributions.

    Returns:
        One row per supplier with a score: supplier_id; per group g and for the configuration
        (`default`) score_g, rank_g; p_top_k_g where the votes give a concentration (share of 200
        draws of the group's weights with the supplier in the top k); then groups_in_top_k,
        in_top_k_of_all and in_top_k_of_any (of the groups). By mean rank of the groups.
    """
    risk = normalised.own.risk[has_score]
    group_weight = normalised.own.group_weight[has_score]
    columns: dict[str, object] = {
        "supplier_id": normalised.supplier_ids.filter(pl.Series(has_score))
    }
    inside = np.zeros(risk.shape[0], dtype=np.int64)
    total_rank = np.zeros(risk.shape[0])
    for name, shares in ((DEFAULT, None), *((g.group, g.shares) for g in groups)):
        weighted = model if shares is None else reweighted(model, shares, pillar_weights)
        score = np.round(
            100 * power_mean(risk, group_weight * weighted.weights, model.exponent), SCORE_DECIMALS
        )
        place, _ = tied_ranks(score)
        columns[f"score_{name}"] = pl.Series(score, nan_to_null=True)
        columns[f"rank_{name}"] = pl.Series(place, dtype=pl.Int32).replace(0, None)
        if shares is not None:
            inside += (place > 0) & (place <= model.top_k)
            total_rank += np.where(place > 0, place, risk.shape[0])
    for number, group in enumerate(groups):
        if group.concentration is not None:
            columns[f"p_top_k_{group.group}"] = _probability_of_top(
                risk,
                group_weight,
                model,
                group,
                pillar_weights,
                np.random.default_rng([seed, number]),
            )
    return (
        pl.DataFrame(columns)
        .with_columns(
            groups_in_top_k=pl.Series(inside),
            in_top_k_of_all=pl.Series(inside == len(groups)),
            in_top_k_of_any=pl.Series(inside > 0),
            order=pl.Series(total_rank),
        )
        .sort("order", "supplier_id")
        .drop("order")
    )


def _probability_of_top(
    risk: Floats,
    group_weight: Floats,
    model: ScoringModel,
    group: GroupWeights,
    pillar_weights: Mapping[str, float],
    generator: np.random.Generator,
) -> Floats:
    items = list(group.shares)
    alpha = np.array([group.shares[item] for item in items]) * (group.concentration or 0.0)
    inside = np.zeros(risk.shape[0])
    for drawn in generator.dirichlet(np.maximum(alpha, 1e-6), size=_DRAWS):
        shares = dict(zip(items, drawn.tolist(), strict=True))
        weights = reweighted(model, shares, pillar_weights).weights
        rank = mid_ranks(power_mean(risk, group_weight * weights, model.exponent))
        inside += np.nan_to_num(rank, nan=np.inf) <= model.top_k
    return inside / _DRAWS
