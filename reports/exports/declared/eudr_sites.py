"""Sites with their supplier's priority band, in the GeoJSON form of the EU deforestation law."""

from __future__ import annotations

import polars as pl

from reports.exports.export import UNKNOWN, Export, ExportFile, note
from reports.exports.published_run import PublishedRun, band_text
from suppliers.intake.plot_features import DECIMALS, PLOTS, feature_collection, plot_feature
from suppliers.places.countries import all_countries


def _make(run: PublishedRun) -> ExportFile:
    if run.sites is None:
        raise ValueError("the sites of the list were not read")
    iso2 = {country.iso3: country.iso2 for country in all_countries()}
    sites = run.sites.join(
        run.ranked.drop("country_iso3", "country"), on="supplier_id", how="inner"
    ).with_columns(
        country_iso2=pl.col("country_iso3").replace_strict(iso2, default=pl.col("country_iso3"))
    )
    plots = sites.filter(pl.col("location_precision").is_in(PLOTS)).sort("supplier_id", "site_id")
    features = [
        plot_feature(
            row,
            {
                "priority_band": band_text(row, UNKNOWN),
                "location_is_public": row["location_is_public"],
                "as_of": run.as_of.isoformat(),
                "run_id": run.run_id,
            },
        )
        for row in plots.iter_rows(named=True)
    ]
    private = plots.filter(~pl.col("location_is_public")).height
    return ExportFile(
        feature_collection(features),
        len(features),
        (
            *note(sites.height - plots.height, "sites left out, as their location is not exact"),
            *note(private, "sites whose location is not public"),
        ),
    )


EXPORT = Export(
    name="eudr-sites",
    file="sites_with_bands.geojson",
    entries="sites",
    content="sites with the priority band of their supplier, for maps of your own",
    confirmed="GeoJSON (RFC 7946) with the properties of the EU's file description for plots "
    "(ProducerName, ProducerCountry, ProductionPlace), as `understory list export --as eudr` has "
    "them.",
    assumed="",
    limits=(
        "The file has priority bands: it is not for upload. The EU's information system gets the "
        "file of `understory list export --as eudr`.",
        f"Longitude first, {DECIMALS} decimals; points with fewer have zeros.",
        "Locations are those of the list read last in this folder of results. Sites without an "
        "exact location are left out and counted.",
        "`Unknown` is the band of a supplier without a score.",
        "The band is about labour; it says nothing about deforestation.",
    ),
    make=_make,
    needs_sites=True,
)
