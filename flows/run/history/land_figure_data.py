"""Data for the land-use figures of the first suppliers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from flows.run.work import artefacts
from flows.run.work.work_folder import WorkFolder
from signals.landuse.land_cover_change import newest_pair
from signals.landuse.vegetation_break import TABLES, site_breaks

SCHEMA: dict[str, pl.DataType] = {
    "supplier_id": pl.String(),
    "site_id": pl.String(),
    "signal_id": pl.String(),
    "figure": pl.String(),
    "label": pl.String(),
    "at": pl.Date(),
    "value": pl.Float64(),
    "broke_on": pl.Date(),
}

#: Sites of a supplier that are drawn, by their ids.
SITES_PER_SUPPLIER = 3

#: Changes of class that are drawn, the largest first.
CHANGES_PER_SITE = 6


def land_figures(
    workspace: WorkFolder, sites: pl.DataFrame, as_of: dt.date, supplier_ids: Sequence[str]
) -> pl.DataFrame:
    """Figures of the first sites of some suppliers, from what was staged and known by the day.

    Args:
        workspace: of the run.
        sites: columns of `stg_sites`.
        as_of: the day of the run.
        supplier_ids: whose sites are drawn.

    Returns:
        Columns of `SCHEMA`, by supplier, site, figure and time. Figure `loss`: share of the forest
        of 2000 lost in the year of `at`; `loss_of_ground`: share of all ground in view, where the
        forest of 2000 is not known. `vegetation`: mean NDVI on the day `at`, and broke_on,
        the day of a confirmed breakpoint. `class_change`: hectares that went from one group to
        another between two maps, the groups and years in `label`.
    """
    drawn = (
        sites.filter(pl.col("supplier_id").is_in(list(supplier_ids)))
        .sort("supplier_id", "site_id")
        .group_by("supplier_id", maintain_order=True)
        .head(SITES_PER_SUPPLIER)
        .select("supplier_id", "site_id")
    )
    at = pl.col("site_id").is_in(drawn["site_id"].implode())
    parts = [
        _loss(_known(workspace, "hansen_gfc", "stg_hansen_gfc__site_loss", as_of, at)),
        *_vegetation(workspace, as_of, at),
        _class_change(
            _known(workspace, "land_cover", "stg_land_cover__site_transitions", as_of, at)
        ),
    ]
    found = [pl.DataFrame(schema=SCHEMA)]
    for part in parts:
        if part is not None:
            found.append(_typed(part.join(drawn, on="site_id")))
    return pl.concat(found).sort("supplier_id", "site_id", "figure", "at", maintain_order=True)


def _known(
    workspace: WorkFolder, source: str, table: str, as_of: dt.date, at: pl.Expr
) -> pl.DataFrame | None:
    """The rows of the sites that are drawn; None where none of the table were staged."""
    name = artefacts.staged_rows(source, table)
    if not workspace.has(name):
        return None
    return workspace.scan_frame(name).filter(pl.col("published_on") <= as_of, at).collect()


def _loss(loss: pl.DataFrame | None) -> pl.DataFrame | None:
    if loss is None:
        return None
    return loss.filter(pl.col("baseline_ha") > 0).select(
        "site_id",
        signal_id=pl.lit("forest_loss_rate"),
        figure=pl.when("baseline_is_forest")
        .then(pl.lit("loss"))
        .otherwise(pl.lit("loss_of_ground")),
        label=pl.col("year").cast(pl.String),
        at=pl.date(pl.col("year"), 1, 1),
        value=pl.col("loss_ha") / pl.col("baseline_ha"),
    )


def _vegetation(workspace: WorkFolder, as_of: dt.date, at: pl.Expr) -> list[pl.DataFrame]:
    """The series of each site from the table that its signal was read from."""
    tables = {}
    for table in TABLES:
        rows = _known(workspace, table.removeprefix("stg_").split("__")[0], table, as_of, at)
        if rows is not None:
            tables[table] = rows
    if not tables:
        return []
    read = site_breaks({name: rows.lazy() for name, rows in tables.items()}, as_of)
    return [
        rows.join(
            read.filter((pl.col("table") == table) & pl.col("value").is_not_null()).select(
                "site_id", "broke_on"
            ),
            on="site_id",
        ).select(
            "site_id",
            "value",
            "broke_on",
            signal_id=pl.lit("vegetation_break"),
            figure=pl.lit("vegetation"),
            label=pl.col("observed_from").cast(pl.String),
            at=pl.col("observed_from"),
        )
        for table, rows in tables.items()
    ]


def _class_change(transitions: pl.DataFrame | None) -> pl.DataFrame | None:
    if transitions is None:
        return None
    changed = newest_pair(transitions.lazy()).collect()
    return (
        changed.filter((pl.col("group_before") != pl.col("group_after")) & (pl.col("area_ha") > 0))
        .sort("site_id", -pl.col("area_ha"), "group_before", "group_after")
        .group_by("site_id", maintain_order=True)
        .head(CHANGES_PER_SITE)
        .select(
            "site_id",
            signal_id=pl.lit("built_bare_expansion"),
            figure=pl.lit("class_change"),
            label=pl.format(
                "{} to {}, {} to {}", "group_before", "group_after", "year_before", "year_after"
            ),
            value="area_ha",
        )
    )


def _typed(part: pl.DataFrame) -> pl.DataFrame:
    present = set(part.columns)
    return part.select(
        (pl.col(name) if name in present else pl.lit(None)).cast(kind).alias(name)
        for name, kind in SCHEMA.items()
    )
