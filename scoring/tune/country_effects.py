"""What the country of a supplier does to its score beyond the supplier's own signals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as student
from statsmodels.regression.linear_model import OLS

from scoring.aggregation.aggregate import score_of_evidence
from scoring.normalisation.normalise import SignalScale
from scoring.normalisation.normalised_signals import NormalisedSignals
from scoring.normalisation.peer_groups import peer_groups
from scoring.normalisation.shrinkage import shrink_to_peers
from scoring.normalisation.signal_reading import Comparison
from scoring.scoring_model import ScoringModel
from scoring.simulation.rank_uncertainty import row_keys

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

#: Countries that a slope on the income of countries needs.
MIN_COUNTRIES = 5
#: Every tenth supplier is given another label.
_SWAPPED_IN = 10
#: A sample of a longer list gives the same result.
_MAX_SUPPLIERS = 50_000
_SAME_SCORE = 1e-6
_DOUBLING = float(np.log(2))


@dataclass(frozen=True)
class IncomeSlope:
    """How scores follow the income of the country (natural logarithm of GDP per head).

    Attributes:
        suppliers: with a score and a known income.
        countries: of these.
        slope: points per unit of the logarithm, nothing else taken into account.
        r_squared: share of the spread of scores that goes with it.
        residual_slope: what is left after the supplier's own signals.
        residual_stderr: clustered by country.
        residual_r_squared: share of the spread left by the own signals that goes with income.
    """

    suppliers: int
    countries: int
    slope: float
    r_squared: float
    residual_slope: float
    residual_stderr: float
    residual_r_squared: float

    @property
    def sentence(self) -> str:
        """For the reader, per doubling of the income; 95 % by t of the countries less one."""
        half = float(student.ppf(0.975, self.countries - 1)) * self.residual_stderr
        ends = [_points(_DOUBLING * (self.residual_slope + sign * half)) for sign in (-1, 1)]
        return (
            f"Where GDP per head is twice as high, scores change by "
            f"{_points(_DOUBLING * self.slope)} points ({self.r_squared:.0%} of their spread goes "
            f"with income); among suppliers with the same own signals by "
            f"{_points(_DOUBLING * self.residual_slope)} ({ends[0]} to {ends[1]}). "
            f"{self.suppliers:,} suppliers of {self.countries} countries."
        )


@dataclass(frozen=True)
class CountryPermutation:
    """What another country label alone does, every signal and the reference staying as they are.

    Attributes:
        swapped: suppliers with a score that were given the label of another region.
        changed: those whose score changed.
        mean_change: mean absolute change of all that were swapped, in points.
        largest_change: the largest.
    """

    swapped: int
    changed: int
    mean_change: float
    largest_change: float

    @property
    def sentence(self) -> str:
        """For the reader."""
        return (
            f"Given the label of another region and nothing else, {self.changed:,} of "
            f"{self.swapped:,} suppliers tried change their score, by {self.mean_change:.2f} "
            f"points on average and {self.largest_change:.2f} at most."
        )


def _points(change: float) -> str:
    # Adding nothing turns a rounded -0 into 0.
    return f"{round(change, 2) + 0.0:+.2f}"


def income_slope(
    groups: pl.DataFrame, scores: pl.DataFrame, normalised: NormalisedSignals, model: ScoringModel
) -> IncomeSlope | None:
    """Slope of the score on log GDP per head, before and after own signals.

    Both are freed of the own signals by least squares first (Frisch, Waugh and Lovell). A signal
    enters with its risk and with whether it is there, so a missing one is no value.

    Args:
        groups: supplier_id (ascending, as in `normalised`), country_iso3, gdp_per_head_usd.
        scores: supplier_id, score.
        normalised: the normalised signals of the list.
        model: what was scored with.

    Returns:
        None with fewer than 5 countries of known income, or where nothing is left to explain.
    """
    joined = groups.join(scores, on="supplier_id", how="left", maintain_order="left")
    gdp = joined["gdp_per_head_usd"].to_numpy()
    score = joined["score"].to_numpy()
    used = np.isfinite(gdp) & np.isfinite(score) & (np.nan_to_num(gdp) > 0)
    countries = joined["country_iso3"].filter(pl.Series(used))
    if countries.n_unique() < MIN_COUNTRIES:
        return None
    income, score = np.log(gdp[used]), score[used]
    own = normalised.own
    weighted = np.flatnonzero(model.weights > 0)
    present = own.present[used][:, weighted]
    design = np.column_stack(
        [np.ones(score.size), np.nan_to_num(own.risk[used][:, weighted]), present.astype(float)]
    )
    left_score, left_income = (
        y - design @ np.linalg.lstsq(design, y, rcond=None)[0] for y in (score, income)
    )
    if min(np.ptp(income), np.ptp(score)) == 0 or left_income.var() < 1e-9 * income.var():
        return None
    raw = OLS(score, np.column_stack([np.ones(score.size), income])).fit()
    left = OLS(left_score, left_income).fit(
        cov_type="cluster", cov_kwds={"groups": countries.rank("dense").to_numpy()}
    )
    spread = float((left_score**2).sum())
    # Where the own signals say all of the score, income has nothing left to say.
    explained = 0.0 if spread < 1e-9 * score.size else float(left.rsquared)
    return IncomeSlope(
        suppliers=int(score.size),
        countries=countries.n_unique(),
        slope=float(raw.params[1]),
        r_squared=float(raw.rsquared),
        residual_slope=float(left.params[0]),
        residual_stderr=float(left.bse[0]),
        residual_r_squared=explained,
    )


def country_permutation(
    normalised: NormalisedSignals, model: ScoringModel
) -> CountryPermutation | None:
    """Give every tenth supplier the country of another region, and score again.

    The country reaches a score through the peer group alone: the region in its keys. Who is tried
    depends on the ids, not on the order of the list.

    Args:
        normalised: the normalised signals of the list.
        model: what it was scored with; context signals are not part of the score.

    Returns:
        None where there are fewer than two regions.
    """
    probability = row_keys(normalised.supplier_ids)
    kept = np.sort(np.argsort(probability, kind="stable")[:_MAX_SUPPLIERS])
    keys, probability = normalised.keys[kept], probability[kept]
    regions = keys["region"].drop_nulls().unique().sort().to_list()
    if len(regions) < 2:
        return None
    following = dict(zip(regions, [*regions[1:], regions[0]], strict=True))
    swapped = (probability % _SWAPPED_IN == 0) & keys["region"].is_not_null().to_numpy()
    changed_keys = keys.with_columns(
        pl.when(pl.Series(swapped))
        .then(pl.col("region").replace_strict(following))
        .otherwise("region")
        .alias("region")
    )
    before, after = (
        _scores(normalised, model, labels, kept, np.flatnonzero(swapped))
        for labels in (keys, changed_keys)
    )
    tried = np.isfinite(before)
    change = np.abs(after[tried] - before[tried])
    if not change.size:
        return None
    return CountryPermutation(
        swapped=int(change.size),
        changed=int((change > _SAME_SCORE).sum()),
        mean_change=float(change.mean()),
        largest_change=float(change.max()),
    )


def _scores(
    normalised: NormalisedSignals,
    model: ScoringModel,
    keys: pl.DataFrame,
    kept: Integers,
    tried: Integers,
) -> Floats:
    """Scores of some suppliers under other peer keys, against the same reference.

    Args:
        normalised: the normalised signals of the list.
        model: what it was scored with.
        keys: peer keys of those kept.
        kept: rows of the list that are among the peers of one another.
        tried: which of these are scored.
    """
    own, reference = normalised.own, normalised.reference
    list_groups, (list_cells,) = peer_groups([keys], model.peers)
    groups, (cell_of_row, cell_of_key) = peer_groups([keys, reference.keys], model.peers)
    comparison = Comparison(groups, groups.by_disclosure(), cell_of_row[tried], cell_of_key)
    rows = kept[tried]
    risk = np.full((rows.size, len(own.signals)), np.nan)
    for column, signal in enumerate(own.signals):
        aligned = normalised.aligned[signal.signal_id]
        if np.isnan(aligned.usable).all():
            continue
        usable = aligned.usable[kept]
        if signal.shrinks:
            peers = list_groups.by_disclosure() if signal.reads_accounts else list_groups
            measured, stderr = aligned.as_measured
            usable = shrink_to_peers(measured[kept], stderr[kept], peers, list_cells).value
        reading = comparison.reading(signal, reference, aligned.scale[rows])
        found = reading.figure(partial(SignalScale.risk, values=usable[tried]))
        risk[:, column] = aligned.relevance[rows] * found
    applicable = np.column_stack([column.applicable[rows] for column in own.columns])
    weights = model.weights
    if own.has_group_weights:
        weights = weights * np.column_stack([column.group_weight[rows] for column in own.columns])
    return score_of_evidence(risk, applicable, weights, model)
