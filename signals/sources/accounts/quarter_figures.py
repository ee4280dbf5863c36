"""Figures of a quarter of filings with the SEC, read by DuckDB from the zip as published."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from signals.fetching.archives import unpacked_member
from signals.sources.accounts.xbrl_concepts import DURATION_ITEMS, TAXONOMIES, Concept
from suppliers.input_errors import DataRejectedError

#: Yearly reports of domestic and foreign filers, with their amendments.
ANNUAL_FORMS = "^(10-K|20-F|40-F)"

_STATEMENTS = "12_accounts"
#: Nothing in a file makes DuckDB fetch an extension or an address.
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
#: A row begins with the number of a filing; a line that does not goes on in a quoted cell.
_ROW = re.compile(rb"\d{10}-\d{2}-\d{6}\t")


@dataclass(frozen=True)
class Quarter:
    """A quarter of filings.

    Attributes:
        items: cik, period_end, item, currency, value, concept, is_weak, published_on.
        read: figures in it.
        outcomes: figures by their use: `used`, or as the statements name it.
    """

    items: pl.DataFrame
    read: int
    outcomes: Mapping[str, int]


def read_quarter(
    path: Path, ciks: Collection[str] | None = None, forms: str = ANNUAL_FORMS
) -> Quarter:
    """The yearly items and balances of one quarter of filings.

    Figures of segments and of co-registrants are left out; where a filing reports two currencies,
    the one with more figures is its own. The best concept for an item in a filing is taken.

    Args:
        path: a zip with `sub.txt` and `num.txt`.
        ciks: companies wanted, ten digits; None takes all.
        forms: regular expression of the forms wanted.

    Raises:
        DataRejectedError: no such zip, or its tables lack a column.
    """
    with (
        unpacked_member(path, "sub.txt") as sub,
        unpacked_member(path, "num.txt") as num,
        duckdb.connect(config=_CLOSED) as connection,
    ):
        wanted = pl.DataFrame({"cik": list(ciks or [])}, {"cik": pl.String})
        connection.register("terms", _terms().to_arrow())
        connection.register("wanted", wanted.to_arrow())
        try:
            _submissions(connection, sub)
            begun = _numbers(connection, num)
            connection.execute(
                _statement("filings"), {"forms": forms, "all_companies": ciks is None}
            )
            outcomes = _outcomes(connection, "figure_outcomes")
            if sum(outcomes.values()) != begun:
                raise DataRejectedError(
                    f"{path.name}: num.txt has {begun} rows, of which {sum(outcomes.values())} "
                    "can be separated: a quotation mark has no pair; fetch it again."
                )
            outcomes.pop("figure", None)
            for name in ("reported_figures", "annual_items"):
                connection.execute(_statement(name))
            outcomes |= _outcomes(connection, "item_outcomes")
            table = connection.table("items").to_arrow_table()
        except duckdb.Error as error:
            raise DataRejectedError(
                f"{path.name}: its tables are not those of a Financial Statement Data Set; "
                "fetch it again."
            ) from error
    return Quarter(pl.DataFrame(table), begun, outcomes)


def _statement(name: str) -> str:
    return (files("sql") / _STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


def _outcomes(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, int]:
    return dict(connection.execute(_statement(name)).fetchall())


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyRelation:
    return connection.read_csv(
        str(path), delimiter="\t", header=True, all_varchar=True, quotechar='"', escapechar='"'
    )


def _submissions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    _read(connection, path).create_view("submissions")


def _numbers(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Register the figures; sets of before 2025 have no segments, but whole companies alone.

    Returns:
        How many there are, by the beginnings of their lines.
    """
    table = _read(connection, path)
    if "segments" not in table.columns:
        table = table.project("*, null::varchar as segments")
    table.create_view("numbers")
    with path.open("rb") as stream:
        return sum(_ROW.match(line) is not None for line in stream)


def _rank(choices: Sequence[Concept], rank: int) -> int:
    return rank if not choices[rank].is_total else [one.is_total for one in choices].index(True)


def _terms() -> pl.DataFrame:
    rows = [
        {
            "taxonomy": taxonomy,
            "item": item,
            # Totals of an item compete by size, so they share the first one's rank.
            "choice": _rank(choices, rank),
            "is_total": choice.is_total,
            "formula": choice.name,
            "is_weak": choice.is_weak,
            "required": len(choice.terms),
            "tag": term.removeprefix("-"),
            "sign": -1.0 if term.startswith("-") else 1.0,
            "is_optional": term in choice.optional,
            "is_flow": item in DURATION_ITEMS,
        }
        for taxonomy, concepts in TAXONOMIES.items()
        for item, choices in concepts.items()
        for rank, choice in enumerate(choices)
        for term in (*choice.terms, *choice.optional)
    ]
    return pl.DataFrame(rows)
