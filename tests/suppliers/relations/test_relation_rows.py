"""Relations from lists, registers, places and shipments, by hand."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from suppliers.relations import register_relations as registers
from suppliers.relations import relation_rows as rows
from suppliers.relations.place_relations import address_relations, exact_points, site_relations
from suppliers.relations.shared_groups import shared_groups

DAY = dt.date(2020, 1, 1)
AS_OF = dt.date(2024, 6, 15)


def companies(*given: dict[str, object]) -> pl.DataFrame:
    usual = {"country_iso2": "DE", "source": "a_register", "origin": "f.csv", "known_on": DAY}
    return pl.DataFrame([{**usual, **one} for one in given], schema=rows.COMPANY_SCHEMA)


def ends(relations: pl.DataFrame) -> list[tuple[str, str]]:
    return relations.select("from_id", "to_id").rows()


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("Deich 1, 25813 Husum", "25813 HUSUM, Deich 1", True),
        ("Plot 7, Sector 4, Ashulia 1341", "plot no. 7; sector 4 ashulia-1341", True),
        ("Rua São João 10, 68000 Pará", "RUA SAO JOAO 10, 68000 PARA", True),
        ("Deich 1, 25813 Husum", "Deich 2, 25813 Husum", False),
        # Without a number, or too short, an address says too little.
        ("Deich, Husum, Nordfriesland", "Deich, Husum, Nordfriesland", False),
        ("Deich 1", "Deich 1", False),
    ],
)
def test_one_address(one: str, other: str, are_same: bool) -> None:
    found = address_relations(
        companies({"node_id": "a", "address": one}, {"node_id": "b", "address": other})
    )
    assert ends(found.relations) == ([("a", "b")] if are_same else [])


def test_an_address_in_another_country_is_another() -> None:
    address = "Deich 1, 25813 Husum"
    found = address_relations(
        companies(
            {"node_id": "a", "address": address},
            {"node_id": "b", "address": address, "country_iso2": "FR"},
            {"node_id": "c", "address": address, "country_iso2": None},
        )
    )
    assert found.relations.is_empty()


@pytest.mark.parametrize(
    ("number", "pairs", "confidence"),
    [(2, 1, 0.7), (5, 10, 0.7), (10, 45, 0.35), (20, 190, 0.175), (21, 0, None), (5000, 0, None)],
)
def test_a_place_of_many_companies_means_less_and_a_hub_nothing(
    number: int, pairs: int, confidence: float | None
) -> None:
    found = address_relations(
        companies(
            *({"node_id": f"c{n:05}", "address": "Agent Row 9, Dover 19901"} for n in range(number))
        )
    )
    assert found.relations.height == pairs
    assert found.relations["confidence"].unique().to_list() == (
        [] if confidence is None else [pytest.approx(confidence)]
    )
    assert found.hubs["companies"].to_list() == ([number] if pairs == 0 else [])


def test_one_identifier() -> None:
    found = rows.identifier_relations(
        companies(
            {"node_id": "a", "company_number": "0895-7400"},
            {"node_id": "b", "company_number": "8957400"},
            {"node_id": "c", "company_number": "8957400", "country_iso2": "FR"},
            # What stands for no number, or is one of the list alone.
            {"node_id": "n1", "company_number": "0000"},
            {"node_id": "n2", "company_number": "0"},
            {"node_id": "n3", "company_number": "123"},
            {"node_id": "n4", "company_number": "0123"},
            {"node_id": "d", "lei": "X"},
            {"node_id": "e", "lei": "X", "country_iso2": "FR"},
        )
    )
    assert sorted(ends(found)) == [("a", "b"), ("d", "e")]


@pytest.mark.parametrize(
    ("latitude", "longitude", "precision", "is_same"),
    [
        (23.9, 90.3, "exact", True),
        (23.9008, 90.3, "exact", True),  # 89 m
        (23.901, 90.3, "exact", False),  # 111 m
        (23.9, 90.30109, "exact", False),  # 111 m at this latitude
        (23.9, 90.3, "city", False),
    ],
)
def test_one_site(latitude: float, longitude: float, precision: str, is_same: bool) -> None:
    sites = pl.DataFrame(
        {
            "supplier_id": ["a", "b"],
            "latitude": [23.9, latitude],
            "longitude": [90.3, longitude],
            "location_precision": ["exact", precision],
        }
    )
    found = site_relations(exact_points(sites, AS_OF)).relations
    assert ends(found) == ([("supplier:a", "supplier:b")] if is_same else [])


def test_a_facility_at_a_site_states_the_public_source() -> None:
    located = pl.DataFrame(
        [
            (23.9, 90.3, "supplier:a", "supplier_list", "list", AS_OF),
            (23.90001, 90.3, "open_supply_hub:BD1", "open_supply_hub", "osh.csv", DAY),
            (24.5, 90.3, "open_supply_hub:BD2", "open_supply_hub", "osh.csv", DAY),
            (None, None, "open_supply_hub:BD3", "open_supply_hub", "osh.csv", DAY),
        ],
        schema=["latitude", "longitude", "node_id", "source", "origin", "known_on"],
        orient="row",
    )
    (row,) = site_relations(located).relations.to_dicts()
    assert {row["from_id"], row["to_id"]} == {"supplier:a", "open_supply_hub:BD1"}
    assert (row["source"], row["origin"], row["known_on"]) == ("open_supply_hub", "osh.csv", AS_OF)
    assert row["confidence"] == pytest.approx(0.7)


def listed_suppliers(*given: dict[str, object]) -> pl.DataFrame:
    schema = {
        "supplier_id": pl.String, "name": pl.String, "parent": pl.String,
        "source_file": pl.String, "annual_spend": pl.Float64, "currency": pl.String,
    }  # fmt: skip
    usual = {"source_file": "list.csv", "currency": "EUR"}
    return pl.DataFrame([{**usual, **one} for one in given], schema=schema)


def test_a_parent_in_the_list_is_a_supplier_by_id_or_name_or_a_company_by_name() -> None:
    suppliers = listed_suppliers(
        {"supplier_id": "1", "name": "Zephyr Ltd", "parent": "3"},
        {"supplier_id": "2", "name": "Quibble Ltd", "parent": "ZEPHYR LTD"},
        {"supplier_id": "3", "name": "Group AG", "parent": "Other Group"},
    )
    assert ends(rows.listed_parent_relations(suppliers, AS_OF)) == [
        ("supplier:1", "supplier:3"),
        ("supplier:2", "supplier:1"),
        ("supplier:3", "named::other group"),
    ]


def test_shipments_of_two_years_become_one_relation_per_pair() -> None:
    days = [dt.date(2022, 5, 1), dt.date(2022, 6, 1), dt.date(2024, 1, 3), dt.date(2024, 7, 1)]
    shipments = pl.DataFrame(
        {
            "consignee_node": "supplier:a",
            "shipper_node": "named:CN:gin",
            "good": ["Seide", "Garn", "Garn", "Garn"],
            "shipped_on": days,
            "published_on": days,
            "origin": "s.csv",
        }
    )
    (row,) = rows.shipment_relations(shipments, AS_OF).to_dicts()
    assert (row["from_id"], row["to_id"]) == ("supplier:a", "named:CN:gin")
    assert (row["valid_from"], row["known_on"]) == (dt.date(2022, 6, 1), dt.date(2022, 6, 1))
    assert row["note"] == "2 shipments, the last on 2024-01-03: Garn"


def test_groups_behind_one_parent_and_at_one_place() -> None:
    suppliers = listed_suppliers(
        {"supplier_id": "a", "name": "A", "annual_spend": 100.0},
        {"supplier_id": "b", "name": "B", "annual_spend": 300.0},
        {"supplier_id": "c", "name": "C", "annual_spend": 600.0},
        {"supplier_id": "d", "name": "D"},
    )
    relations = rows.all_relations(
        [
            registers.parent_relations(
                pl.DataFrame(
                    {
                        "register": "gleif", "register_id": ["1", "2"], "parent_id": "9",
                        "relation": "direct", "observed_to": DAY, "published_on": DAY,
                        "origin": "f.json",
                    }
                )
            ),
            pl.DataFrame(
                [
                    {"kind": kind, "from_id": one, "to_id": other, "confidence": sure,
                     "source": "s"}
                    for kind, one, other, sure in (
                        ("match", "supplier:a", "gleif:1", 1.0),
                        ("match", "supplier:b", "gleif:2", 0.9),
                        ("match", "supplier:c", "gleif:2", 0.6),
                        ("same_site", "supplier:b", "supplier:c", 0.7),
                        ("same_site", "supplier:c", "supplier:d", 0.7),
                    )
                ],
                schema=rows.RELATION_SCHEMA,
            ),
        ]
    )  # fmt: skip
    found = shared_groups(relations, suppliers, {"gleif:9": "Group AG"}, least=0.84)
    by_kind = {row["kind"]: row for row in found.to_dicts()}
    assert by_kind["parent"]["shared_by"] == "Group AG"
    assert (by_kind["parent"]["supplier_ids"], by_kind["parent"]["share_of_spend"]) == ("a b", 0.4)
    # One of them has no spend, so the group has none.
    assert (by_kind["same_site"]["supplier_ids"], by_kind["same_site"]["annual_spend"]) == (
        "b c d",
        None,
    )


def test_a_parent_that_the_list_names_is_the_one_register_entry_of_that_name() -> None:
    suppliers = pl.DataFrame(
        {"supplier_id": ["a", "b", "c"], "name": ["A", "B", "C"], "annual_spend": [1.0, 1.0, 2.0],
         "currency": ["EUR"] * 3}
    )  # fmt: skip

    def groups(**named: str) -> list[str]:
        relations = pl.DataFrame(
            [
                {"kind": kind, "from_id": f"supplier:{one}", "to_id": parent, "confidence": 1.0,
                 "source": "s"}
                for kind, one, parent in (
                    ("parent", "a", "gleif:9"), ("listed_parent", "b", "named::shell plc"),
                    ("listed_parent", "c", "named::shell plc"),
                )
            ],
            schema=rows.RELATION_SCHEMA,
        )  # fmt: skip
        if "other" in named:
            more = relations.head(1).with_columns(to_id=pl.lit("gleif:8"))
            relations = pl.concat([relations, more])
        names = {"gleif:9": "SHELL PLC", "gleif:8": "Shell P.L.C", "named::shell plc": "Shell plc"}
        if "other" in named:
            names["gleif:8"] = named["other"]
        found = shared_groups(relations, suppliers, names, least=0.84)
        return [f"{row['shared_by']}: {row['supplier_ids']}" for row in found.to_dicts()]

    assert groups() == ["SHELL PLC: a b c"]
    # Two register entries of that name: which one the list means is not known.
    assert groups(other="Shell PLC") == ["Shell plc: b c"]


def test_an_address_of_five_thousand_companies_gives_no_relation() -> None:
    """A registered agent's office says nothing of its tenants."""
    agent = [
        {"node_id": f"c{n}", "address": "Wickhams Cay 1, Road Town VG1110"} for n in range(5_000)
    ]
    own = [{"node_id": one, "address": "Deich 1, 25813 Husum"} for one in ("a", "b")]
    found = address_relations(companies(*agent, *own))
    assert ends(found.relations) == [("a", "b")]
    assert found.hubs["companies"].to_list() == [5_000]
