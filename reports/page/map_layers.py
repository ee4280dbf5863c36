"""Layers of the map: values that this run measured at sites, as coarse cells."""

from __future__ import annotations

import polars as pl

from reports.bundle import ReportBundle
from reports.country_names import country_name
from reports.languages.sentences import Sentences
from reports.page.html_columns import dictionary, rounded, significant

#: Signals that can be a layer, in the order of the choice.
LAYERS = ("forest_loss_rate", "drought_spi12", "night_light_change", "lights_per_head")

#: Width of a cell; as wide as the cells in which locations that are not public are shown.
CELL_DEGREES = 0.5

_CENTRE_DECIMALS = 2


def map_layers(bundle: ReportBundle, words: Sentences) -> list[dict[str, object]]:
    """Layers for which the run has values at sites.

    Returns:
        By layer: `title`, `unit`, `direction` (1: high values are of concern), and by cell, south
        to north: `longitude` and `latitude` of its middle, `country` (of most of its sites),
        `sites` (how many were measured there) and `value` (their mean).

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        words: titles and units in the language of the page.
    """
    located = bundle.sites.filter(pl.col("has_measurable_location")).select(
        "site_id",
        "country_iso3",
        *(
            ((pl.col(name).cast(pl.Float64) / CELL_DEGREES).floor() + 0.5) * CELL_DEGREES
            for name in ("longitude", "latitude")
        ),
    )
    cells = (
        bundle.site_signal_values.select("site_id", "signal_id", "value")
        .filter(pl.col("signal_id").is_in(LAYERS), pl.col("value").is_not_null())
        .join(located.drop_nulls(), on="site_id")
        .group_by("signal_id", "latitude", "longitude")
        .agg(
            country=pl.col("country_iso3").sort().mode(maintain_order=True).first(),
            sites=pl.len(),
            value=pl.col("value").mean(),
        )
        .sort("signal_id", "latitude", "longitude")
    )
    found: list[dict[str, object]] = []
    for signal_id in LAYERS:
        card = bundle.signal_cards.get(signal_id)
        of_layer = cells.filter(pl.col("signal_id") == signal_id)
        if card is None or of_layer.is_empty():
            continue
        found.append(
            {
                "title": words.text(card.title),
                "unit": card.unit if words.language == "en" else words.unit(card.unit),
                "direction": card.direction,
                "longitude": rounded(of_layer["longitude"], _CENTRE_DECIMALS),
                "latitude": rounded(of_layer["latitude"], _CENTRE_DECIMALS),
                "country": dictionary(words.column(_named(of_layer["country"]))),
                "sites": of_layer["sites"].to_list(),
                "value": significant(of_layer["value"]),
            }
        )
    return found


def _named(countries: pl.Series) -> pl.Series:
    names = {code: country_name(code) for code in countries.unique()}
    return countries.replace_strict(names, return_dtype=pl.String)
