"""Yearly maps of land cover around sites: MapBiomas, JRC TMF, io-lulc or any other with a legend.

A mirror holds one GeoTIFF a year (or one per tile and year) with the year in its name, and
`legend.csv` with the columns `value` and `group`; at an address the option `file` names the maps,
such as `brasil_coverage_{year}.tif`, and the option `legend` the table. Names and classes of two
series are known by their address (`signals.sources.land.land_cover_products`). Groups that signals
know are tree, mangrove, built, bare, mining, aquaculture, pasture, crop, water and other. ESA
WorldCover's maps of 2020 and 2021 come from two methods and are rejected together: their difference
is no change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from configs.config_errors import UsageError
from signals.access import Access
from signals.account import NO_SITE_IN_IT, NO_SITES, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, text
from signals.fetching.name_dates import named_period
from signals.fetching.source_tables import no_rejections, read_plain_table, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.land.dated_rasters import raise_if_remote, refer_dated
from signals.sources.land.land_cover_products import PRODUCTS, product_at, refer_newest_pair
from suppliers.input_errors import DataRejectedError
from suppliers.intake.table_rows import SOURCE_ROW

# The measuring engine is imported where it is used: it is slow to load, and listing the sources
# must stay quick.

CARD = SourceCard(
    id="land_cover",
    title="Yearly land-cover maps",
    publisher="MapBiomas, European Commission JRC, Impact Observatory or another",
    url="https://mapbiomas.org",
    licence=Licence(
        id="provided by the user",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="The maps' publishers, from satellite images",
    collection=Collection.REMOTE_SENSING,
    lineage=("landsat", "sentinel2", "sentinel1"),
    cadence="yearly",
    publication_lag_days=243,
    coverage="As the maps in the folder",
    expected_rows=(0, 50_000_000),
    counts=(Unit.FILE, Unit.LAYER),
    citation="The maps in the folder, by their publishers.",
    form_verified=(
        "2026-11: addresses, names, tiles and classes of Impact Observatory (v003, 2017 to 2025) "
        "and MapBiomas Brazil (collection 10, 1985 to 2024) in public code that reads them; not "
        "called live"
    ),
    access=Access(
        adds="changes between classes of land, from maps that you choose",
        off_because="its signals have no weight by default, and it reads two maps of 10 m a site",
    ),
    is_isolated=True,
)

#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="tiff",
    path="lc2023/48M_20230101-20240101.tif",
    is_part=True,
    only_at=PRODUCTS[0].address,
)

TABLE = "stg_land_cover__site_transitions"

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "year_before": pl.Int32(),
    "year_after": pl.Int32(),
    "group_before": pl.String(),
    "group_after": pl.String(),
    "area_ha": pl.Float64(),
    "valid_ha": pl.Float64(),
    "covered_share": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

GROUPS = (
    "tree", "mangrove", "built", "bare", "mining", "aquaculture", "pasture", "crop", "water",
    "other",
)  # fmt: skip

#: Maps may come out this many years after what they show.
NEWEST_MAPS = 3

_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")
#: A map of one year named by its first day and the day after its last, as those of Impact
#: Observatory: `48M_20230101-20240101.tif`.
_SPAN = re.compile(r"(?<!\d)(20\d\d)0101-(20\d\d)(0101|1231)(?!\d)")
_WORLDCOVER = re.compile(r"worldcover", re.IGNORECASE)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the maps and the legend of the local folder, or the maps of an address.

    At an address the maps of the last years are asked for, as many as the newest pair may need.

    Raises:
        SourceUnavailableError: neither is named, or it has no map.
        UsageError: the folder or the legend does not exist, or a pattern cannot be filled in.
    """
    legend = text(CARD.id, context.options, "legend", "")
    if legend and not Path(legend).is_file():
        raise UsageError(
            f"sources.{CARD.id}.options.legend: the file {legend} does not exist; name one."
        )
    legends = [context.store.keep(CARD.id, Path(legend), key="legend")] if legend else []
    if context.mirror is None:
        span = int(number(CARD.id, context.options, "span_years", 3.0))
        product = product_at(context.url)
        if product is not None and not text(CARD.id, context.options, "file", ""):
            from signals.zonal.site_outlines import site_shapes

            radius_km = number(CARD.id, context.options, "radius_km", 5.0)
            shapes = site_shapes(context.sites, radius_km)
            return [*refer_newest_pair(CARD.id, product, context, span, shapes), *legends]
        first, last = context.as_of.year - span - NEWEST_MAPS, context.as_of.year
        days = [dt.date(year, 1, 1) for year in range(first, last + 1)]
        return [*refer_dated(CARD, context, days, "maps"), *legends]
    patterns = ["*.tif", "*.tiff", "*.vrt", *([] if legends else ["*legend*.csv"])]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [*(context.store.keep(CARD.id, path, key=path.stem) for path in paths), *legends]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Measure, per site, the hectares that went from each group to each other over some years.

    Options: `radius_km` of the circle around a point; `span_years` between the two maps (3);
    `minimum_covered_share`. Each map is compared with the one `span_years` before it.

    Raises:
        SourceUnavailableError: no legend, a legend that cannot be read, a map without a year,
            WorldCover of two methods, or a map at an address that cannot be read.
    """
    from signals.zonal.class_transitions import class_transitions
    from signals.zonal.site_outlines import site_shapes

    radius_km = number(CARD.id, context.options, "radius_km", 5.0)
    span = int(number(CARD.id, context.options, "span_years", 3.0))
    least = number(CARD.id, context.options, "minimum_covered_share", 0.5)
    try:
        maps, legend = _maps_and_legend(files)
    except DataRejectedError as error:
        # Nothing can be read from maps that fit neither each other nor a legend; the run goes on.
        raise SourceUnavailableError(str(error)) from error
    shapes = site_shapes(context.sites, radius_km)
    frames, rejected = [pl.DataFrame(schema=SCHEMA)], [no_rejections()]
    account = Account()
    account.count_each(Unit.LAYER, (raw for of_year in maps.values() for raw in of_year))
    for raw in files:
        if any(raw in of_year for of_year in maps.values()):
            account.leave_out(raw, NO_SITE_IN_IT if shapes else NO_SITES)
        else:
            account.use(raw)
    for year, of_year in maps.items():
        if not {year - span, year + span} & set(maps):
            for raw in of_year:
                account.files_out_of_scope[raw] = f"no map of {span} years before or after it"
    groups = pl.DataFrame({"value": list(legend), "group": list(legend.values())})
    for year in sorted(maps):
        if year - span not in maps or not shapes:
            continue
        before, after = maps[year - span], maps[year]
        try:
            table = class_transitions(
                [raw.path for raw in before],
                [raw.path for raw in after],
                shapes,
                classes=list(legend),
            )
        except DataRejectedError as error:
            raise_if_remote(after[0], error)
            rejected.append(rejected_file(after[0], error))
            continue
        published = dt.date(year, 12, 31) + dt.timedelta(days=CARD.publication_lag_days)
        seen = table.site_coverage.filter(pl.col("covered_share") >= least)
        for raw in (*before, *after) if not seen.is_empty() else ():
            account.use(raw)
        frames.append(
            table.areas.join(groups, left_on="class_before", right_on="value")
            .join(groups, left_on="class_after", right_on="value", suffix="_after")
            .group_by("site_id", group_before="group", group_after="group_after")
            .agg(pl.col("area_ha").sum())
            .join(table.site_coverage, on="site_id")
            .filter(pl.col("covered_share") >= least)
            .select(
                "site_id",
                pl.lit(year - span, pl.Int32).alias("year_before"),
                pl.lit(year, pl.Int32).alias("year_after"),
                "group_before",
                "group_after",
                "area_ha",
                "valid_ha",
                "covered_share",
                pl.lit(radius_km).alias("radius_km"),
                pl.lit(after[0].origin).alias("origin"),
                pl.lit(dt.date(year, 12, 31)).alias("observed_to"),
                pl.lit(published).alias("published_on"),
            )
        )
    rows = pl.concat(frames).sort("site_id", "year_after", "group_before", "group_after")
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _maps_and_legend(
    files: Sequence[RawFile],
) -> tuple[Mapping[int, Sequence[RawFile]], Mapping[int, str]]:
    legends = [raw for raw in files if raw.path.endswith(".csv") or raw.origin.endswith(".csv")]
    if not files:
        # A series at an address that no site lies in.
        return {}, {}
    product = product_at(files[0].origin)
    if product is not None and not legends:
        return _by_year(files), product.legend
    if len(legends) != 1:
        raise DataRejectedError(
            f"{CARD.id}: {len(legends)} legend files beside the maps; give one legend.csv with the "
            f"columns value and group, or name it as sources.{CARD.id}.options.legend."
        )
    _reject_two_methods(files)
    maps = _by_year([raw for raw in files if raw not in legends])
    return maps, read_legend(Path(legends[0].path), Path(legends[0].origin).name)


def read_legend(path: Path, name: str) -> Mapping[int, str]:
    """Read the group of each class value.

    Raises:
        DataRejectedError: columns missing, a value that is no whole number, or an unknown group.
    """
    table = read_plain_table(path, {"value", "group"})
    if not {"value", "group"} <= set(table.columns):
        raise DataRejectedError(f"{name}: needs the columns value and group; add them.")
    legend: dict[int, str] = {}
    for row, value, group in table.select(SOURCE_ROW, "value", "group").iter_rows():
        if value is None or not re.fullmatch(r"\d+", value.strip()):
            raise DataRejectedError(f"{name} row {row}: the value is no whole number; correct it.")
        if group is None or group.strip() not in GROUPS:
            raise DataRejectedError(
                f"{name} row {row}: {group!r} is no group; choose from {', '.join(GROUPS)}."
            )
        legend[int(value)] = group.strip()
    return legend


def _by_year(maps: Sequence[RawFile]) -> dict[int, list[RawFile]]:
    """Maps by the year that their names show, tiles in the order of their names."""
    years: dict[int, list[RawFile]] = defaultdict(list)
    for raw in sorted(maps, key=lambda one: one.origin):
        years[_year_of(Path(raw.origin).name)].append(raw)
    return years


def _year_of(name: str) -> int:
    """The year that a map shows, by its name.

    Raises:
        DataRejectedError: the name holds no year, or several of which none is meant.
    """
    if spans := _years_of_spans(name):
        return int(spans[-1])
    period = named_period(name)
    if period is None:
        raise DataRejectedError(f"{name}: its name holds no year; name it by the year it shows.")
    if period.first.year != period.last.year:
        raise DataRejectedError(
            f"{name}: its name holds {period.first.year} and {period.last.year}; leave the year "
            "that it shows."
        )
    return period.first.year


def _years_of_spans(name: str) -> list[str]:
    """Years that a name spans whole, to their last day or to the day after it."""
    return [
        first
        for first, last, day in _SPAN.findall(name)
        if int(last) - int(first) == (1 if day == "0101" else 0)
    ]


def _reject_two_methods(maps: Sequence[RawFile]) -> None:
    versions = {
        year
        for raw in maps
        if _WORLDCOVER.search(raw.origin)
        for year in _YEAR.findall(Path(raw.origin).name)
    }
    if len(versions) > 1:
        raise DataRejectedError(
            "ESA WorldCover 2020 (v100) and 2021 (v200) come from two methods, so that their "
            "difference is no change; keep one of them, or take a product made for change."
        )
