"""Night-time light per resident of the place around a site: how much the local economy has."""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording
from signals.source_used import SOURCE_SEPARATOR

CARD = SignalCard(
    id="lights_per_head",
    title="Night-time light per resident around the site",
    pillar=Pillar.ENVIRONMENT,
    sources=("night_lights", "worldpop"),
    inputs=("stg_night_lights__place_light", "stg_worldpop__place_residents"),
    unit="log of 1 + nW cm-2 sr-1 km2 per 1,000 residents",
    direction=-1,
    ilo=(
        IloLink(indicator=IloIndicator.ABUSE_OF_VULNERABILITY, strength=2, path="context"),
        IloLink(indicator=IloIndicator.DEBT_BONDAGE, strength=1, path="context"),
    ),
    evidence_grade=EvidenceGrade.C,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="Light of the last year that is out; residents are projected from earlier censuses.",
    max_age_days=1095,
    valid_range=(0.0, 15.0),
    limits=(
        "It describes the place and not the supplier: all sites of a town have nearly one value.",
        "Gas flares, mines, ports, greenhouses and military sites light places without residents.",
        "Ground below 0.5 nW cm-2 sr-1 counts as dark; faint light of villages is lost.",
        "Residents are modelled; in places of few settlements they may be off by a half.",
    ),
    references=(
        "Elvidge et al. 2009, A global poverty map derived from satellite data, Computers and "
        "Geosciences 35:1652-1660",
        "Ghosh et al. 2013, Using nighttime satellite imagery as a proxy measure of human "
        "well-being, Sustainability 5:4988-5019",
    ),
    sentence=(
        "Night-time light around its sites in {period}: {value} nW cm-2 sr-1 km2 per 1,000 "
        "residents within 10 km."
    ),
    wording=Wording(scale="log1p"),
)

#: Error of the residents of a place, as a share. Ours: no published figure for circles of 10 km.
RESIDENTS_ERROR = 0.3
#: Error of the light of a place beside that between composites: what the limit of lit ground cuts
#: off, as a share, and what passes it by chance. Ours.
LIGHT_ERROR, LEAST_LIGHT_ERROR = 0.2, 0.02
#: Fewer residents on a square kilometre are settlements that the map may have missed.
LEAST_DENSITY = 1.0


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Light of the newest year over residents of the newest map, per site.

    Both are taken per square kilometre, so that circles of different width compare.
    The standard error joins those of light and residents. Sites with light or residents alone, or
    with hardly a resident, are `not_covered`.
    """
    year = pl.col("observed_to").dt.year()
    light = (
        inputs["stg_night_lights__place_light"]
        .filter(year == year.max().over("site_id"))
        .sort("site_id", "observed_to")
        .group_by("site_id", maintain_order=True)
        .agg(
            light=pl.col("lit_radiance").mean(),
            spread=pl.col("lit_radiance").std().fill_null(0.0) / pl.len().sqrt(),
            covered_share=pl.col("covered_share").mean(),
            observed_to=pl.col("observed_to").max(),
            origin=pl.col("origin").last(),
        )
    )
    residents = (
        inputs["stg_worldpop__place_residents"]
        .sort("site_id", "observed_to")
        .group_by("site_id", maintain_order=True)
        .last()
        .select("site_id", density=pl.col("value") / (math.pi * pl.col("radius_km").pow(2)))
    )
    per_thousand = 1000.0 / pl.col("density")
    value = pl.col("light") * per_thousand
    of_light = (
        pl.col("spread").pow(2) + (LIGHT_ERROR * pl.col("light")).pow(2) + LEAST_LIGHT_ERROR**2
    )
    error = (of_light * per_thousand.pow(2) + (RESIDENTS_ERROR * value).pow(2)).sqrt()
    is_settled = (pl.col("density") >= LEAST_DENSITY).fill_null(False)
    return light.join(residents, on="site_id", how="left", maintain_order="left").select(
        "site_id",
        period=pl.col("observed_to").dt.year().cast(pl.String),
        value=pl.when(is_settled).then(value.log1p()),
        # Of log1p, by its slope.
        stderr=pl.when(is_settled).then(error / (1.0 + value)),
        quality=pl.when(is_settled).then(pl.col("covered_share").clip(0.0, 1.0)),
        observed_to="observed_to",
        origin="origin",
        source_id=pl.when(is_settled).then(pl.lit(SOURCE_SEPARATOR.join(CARD.sources))),
        status=pl.when(~is_settled).then(pl.lit("not_covered")),
        status_reason=pl.when(pl.col("density").is_null())
        .then(pl.lit("the residents of the place are not known"))
        .when(~is_settled)
        .then(pl.lit("fewer than one resident per square kilometre is mapped")),
    )
