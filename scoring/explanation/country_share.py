"""How much of a ranking the countries alone explain, and each supplier's place in its country.

A ranking that a list of countries could have made says nothing to a buyer about its suppliers
(Methodology 10.5). The share is the analysis of variance of scores by country, corrected for the
number of countries (epsilon squared, Kelley 1935): 0 where countries are alike, 1 where nothing but
the country matters.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import polars as pl

#: Own pillars from which on countries should explain less than half (the aim of the design).
PILLARS_OF_AIM = 3
MAX_EXPLAINED = 0.5

#: Decimals of what is kept with a run.
_DECIMALS = 4


@dataclass(frozen=True)
class CountryShare:
    """What the countries explain of a list; None where it cannot be said.

    Attributes:
        ranked: suppliers with a score and a country.
        countries: their countries.
        r_squared: share of the variance of scores that lies between countries, corrected.
        rank_correlation: Spearman's, of the scores with the mean score of the country.
        prior_r_squared: squared correlation of the scores with the country context score.
        prior_rank_correlation: Spearman's, of the scores with the country context score.
        many_pillars: suppliers among them with own evidence in three pillars or more.
        r_squared_3plus_pillars: `r_squared` of these alone; the aim is below a half.
    """

    ranked: int
    countries: int
    r_squared: float | None
    rank_correlation: float | None
    prior_r_squared: float | None
    prior_rank_correlation: float | None
    many_pillars: int
    r_squared_3plus_pillars: float | None

    @property
    def sentence(self) -> str | None:
        """For the reader of the list; None where nothing can be said."""
        if self.r_squared is None or self.rank_correlation is None:
            return None
        return (
            f"Countries alone explain {self.r_squared:.0%} of the spread of the scores (rank "
            f"correlation {self.rank_correlation:.2f}); ranks within each country are "
            "reported separately."
        )

    def record(self) -> dict[str, float | int | None]:
        """For the manifest, rounded."""
        return {
            name: round(value, _DECIMALS) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def country_share(scores: pl.DataFrame, suppliers: pl.DataFrame) -> CountryShare:
    """Measure how far countries decide the scores.

    Args:
        scores: supplier_id, score (null without one), pillars_with_evidence, country_context_score.
        suppliers: supplier_id, country_iso3.
    """
    ranked = _ranked(scores, suppliers)
    many = ranked.filter(pl.col("pillars_with_evidence") >= PILLARS_OF_AIM)
    with_mean = ranked.with_columns(country_mean=pl.col("score").mean().over("country_iso3"))
    with_prior = ranked.drop_nulls("country_context_score")
    context = _correlation(with_prior, "country_context_score", "pearson")
    return CountryShare(
        ranked=ranked.height,
        countries=ranked["country_iso3"].n_unique(),
        r_squared=between_share(ranked["score"], ranked["country_iso3"]),
        rank_correlation=_correlation(with_mean, "country_mean", "spearman"),
        prior_r_squared=None if context is None else context**2,
        prior_rank_correlation=_correlation(with_prior, "country_context_score", "spearman"),
        many_pillars=many.height,
        r_squared_3plus_pillars=between_share(many["score"], many["country_iso3"]),
    )


def ranks_within_country(scores: pl.DataFrame, suppliers: pl.DataFrame) -> pl.DataFrame:
    """Each scored supplier's rank among those of its country; ties share the lowest rank.

    Returns:
        supplier_id (ascending), country_iso3, rank_within_country, suppliers_ranked_in_country.
    """
    return (
        _ranked(scores, suppliers)
        .with_columns(
            rank_within_country=pl.col("score").rank("min", descending=True).over("country_iso3"),
            suppliers_ranked_in_country=pl.len().over("country_iso3"),
        )
        .select(
            "supplier_id",
            "country_iso3",
            pl.col("rank_within_country", "suppliers_ranked_in_country").cast(pl.Int64),
        )
        .sort("supplier_id")
    )


def between_share(values: pl.Series, groups: pl.Series) -> float | None:
    """Share of the variance that lies between groups, corrected for their number.

    1 - (n - 1) / (n - k) x (variance within) / (variance), at least 0.

    Returns:
        0 to 1; None with fewer than two groups, no group of two, or no variance at all.
    """
    frame = pl.DataFrame({"value": values, "group": groups}).drop_nulls()
    count, number = frame.height, frame["group"].n_unique()
    if number < 2 or count <= number:
        return None
    of_all = frame["value"] - frame["value"].mean()
    total = float((of_all**2).sum())
    own = frame.select((pl.col("value") - pl.col("value").mean().over("group")) ** 2)
    within = float(own["value"].sum())
    if total <= 1e-12 * count:
        return None
    return max(0.0, 1.0 - (count - 1) / (count - number) * within / total)


def _ranked(scores: pl.DataFrame, suppliers: pl.DataFrame) -> pl.DataFrame:
    return (
        scores.select("supplier_id", "score", "pillars_with_evidence", "country_context_score")
        .drop_nulls("score")
        .join(suppliers.select("supplier_id", "country_iso3"), on="supplier_id")
        .drop_nulls("country_iso3")
        .sort("supplier_id")
    )


def _correlation(
    frame: pl.DataFrame, other: str, method: Literal["pearson", "spearman"]
) -> float | None:
    """Of the scores with another column; None where either does not vary."""
    if frame.height < 2 or min(frame["score"].n_unique(), frame[other].n_unique()) < 2:
        return None
    return float(frame.select(pl.corr("score", other, method=method)).item())
