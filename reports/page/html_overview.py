"""The overview of the page: what a reader should know before the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from reports.bundle import ReportBundle
from scoring.aggregation.priority_bands import PriorityBand
from scoring.explanation.country_share import CountryShare

#: Suppliers named under each heading of rank changes.
NAMED = 5

#: In ranks; a smaller part of a rank change is rounding.
_MIN_RANKS = 0.5

_STRENGTHS = ((0.2, "hardly"), (0.4, "weakly"), (0.6, "moderately"), (0.8, "strongly"))


def overview(bundle: ReportBundle, ranked: pl.DataFrame) -> dict[str, object]:
    """Counts, coverage, dates, rank uncertainty, countries and rank changes, for the template."""
    scored = ranked.filter(pl.col("rank").is_not_null())
    records = sources_read(bundle.manifest).values()
    statuses = [str(source.get("status")) for source in records]
    uncertainty = record(bundle.manifest, "uncertainty")
    day = pl.col("data_through")
    ends = bundle.contributions.select(newest=day.max(), oldest=day.min())
    newest, oldest = ends.collect(engine="streaming").row(0)
    return {
        "suppliers": ranked.height,
        "ranked": scored.height,
        "insufficient": ranked.height - scored.height,
        "first_band": int((ranked["priority_band"] == PriorityBand.FIRST_PRIORITY.value).sum()),
        "coverage": scored["evidence_coverage"].median() if scored.height else None,
        "sources_known": len(statuses),
        "sources_with_data": sum(has_data(source) for source in records),
        "sources_empty": sum(
            source.get("status") == "read" and not has_data(source) for source in records
        ),
        "sources_silent": statuses.count("unavailable"),
        "newest": None if newest is None else str(newest),
        "oldest": None if oldest is None else str(oldest),
        "rejected": bundle.rejected.height,
        "certain": uncertainty.get("certain"),
        "interchangeable": uncertainty.get("interchangeable"),
        "countries": _countries(bundle.manifest),
        "moved": _moved(bundle, ranked),
    }


def warnings(bundle: ReportBundle) -> list[str]:
    """Warnings of the run that are not shown elsewhere in the overview.

    Raises:
        TypeError: the manifest's `warnings` is not a list.
    """
    found = bundle.manifest.get("warnings", [])
    if not isinstance(found, list):
        raise TypeError("the manifest's `warnings` is not a list of sentences")
    reported = {bundle.ranks_withheld, record(bundle.manifest, "fairness").get("summary")}
    return [str(text) for text in found if text not in reported]


def sources_read(manifest: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The record of each source in the manifest, by its id.

    Raises:
        TypeError: the manifest's `sources` is not a list.
    """
    records = manifest.get("sources", [])
    if not isinstance(records, list):
        raise TypeError("the manifest's `sources` is not a list of records")
    return {str(record["source_id"]): record for record in records}


def has_data(source: Mapping[str, object]) -> bool:
    """Whether a source was read and gave at least one row; rows that are not counted are some."""
    rows = source.get("rows")
    if source.get("status") != "read":
        return False
    return not isinstance(rows, Mapping) or any(int(count) > 0 for count in rows.values())


def record(manifest: Mapping[str, object], key: str) -> Mapping[str, object]:
    """A record of the manifest; an empty one where it has none."""
    found = manifest.get(key)
    return found if isinstance(found, Mapping) else {}


def _country_share(manifest: Mapping[str, object]) -> CountryShare | None:
    found: Any = record(manifest, "countries")
    return CountryShare(**found) if found else None


def _countries(manifest: Mapping[str, object]) -> dict[str, object] | None:
    """Share of the variance of scores explained by country; None where it is not known."""
    share = _country_share(manifest)
    if share is None or share.r_squared is None or share.rank_correlation is None:
        return None
    size = abs(share.rank_correlation)
    strength = next((word for limit, word in _STRENGTHS if size < limit), "very strongly")
    return {
        "share": share.r_squared,
        "follows": strength,
        "correlation": share.rank_correlation,
        "number": share.countries,
    }


def _moved(bundle: ReportBundle, ranked: pl.DataFrame) -> dict[str, object] | None:
    """Rank changes since the previous run; None where there is none."""
    changes = bundle.table("movements")
    if changes is None or changes.is_empty():
        return None
    rows = changes.join(ranked.select("supplier_id", "name"), on="supplier_id", how="left")
    was_in = pl.col("was_ranked").fill_null(False) & (pl.col("rank_before") <= bundle.top_k)
    is_in = pl.col("is_ranked").fill_null(False) & (pl.col("rank_after") <= bundle.top_k)
    own = pl.col("rank_change_from_own_data")
    better = rows.filter(own >= _MIN_RANKS).sort(-own, "supplier_id")
    worse = rows.filter(own <= -_MIN_RANKS).sort(own, "supplier_id")
    entered = rows.filter(is_in & ~was_in).sort("rank_after", "supplier_id")
    left = rows.filter(was_in & ~is_in).sort("rank_before", "supplier_id")
    counted = {"entered": entered, "left": left, "better": better, "worse": worse}
    return {
        "since": dt.datetime.strptime(str(rows["previous_run_id"][0])[:8], "%Y%m%d").date(),
        **{name: frame.height for name, frame in counted.items()},
        "names": {name: frame.head(NAMED).to_dicts() for name, frame in counted.items()},
    }
