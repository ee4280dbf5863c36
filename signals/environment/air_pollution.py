"""How many times the WHO's guideline the air holds: PM2.5 or NO2, whichever is more.

The air that people work in outdoors, and sleep in beside the works. Most places have no monitor;
that is no information about their air.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from signals.card import EvidenceGrade, IloIndicator, IloLink, Pillar, SignalCard, Wording

CARD = SignalCard(
    id="air_pollution",
    title="Air pollution against the WHO guideline",
    pillar=Pillar.ENVIRONMENT,
    sources=("openaq", "cams"),
    inputs=("stg_air__site_year",),
    unit="times the WHO guideline of 2021 (PM2.5 5, NO2 10 µg/m³ a year)",
    direction=1,
    ilo=(IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=1, path="context"),),
    evidence_grade=EvidenceGrade.D,
    support="site",
    site_rule="mean",
    location_needed="town",
    lag="Stations appear within days, the model after half a year.",
    max_age_days=731,
    valid_range=(-1.0, 200.0),
    limits=(
        (
            "It describes the outdoor air of the area. It does not show dust and fumes inside a "
            "plant, nor who causes the pollution."
        ),
        (
            "A site without a monitor is not covered unless a model is provided: nothing is "
            "known about its air."
        ),
        "The model's cells of about 50 km smooth towns away.",
        "Shared by a whole district; no study links it to labour outcomes.",
    ),
    references=(
        "World Health Organization 2021, WHO global air quality guidelines",
        "Directive 2008/50/EC, annexes VI and XI (units, and how much of a year is a year)",
    ),
    sentence="Air pollution at its sites is {value} ({period}).",
    wording=Wording(
        negative="not measurable",
        zero="not measurable",
        positive="{size} times the WHO guideline of 2021",
    ),
)

#: WHO 2021, yearly means in µg/m³.
GUIDELINE = {"pm25": 5.0, "no2": 10.0}
_TITLES = {"pm25": "PM2.5", "no2": "NO2"}
#: Of a station's mean for the ground around it, and of the model's. Ours.
_RELATIVE_ERROR = {"openaq": 0.15, "cams": 0.5}
_QUALITY = {"openaq": 1.0, "cams": 0.5}


def compute(inputs: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The worse of the pollutants known; of each a station's mean goes before the model's.

    Sites without either have no row: nothing is known of their air.
    """
    worst = (
        inputs["stg_air__site_year"]
        .with_columns(
            ratio=pl.col("micrograms_m3") / pl.col("pollutant").replace_strict(GUIDELINE),
            error=pl.col("source_id").replace_strict(_RELATIVE_ERROR),
            trust=pl.col("source_id").replace_strict(_QUALITY),
        )
        .sort(["site_id", "pollutant", "trust"], descending=[False, False, True])
        .unique(["site_id", "pollutant"], keep="first", maintain_order=True)
        .sort(["site_id", "ratio", "pollutant"], descending=[False, True, False])
        .unique("site_id", keep="first", maintain_order=True)
    )
    return worst.select(
        "site_id",
        period=pl.format(
            "{} of the year to {}",
            pl.col("pollutant").replace_strict(_TITLES),
            pl.col("observed_to").dt.to_string("%Y-%m"),
        ),
        value="ratio",
        stderr=pl.col("ratio").abs() * pl.col("error"),
        quality=pl.col("trust") * pl.col("covered_share").clip(0.0, 1.0),
        observed_to="observed_to",
        origin="origin",
        source_id="source_id",
    )
