"""Paths from suppliers to companies on lists, over relations between companies.

The statements of `sql/16_relations` do the work in an in-memory DuckDB: companies become numbers,
paths grow from the lists towards the suppliers one relation at a time, and a company too far from
every supplier is left out. A path is as sure as its weakest relation, and less where it comes by
goods of a sister company.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib.resources import files

import duckdb
import polars as pl

import sql

#: Relations of the longest path.
MOST_RELATIONS = 4
#: Most that a path can be sure of by goods of a sister company: up to a common owner, down to
#: another company of the group, and to its shipper.
GOODS_OF_A_SISTER = 0.5

#: What is known of one relation. `from_id` is the child, the consignee or the supplier; `source`
#: the id of the source, `origin` its file, `link` an address, `note` in words.
RELATION_SCHEMA: dict[str, pl.DataType] = {
    "kind": pl.String(),
    "from_id": pl.String(),
    "to_id": pl.String(),
    "source": pl.String(),
    "origin": pl.String(),
    "link": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "known_on": pl.Date(),
    "confidence": pl.Float64(),
    "note": pl.String(),
}
KINDS = (
    "match", "parent", "listed_parent", "owner", "same_identifier", "same_address", "same_site",
    "former_name", "successor", "shipment",
)  # fmt: skip

REASONS: dict[str, str] = {
    "own_parent": "the company is given as its own parent",
    "relation_to_itself": "both ends of the relation are one company",
    "ends_before_it_begins": "the relation ends before it begins",
    "confidence_is_a_share": "the confidence is not above 0 and at most 1",
    "circle_of_ownership": "the companies own each other in a circle, so no order is certain",
}

#: One row per step of a path: `start_id` to the entry `entry_id` of the list `list_id`.
STEP_SCHEMA: dict[str, pl.DataType] = {
    "start_id": pl.String(),
    "list_id": pl.String(),
    "entry_id": pl.String(),
    "relations": pl.Int64(),
    "certainty": pl.Float64(),
    "position": pl.Int64(),
    "from_id": pl.String(),
    "to_id": pl.String(),
    "is_forward": pl.Boolean(),
    **{name: RELATION_SCHEMA[name] for name in RELATION_SCHEMA if not name.endswith("_id")},
}

_FOLDER = "16_relations"
_SETTINGS = (
    "create table relation_settings(as_of date, most_relations integer, goods_of_a_sister double)"
)


@dataclass(frozen=True)
class SoundRelations:
    """Relations that can be used, and the outcome of the others.

    Attributes:
        relations: columns of `RELATION_SCHEMA`; known and in force on the day, in the order given.
        rejected: the same columns and `rule`, one of `REASONS`.
        later: relations not known, or not in force, by the day.
        ended: relations that ended before it.
    """

    relations: pl.DataFrame
    rejected: pl.DataFrame
    later: int
    ended: int


def sound_relations(relations: pl.DataFrame, as_of: dt.date) -> SoundRelations:
    """The relations that hold on a day.

    Args:
        relations: columns of `RELATION_SCHEMA`.
        as_of: the day.
    """
    columns = list(RELATION_SCHEMA)
    given = relations.select(columns).with_row_index("relation")
    compared = given.select(
        "relation", "kind", "from_id", "to_id", "valid_from", "valid_to", "known_on", "confidence"
    )
    with _database() as database:
        _set(database, as_of)
        database.register("given", compared.to_arrow())
        database.execute("create table known_relations as select * from given")
        _run(database, "10_valid_relations.sql")
        found = _frame(database, "select * from relation_outcomes order by relation")
    # DuckDB gives rows in any order; of equally sure relations paths take the first one.
    outcomes = pl.concat([given, found.drop("relation")], how="horizontal")
    usable = outcomes.filter(pl.col("rule").is_null())
    return SoundRelations(
        usable.filter(~pl.col("is_later"), ~pl.col("has_ended")).select(columns),
        outcomes.filter(pl.col("rule").is_not_null()).select(*columns, "rule"),
        usable.filter("is_later").height,
        usable.filter(~pl.col("is_later"), pl.col("has_ended")).height,
    )


def reachable(relations: pl.DataFrame, starts: pl.Series) -> list[str]:
    """Companies within the longest path of the starts, the starts among them, in order."""
    with _database() as database:
        _number(database, relations, starts)
        database.execute("create table listed_nodes(entry bigint, node bigint, certainty double)")
        _steps(database)
        found = database.execute(
            "select company from near inner join companies using (node) order by company"
        ).fetchall()
    return [str(company) for (company,) in found]


def paths_to_lists(
    relations: pl.DataFrame, starts: pl.Series, listed: pl.DataFrame
) -> pl.DataFrame:
    """Every step of the paths from starts to listed companies, of at most `MOST_RELATIONS`.

    From a start to an entry there is the shortest path, of equally long ones the surest, and
    beside it each longer one that is surer. A start that is itself on the list has no path.

    Args:
        relations: sound ones, columns of `RELATION_SCHEMA`, in an order that does not change.
        starts: ids of the suppliers' nodes.
        listed: node_id, list_id, entry_id, confidence (0-1) of companies on lists.

    Returns:
        Columns of `STEP_SCHEMA`, by start, list, entry, relations and position.
    """
    if relations.is_empty() or listed.is_empty():
        return pl.DataFrame(schema=STEP_SCHEMA)
    entries = listed.select("list_id", "entry_id").unique(maintain_order=True).sort(pl.all())
    entries = entries.with_row_index("entry")
    with _database() as database:
        _number(database, relations, starts)
        nodes = listed.join(entries, on=["list_id", "entry_id"])
        database.register("listed", nodes.to_arrow())
        database.execute(
            "create table listed_nodes as select entry, node, max(confidence) as certainty "
            "from listed inner join companies on companies.company = listed.node_id "
            "group by entry, node"
        )
        _steps(database)
        for level in range(1, MOST_RELATIONS + 1):
            database.execute(f"set variable level = {level}")
            _run(database, "40_next_relation.sql")
        _run(database, "50_paths.sql")
        steps = _frame(
            database,
            "select starts.company as start_id, entry, relations, certainty, position, "
            "at_node.company as from_company, after.company as to_company, relation "
            "from paths "
            "inner join companies as starts on starts.node = start_node "
            "inner join companies as at_node on at_node.node = paths.node "
            "inner join companies as after on after.node = next_node",
        )
    found = steps.join(entries.cast({"entry": pl.Int64}), on="entry").join(
        relations.with_row_index("relation").cast({"relation": pl.Int64}), on="relation"
    )
    return (
        found.with_columns(
            is_forward=pl.col("from_company") == pl.col("from_id"),
            from_id=pl.col("from_company"),
            to_id=pl.col("to_company"),
        )
        .select(pl.col(name).cast(kind) for name, kind in STEP_SCHEMA.items())
        .sort("start_id", "list_id", "entry_id", "relations", "position")
    )


def _steps(database: duckdb.DuckDBPyConnection) -> None:
    _run(database, "20_steps.sql")
    for level in range(1, MOST_RELATIONS + 1):
        database.execute(f"set variable level = {level}")
        _run(database, "30_nearer.sql")


def _number(
    database: duckdb.DuckDBPyConnection, relations: pl.DataFrame, starts: pl.Series
) -> None:
    """Companies, relations and starts as numbers, in an order that does not change."""
    companies = (
        pl.concat([relations["from_id"], relations["to_id"], starts.cast(pl.String)])
        .unique()
        .sort()
        .alias("company")
        .to_frame()
        .with_row_index("node")
    )
    numbered = (
        relations.select("kind", "from_id", "to_id", "confidence")
        .with_row_index("relation")
        .join(companies.rename({"company": "from_id", "node": "from_node"}), on="from_id")
        .join(companies.rename({"company": "to_id", "node": "to_node"}), on="to_id")
        .drop("from_id", "to_id")
    )
    start = companies.filter(pl.col("company").is_in(starts.implode())).select("node")
    for name, frame in (
        ("companies", companies), ("numbered_relations", numbered), ("start_nodes", start),
    ):  # fmt: skip
        whole = frame.with_columns(pl.col(pl.UInt32).cast(pl.Int64))
        database.register(f"{name}_given", whole.to_arrow())
        database.execute(f"create table {name} as select * from {name}_given")
    _set(database, None)


def _set(database: duckdb.DuckDBPyConnection, as_of: dt.date | None) -> None:
    database.execute(_SETTINGS)
    database.execute(
        "insert into relation_settings values (?, ?, ?)",
        [as_of, MOST_RELATIONS, GOODS_OF_A_SISTER],
    )


def _run(database: duckdb.DuckDBPyConnection, name: str) -> None:
    database.execute((files(sql) / _FOLDER / name).read_text(encoding="utf-8"))


def _frame(database: duckdb.DuckDBPyConnection, statement: str) -> pl.DataFrame:
    frame = pl.from_arrow(database.sql(statement).to_arrow_table())
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a statement of the relations gave no table")
    return frame


def _database() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:")
    database.execute("set enable_progress_bar = false")
    return database
