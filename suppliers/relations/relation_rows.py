"""Relations between companies, from the list, registers, addresses, sites and shipments.

Every function gives rows of `RELATION_SCHEMA`. Companies go by node ids: `supplier:<id>`,
`<register>:<id>`, and `named:<country>:<name>` for a company of which only a name is known.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from suppliers.relations.relation_graph import RELATION_SCHEMA

#: Confidence in a relation (0-1): a register's own statement, the buyer's list or records, a former
#: name, and an owner of half or less, or of a share that is not stated.
BY_REGISTER, BY_BUYER, BY_FORMER_NAME, BY_MINORITY = 1.0, 0.95, 0.95, 0.7
#: An identifier, or a place, of more companies than this (a registered agent, a port, a business
#: centre, a placeholder) gives no relation.
HUB_COMPANIES = 20
SHIPMENT_MONTHS = 24

BUYER_LIST = "supplier_list"

COMPANY_SCHEMA: dict[str, pl.DataType] = {
    "node_id": pl.String(),
    "name": pl.String(),
    "country_iso2": pl.String(),
    "address": pl.String(),
    "lei": pl.String(),
    "cik": pl.String(),
    "company_number": pl.String(),
    "os_id": pl.String(),
    "source": pl.String(),
    "origin": pl.String(),
    "known_on": pl.Date(),
}

_SHORTEST_NUMBER = 5


def supplier_node(supplier_id: str) -> str:
    """The node of a supplier."""
    return f"supplier:{supplier_id}"


def name_key(column: str) -> pl.Expr:
    """Names in lower case without accents and marks, for ids of nodes."""
    return (
        pl.col(column)
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all("[\u0300-\u036f]", "")
        .str.replace_all(r"[^\pL\pN]+", " ")
        .str.strip_chars()
    )


def named_node(name: str, country: str) -> pl.Expr:
    """The node of a company of which only name and country (columns) are known."""
    return pl.concat_str(
        pl.lit("named:"), pl.col(country).fill_null(""), pl.lit(":"), name_key(name)
    )


def listed_parent_relations(suppliers: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Parents that the list names: another supplier, by id or by name, or a company by name.

    Args:
        suppliers: supplier_id, name, country_iso2, parent, source_file.
        as_of: the day of the list.
    """
    ids = {one: one for one in suppliers["supplier_id"]}
    by_name = suppliers.with_columns(key=name_key("name")).unique("key", keep="none")
    names = dict(by_name.select("key", "supplier_id").iter_rows())
    given = suppliers.filter(pl.col("parent").is_not_null()).with_columns(
        own=pl.coalesce(
            pl.col("parent").replace_strict(ids, default=None, return_dtype=pl.String),
            name_key("parent").replace_strict(names, default=None, return_dtype=pl.String),
        ),
        country=pl.lit(None, pl.String),
    )
    return relation_frame(
        given.select(
            kind=pl.lit("listed_parent"),
            from_id=pl.concat_str(pl.lit("supplier:"), "supplier_id"),
            to_id=pl.when(pl.col("own").is_not_null())
            .then(pl.concat_str(pl.lit("supplier:"), "own"))
            .otherwise(named_node("parent", "country")),
            source=pl.lit(BUYER_LIST),
            origin="source_file",
            known_on=pl.lit(as_of),
            confidence=pl.lit(BY_BUYER),
        )
    )


def identifier_relations(companies: pl.DataFrame) -> pl.DataFrame:
    """Companies with one identifier (columns of `COMPANY_SCHEMA`); numbers within a country."""
    parts = []
    for scheme in ("lei", "cik", "company_number", "os_id"):
        given = companies.filter(pl.col(scheme).is_not_null())
        value = pl.col(scheme)
        if scheme == "company_number":
            given = given.filter(pl.col("country_iso2").is_not_null())
            plain = value.str.to_uppercase().str.replace_all("[^0-9A-Z]", "")
            value = plain.str.strip_chars_start("0")
            # Shorter ones are numbers of a list, or stand for none.
            given = given.filter(value.str.len_chars() >= _SHORTEST_NUMBER)
            value = pl.concat_str("country_iso2", value)
        parts.append(given.with_columns(place=pl.concat_str(pl.lit(f"{scheme}:"), value)))
    pairs = pairs_at_one_place(pl.concat(parts), HUB_COMPANIES)
    return relation_frame(
        pairs.select(
            "from_id", "to_id", "source", "origin", "known_on",
            kind=pl.lit("same_identifier"),
            confidence=pl.lit(BY_REGISTER),
            note=pl.col("place").str.split(":").list.first().str.replace_all("_", " "),
        )
    )  # fmt: skip


def shipment_relations(shipments: pl.DataFrame, as_of: dt.date) -> pl.DataFrame:
    """Consignees and shippers of the last `SHIPMENT_MONTHS` months, one relation per pair.

    Args:
        shipments: consignee_node, shipper_node, good, shipped_on, published_on, origin.
        as_of: later shipments are not known yet.
    """
    since = dt.date(as_of.year - SHIPMENT_MONTHS // 12, as_of.month, 1)
    known = shipments.filter(
        pl.col("published_on") <= as_of,
        pl.col("shipped_on") >= since,
        pl.col("consignee_node") != pl.col("shipper_node"),
    )
    pairs = known.group_by("consignee_node", "shipper_node", maintain_order=True).agg(
        pl.col("shipped_on").min().alias("first"),
        pl.col("shipped_on").max().alias("last"),
        pl.col("published_on").min(),
        pl.col("origin").first(),
        pl.col("good")
        .drop_nulls()
        .unique(maintain_order=True)
        .head(3)
        .str.join(", ")
        .alias("goods"),
        pl.len().alias("shipments"),
    )
    return relation_frame(
        pairs.select(
            kind=pl.lit("shipment"),
            from_id="consignee_node",
            to_id="shipper_node",
            source=pl.lit("buyer_shipments"),
            origin="origin",
            valid_from="first",
            known_on="published_on",
            confidence=pl.lit(BY_BUYER),
            note=pl.concat_str(
                pl.when(pl.col("shipments") == 1)
                .then(pl.lit("1 shipment, on "))
                .otherwise(pl.format("{} shipments, the last on ", "shipments")),
                pl.col("last").cast(pl.String),
                pl.when(pl.col("goods") != "")
                .then(pl.concat_str(pl.lit(": "), "goods"))
                .otherwise(pl.lit("")),
            ),
        )
    )


def all_relations(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Relations of all kinds as one table, each once."""
    return pl.concat([pl.DataFrame(schema=RELATION_SCHEMA), *parts]).unique(maintain_order=True)


def pairs_at_one_place(located: pl.DataFrame, most: int) -> pl.DataFrame:
    """Pairs of companies with one `place`; the later known of the two gives source and day."""
    once = located.unique(["node_id", "place"], keep="first", maintain_order=True)
    sizes = once.group_by("place").agg(pl.len().alias("companies"))
    few = once.join(sizes.filter(pl.col("companies").is_between(2, most)), on="place")
    columns = ["place", "node_id", "source", "origin", "known_on", "companies"]
    pairs = (
        few.select(columns)
        .join(few.select(columns[:-1]), on="place", suffix="_other")
        .filter(pl.col("node_id") < pl.col("node_id_other"))
    )
    # What the list says is the buyer's; the other side names the public source.
    is_other = (pl.col("source") == BUYER_LIST) | (
        pl.col("known_on_other") > pl.col("known_on")
    ).fill_null(value=False)
    return pairs.select(
        "place",
        "companies",
        from_id="node_id",
        to_id="node_id_other",
        source=pl.when(is_other).then("source_other").otherwise("source"),
        origin=pl.when(is_other).then("origin_other").otherwise("origin"),
        known_on=pl.max_horizontal("known_on", "known_on_other"),
    ).sort("place", "from_id", "to_id")


def relation_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with the columns of `RELATION_SCHEMA`; those that it lacks are null."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in RELATION_SCHEMA.items()
    )
