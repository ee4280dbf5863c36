"""Supplier-weighted AUC: of two suppliers of one sector, is the riskier one ranked first?

A case of a sector counts as often as it was found, n(place, sector). What it is compared with is a
supplier of the same sector drawn at random, so a place counts by the sector's own exposure there,
e(place, sector): hectares, herds or establishments. Then

    AUC_s = P(score of a case > score of a supplier) + P(equal) / 2.

A place that produces much has more cases and more suppliers in the same proportion, so size alone
gains nothing. With one supplier per row and exposure 1 it is the AUC within a sector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.tune.cluster_auc import BlockPairs, pair_intervals
from scoring.tune.cluster_bootstrap import LEVEL, Interval
from scoring.tune.ranking_measures import Floats, Labels

#: A sector with fewer cases is shown, but is not in the mean.
MINIMUM_CASES = 5


@dataclass(frozen=True)
class SectorPlaces:
    """Cases and suppliers of one sector; arrays over places, which may also be single suppliers.

    Attributes:
        sector: its name.
        cases: [places] cases found there, 0 or more.
        exposure: [places] suppliers of the sector there, in any unit; NaN counts as none.
    """

    sector: str
    cases: Floats
    exposure: Floats


@dataclass(frozen=True)
class SectorAuc:
    """The figure of one sector.

    Attributes:
        sector: its name.
        cases: cases with a score at places of any exposure or none.
        auc: the figure, with its interval over whole blocks.
    """

    sector: str
    cases: int
    auc: Interval


@dataclass(frozen=True)
class SupplierWeighted:
    """Supplier-weighted AUC by sector.

    Attributes:
        sectors: one row per sector, in the order given.
        mean: plain mean over the sectors with `MINIMUM_CASES` or more cases.
        in_mean: names of these sectors.
    """

    sectors: tuple[SectorAuc, ...]
    mean: Interval
    in_mean: tuple[str, ...]

    def metrics(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "mean": _plain(self.mean),
            "in_mean": list(self.in_mean),
            "sectors": [
                {"sector": each.sector, "cases": each.cases, **_plain(each.auc)}
                for each in self.sectors
            ],
        }

    def sentence(self) -> str:
        """The figure for people."""
        if not self.in_mean:
            return (
                f"No sector has {MINIMUM_CASES} cases with a score: too few for a "
                "supplier-weighted AUC."
            )
        mean = self.mean
        figure = f"{mean.value:.3f}" if np.isnan(mean.low) else str(mean)
        sectors = "sector" if len(self.in_mean) == 1 else "sectors"
        return (
            f"Supplier-weighted AUC {figure}, the mean of {len(self.in_mean)} {sectors}: a case "
            "ranks above a supplier of its own sector drawn at random in that share of the pairs."
        )

    def without_intervals(self) -> SupplierWeighted:
        """The figures alone, where the cases lie in too few blocks to draw."""
        alone = [replace(each, auc=_alone(each.auc)) for each in self.sectors]
        return replace(self, sectors=tuple(alone), mean=_alone(self.mean))


def supplier_auc(score: Floats, cases: Floats, exposure: Floats) -> float:
    """Share of pairs of a case and a supplier that the score puts in order, ties counted half.

    Args:
        score: [places] higher is riskier; NaN takes no part.
        cases: [places] how often a case was found there.
        exposure: [places] suppliers of the sector there; NaN counts as none.

    Returns:
        0 to 1, NaN where cases or suppliers weigh nothing.
    """
    alone = np.full(score.shape, "", dtype=np.str_)
    return sector_pairs(score, cases, exposure, alone, np.array([""])).auc


def sector_pairs(
    score: Floats, cases: Floats, exposure: Floats, block: Labels, blocks: NDArray[np.str_]
) -> BlockPairs:
    """Weighted pairs of a case and a supplier of one sector, by the blocks of both.

    Args:
        score: [places] higher is riskier; NaN takes no part.
        cases: [places] weight among the cases.
        exposure: [places] weight among the suppliers; NaN counts as none.
        block: [places] such as the state.
        blocks: names of all blocks, ascending.
    """
    weight = np.nan_to_num(exposure, nan=0.0)
    if (weight < 0).any() or (cases < 0).any():
        raise ValueError("cases and exposure are 0 or more")
    number = np.searchsorted(blocks, block)
    scored = ~np.isnan(score)
    found = np.flatnonzero(scored & (cases > 0))
    shape = (blocks.size, blocks.size)
    won, pairs = np.zeros(shape), np.zeros(shape)
    for column in range(blocks.size) if found.size else ():
        rows = np.flatnonzero(scored & (number == column) & (weight > 0))
        if rows.size == 0:
            continue
        order = rows[np.argsort(score[rows], kind="stable")]
        up_to_each = np.append(0.0, np.cumsum(weight[order]))
        below = up_to_each[np.searchsorted(score[order], score[found], side="left")]
        up_to = up_to_each[np.searchsorted(score[order], score[found], side="right")]
        share = cases[found]
        won[:, column] = np.bincount(
            number[found], weights=share * (below + up_to) / 2, minlength=blocks.size
        )
        pairs[:, column] = np.bincount(
            number[found], weights=share * up_to_each[-1], minlength=blocks.size
        )
    return BlockPairs(blocks, won, pairs)


def supplier_weighted(
    score: Floats | Mapping[str, Floats],
    sectors: Sequence[SectorPlaces],
    block: Labels,
    less: Floats | Mapping[str, Floats] | None = None,
    *,
    draws: int = 1000,
    seed: int = 7,
) -> SupplierWeighted:
    """The figure of every sector and their plain mean, with intervals over whole blocks.

    In the interval of the mean all sectors share the draws of blocks; a sector whose cases are in
    none of the drawn blocks is left out of the mean of that draw.

    Args:
        score: [places] one score for all sectors, or one for each by name.
        sectors: cases and exposure of each.
        block: [places] such as the state.
        less: a score whose figure is subtracted on the same draws; None gives the figure itself.
        draws: how often the blocks are drawn with replacement.
        seed: of the drawing.
    """
    own = _by_sector([(score, sectors)], block)
    other = None if less is None else _by_sector([(less, sectors)], block)
    return _summary(own, other, draws, seed)


def supplier_weighted_over_months(
    months: Sequence[tuple[Floats, Sequence[SectorPlaces]]], block: Labels, *, draws: int = 1000
) -> SupplierWeighted:
    """The same over several months: pairs lie within a month, and cases of all months are counted.

    Args:
        months: [places] score, and cases and exposure by sector, of each month.
        block: [places] such as the country.
        draws: how often the blocks are drawn with replacement.
    """
    return _summary(_by_sector(months, block), None, draws, seed=7)


@dataclass(frozen=True)
class _SectorPairs:
    pairs: BlockPairs
    cases: int


def _by_sector(
    months: Sequence[tuple[Floats | Mapping[str, Floats], Sequence[SectorPlaces]]], block: Labels
) -> dict[str, _SectorPairs]:
    blocks = np.unique(block)
    found: dict[str, _SectorPairs] = {}
    for score, sectors in months:
        for sector in sectors:
            own = score[sector.sector] if isinstance(score, Mapping) else score
            pairs = sector_pairs(own, sector.cases, sector.exposure, block, blocks)
            cases = int(sector.cases[~np.isnan(own)].sum())
            before = found.get(sector.sector)
            found[sector.sector] = (
                _SectorPairs(pairs, cases)
                if before is None
                else _SectorPairs(before.pairs + pairs, before.cases + cases)
            )
    return found


def _summary(
    own: Mapping[str, _SectorPairs],
    other: Mapping[str, _SectorPairs] | None,
    draws: int,
    seed: int,
) -> SupplierWeighted:
    rows, in_mean, values, drawn = [], [], [], []
    for name, each in own.items():
        against = None if other is None else other[name].pairs
        figure = pair_intervals(each.pairs, against, draws=draws, seed=seed)
        rows.append(SectorAuc(name, each.cases, figure))
        if each.cases >= MINIMUM_CASES and not np.isnan(figure.value):
            in_mean.append(name)
            values.append(figure.value)
            drawn.append(_drawn(each.pairs, against, draws, seed))
    return SupplierWeighted(tuple(rows), _mean(values, drawn), tuple(in_mean))


def _plain(figure: Interval) -> dict[str, float | None]:
    ends = {"auc": figure.value, "auc_low": figure.low, "auc_high": figure.high}
    return {name: None if np.isnan(end) else round(end, 4) for name, end in ends.items()}


def _alone(figure: Interval) -> Interval:
    return Interval(figure.value, float("nan"), float("nan"))


def _drawn(pairs: BlockPairs, other: BlockPairs | None, draws: int, seed: int) -> Floats:
    figures = pairs.drawn_aucs(draws, seed)
    return figures if other is None else figures - other.drawn_aucs(draws, seed)


def _mean(values: Sequence[float], drawn: Sequence[Floats]) -> Interval:
    if not values:
        return Interval(float("nan"), float("nan"), float("nan"))
    every = np.vstack(drawn)
    known = ~np.isnan(every)
    some = known.any(axis=0)
    if not some.any():
        return Interval(float(np.mean(values)), float("nan"), float("nan"))
    means = np.where(known, every, 0.0).sum(axis=0)[some] / known.sum(axis=0)[some]
    low, high = np.quantile(means, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(float(np.mean(values)), float(low), float(high))
