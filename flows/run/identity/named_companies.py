"""Companies of which only a name is known: in shipments, among parents and other names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from suppliers.identity.linking import Memory, Rules, link
from suppliers.identity.names import spellings
from suppliers.identity.parties import Party
from suppliers.relations import relation_rows as rows
from suppliers.relations.relation_graph import RELATION_SCHEMA

_NAMED = "named_companies"


@dataclass(frozen=True)
class NamedCompanies:
    """Companies of which only a name is known, and the shipments between them."""

    parties: list[Party]
    shipments: pl.DataFrame


def named_parties(
    suppliers: pl.DataFrame, shipments: pl.DataFrame, entities: pl.DataFrame, links: pl.DataFrame
) -> NamedCompanies:
    """Companies in shipments, among the list's parents and other names of matched entries.

    Args:
        suppliers: the list, columns of `stg_suppliers`.
        shipments: columns of `stg_buyer_shipments__shipments`.
        entities: entries of registers, columns of `stg_register_entities`.
        links: columns of `LINK_SCHEMA`.
    """
    ids = suppliers["supplier_id"].to_list()
    shipments = _with_known_countries(shipments).with_columns(
        pl.when(pl.col(f"{end}_id").is_in(ids))
        .then(pl.concat_str(pl.lit("supplier:"), f"{end}_id"))
        .otherwise(rows.named_node(end, f"{end}_country"))
        .alias(f"{end}_node")
        for end in ("consignee", "shipper")
    )
    ends = [
        shipments.select(node=f"{end}_node", name=end, country=f"{end}_country")
        for end in ("consignee", "shipper")
    ]
    given = suppliers.filter(pl.col("parent").is_not_null()).with_columns(
        country=pl.lit(None, pl.String)
    )
    parents = given.select(
        node=rows.named_node("parent", "country"), name="parent", country="country"
    )
    others = (
        entities.join(
            links.select("register", "register_id").unique(),
            on=["register", "register_id"],
            how="semi",
            maintain_order="left",
        )
        .explode("other_names", empty_as_null=False)
        .filter(pl.col("other_names").is_not_null())
        .select(
            node=rows.named_node("other_names", "country_iso2"),
            name="other_names",
            country="country_iso2",
        )
    )
    every = pl.concat([*ends, parents, others]).filter(pl.col("node").str.starts_with("named:"))
    return NamedCompanies(
        [
            Party(node, spellings(name), country)
            for node, name, country in every.unique("node", keep="first", maintain_order=True)
            .sort("node")
            .iter_rows()
        ],
        shipments,
    )


def _with_known_countries(shipments: pl.DataFrame) -> pl.DataFrame:
    """A company without a country has that of its name elsewhere, where there is only one."""
    ends = pl.concat(
        shipments.select(key=rows.name_key(end), country=f"{end}_country")
        for end in ("consignee", "shipper")
    ).drop_nulls()
    only = ends.unique().filter(pl.col("key").is_unique())
    of_name = dict(only.iter_rows())
    return shipments.with_columns(
        pl.col(f"{end}_country").fill_null(
            rows.name_key(end).replace_strict(of_name, default=None, return_dtype=pl.String)
        )
        for end in ("consignee", "shipper")
    )


def named_matches(
    suppliers: Sequence[Party], named: Sequence[Party], rules: Rules, memory: Memory
) -> pl.DataFrame:
    """Suppliers that companies known by name alone are, or may be."""
    found = link(suppliers, _NAMED, named, rules, memory, several=True)
    frame = pl.DataFrame(
        [
            {
                "kind": "match",
                "from_id": rows.supplier_node(one.supplier_id),
                "to_id": one.entry.id,
                "source": rows.BUYER_LIST,
                "origin": "names compared",
                "known_on": memory.as_of,
                "confidence": one.verdict.score,
                "note": one.verdict.reason,
            }
            for one in found
        ],
        schema=RELATION_SCHEMA,
    )
    return frame.filter(pl.col("confidence") > 0)
