"""What registers and lists state of suppliers, as facts on data points of the catalogue.

Only what the run itself holds counts: a match says which entry of a register is the supplier's, a
registry of statements that it has one, and lists that were all checked that there is no entry.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.evidence import FACT_SCHEMA, Confidence

#: What an accepted match with a register states: its entry has all three.
_BY_ENTRY = ("legal_name", "registered_address", "company_status")
_BY_STATEMENT = "modern_slavery_statement"
#: What lists of companies state together, once each of them was checked.
_BY_LISTS = ("sanctions", "forced_labour_register")

_ACCEPTED = "accept"
_BY_NAME = "name"
_STATEMENT_FLAG = "Published statement"
#: The flag of a mechanism that a register states, and the data point that it answers.
_MECHANISM_FLAG, _BY_MECHANISM = "Grievance mechanism", "grievance_mechanism"
_POSSIBLE = "possible: check before use"


def register_facts(
    suppliers: Sequence[str],
    links: pl.DataFrame,
    flags: pl.DataFrame,
    list_checks: Sequence[Mapping[str, Any]],
    points: Mapping[str, DataPoint],
    titles: Mapping[str, str],
    as_of: dt.date,
) -> pl.DataFrame:
    """The facts of a run.

    Args:
        suppliers: ids of all its suppliers.
        links: matches with registers: supplier_id, register, register_id, band, match_basis,
            matched_name.
        flags: columns of `flags.csv`.
        list_checks: `list_checks` of the manifest.
        points: the catalogue.
        titles: of the sources, by id.
        as_of: as-of date of the run, the day of facts without one of their own.

    Returns:
        Columns of `scoring.questionnaires.evidence.FACT_SCHEMA`.
    """
    return pl.concat(
        [
            _entries(links, points, titles, as_of),
            _statements(flags, titles, as_of),
            _mechanisms(flags, points, titles, as_of),
            *(_lists(suppliers, flags, list_checks, points.get(name)) for name in _BY_LISTS),
        ]
    )


def _entries(
    links: pl.DataFrame,
    points: Mapping[str, DataPoint],
    titles: Mapping[str, str],
    as_of: dt.date,
) -> pl.DataFrame:
    stated = pl.DataFrame(
        [
            (register, name)
            for name in _BY_ENTRY
            if name in points
            for register in points[name].known_by
        ],
        schema={"register": pl.String, "data_point_id": pl.String},
        orient="row",
    )
    return _facts(
        links.filter(pl.col("band") == _ACCEPTED).join(stated, on="register"),
        known_by=pl.col("register"),
        known_on=pl.lit(as_of),
        confidence=pl.when(pl.col("match_basis") == _BY_NAME)
        .then(pl.lit(Confidence.MEDIUM.value))
        .otherwise(pl.lit(Confidence.HIGH.value)),
        known_value=pl.format(
            "{}: entry {}, {}.",
            pl.col("register").replace(dict(titles)),
            "register_id",
            "matched_name",
        ),
    )


def _statements(flags: pl.DataFrame, titles: Mapping[str, str], as_of: dt.date) -> pl.DataFrame:
    ids = {title: name for name, title in titles.items()}
    return _facts(
        flags.filter(pl.col("flag") == _STATEMENT_FLAG).with_columns(
            data_point_id=pl.lit(_BY_STATEMENT)
        ),
        known_by=pl.col("list").replace(ids),
        known_on=pl.col("listed_on").fill_null(as_of),
        confidence=pl.lit(Confidence.MEDIUM.value),
        known_value=pl.format("{}: statement of {}.", "list", "listed_name"),
    )


def _mechanisms(
    flags: pl.DataFrame, points: Mapping[str, DataPoint], titles: Mapping[str, str], as_of: dt.date
) -> pl.DataFrame:
    """That a register states a mechanism at the site; whether it is safe to use is not known."""
    ids = {title: name for name, title in titles.items()}
    known_by = points[_BY_MECHANISM].known_by if _BY_MECHANISM in points else ()
    return _facts(
        flags.filter(
            pl.col("flag") == _MECHANISM_FLAG, pl.col("list").replace(ids).is_in(list(known_by))
        ).with_columns(data_point_id=pl.lit(_BY_MECHANISM)),
        known_by=pl.col("list").replace(ids),
        known_on=pl.col("listed_on").fill_null(as_of),
        confidence=pl.lit(Confidence.MEDIUM.value),
        known_value=pl.format("{}: {} ({}).", "list", "path", "listed_name"),
    )


def _lists(
    suppliers: Sequence[str],
    flags: pl.DataFrame,
    list_checks: Sequence[Mapping[str, Any]],
    point: DataPoint | None,
) -> pl.DataFrame:
    """That no list has an entry, or which one has; nothing unless each list was checked."""
    nothing = pl.DataFrame(schema=FACT_SCHEMA)
    checks = [] if point is None else [c for c in list_checks if c["list_id"] in point.known_by]
    if point is None or not checks or any(check["status"] != "checked" for check in checks):
        return nothing
    titles = [str(check["title"]) for check in checks]
    days = [dt.date.fromisoformat(str(check["content_of"])) for check in checks]
    on_list = flags.filter(pl.col("list").is_in(titles), pl.col("flag") != _STATEMENT_FLAG)
    found = on_list.group_by("supplier_id").agg(
        pl.format("{}: {} ({}).", "list", "listed_name", "status").str.join(" ").alias("entry"),
        (pl.col("status") == _POSSIBLE).any().alias("is_open"),
    )
    return _facts(
        pl.DataFrame({"supplier_id": list(suppliers)}, schema={"supplier_id": pl.String})
        .join(found, on="supplier_id", how="left", maintain_order="left")
        .filter(~pl.col("is_open").fill_null(value=False))
        .with_columns(data_point_id=pl.lit(point.id)),
        known_by=pl.lit(str(checks[0]["list_id"])),
        known_on=pl.lit(min(days)),
        confidence=pl.lit(Confidence.MEDIUM.value),
        known_value=pl.coalesce("entry", pl.lit(f"No entry found: {', '.join(titles)}.")),
    )


def _facts(rows: pl.DataFrame, **columns: pl.Expr) -> pl.DataFrame:
    return rows.select("supplier_id", "data_point_id", **columns).select(
        pl.col(name).cast(kind) for name, kind in FACT_SCHEMA.items()
    )
