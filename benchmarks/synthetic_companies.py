"""What a run knows of 10,000 suppliers and a register of 190,000 companies, from one seed.

Companies come in neighbourhoods: each is owned by others of its own, with three relations a company
and shipments between suppliers. Nothing of it is real.
"""

from __future__ import annotations

import datetime as dt
import random

import polars as pl

from benchmarks.synthetic_register import made_register
from benchmarks.synthetic_relations import AS_OF, COMPANIES, LISTED, SEED, SUPPLIERS
from configs.settings import Identity
from flows.run.identity.identity_tables import LINK_SCHEMA
from flows.run.identity.related_companies import KnownCompanies
from signals.sources.buyer.buyer_shipments import SCHEMA as SHIPMENT_SCHEMA
from signals.sources.lists.list_rows import SCHEMA as LIST_SCHEMA
from signals.sources.registers.register_rows import ENTITY_SCHEMA, PARENT_SCHEMA
from signals.sources.registers.register_ties import OWNER, tie_frame
from suppliers.identity.linking import Rules
from suppliers.identity.match_scoring import Thresholds
from suppliers.identity.parties import Party

_SINCE = dt.date(2019, 1, 1)
_OWNERS_PER_COMPANY = 4
_SHIPMENTS = 40_000
_NEIGHBOURHOOD = 20
_REGISTER = "a_register"


def rules_of(settings: Identity) -> Rules:
    """The rules by which the default configuration links suppliers."""
    thresholds = Thresholds(settings.accept, settings.review, settings.least_distinctive)
    return Rules(
        thresholds,
        settings.margin,
        settings.candidates_per_supplier,
        settings.block_limit,
        settings.review_registers,
    )


def known_companies(suppliers: int = SUPPLIERS, companies: int = COMPANIES) -> KnownCompanies:
    """Suppliers, register entries, parents, owners, shipments and a list of companies."""
    rng = random.Random(SEED)
    register = made_register(rng, companies - suppliers)
    ids = [entry.id for entry in register]
    of_supplier = rng.sample(range(len(register)), suppliers)
    parties = [
        Party(f"S{n}", register[at].names, register[at].country) for n, at in enumerate(of_supplier)
    ]
    names = [party.names[0] for party in parties]
    listed_suppliers = pl.DataFrame(
        {
            "supplier_id": [party.id for party in parties],
            "name": names,
            "country_iso2": [party.country for party in parties],
            "parent": [None] * suppliers,
            "annual_spend": [1.0] * suppliers,
            "currency": ["EUR"] * suppliers,
            "source_file": ["list.csv"] * suppliers,
        },
        schema_overrides={"parent": pl.String},
    )
    links = pl.DataFrame(
        [
            {**dict.fromkeys(LINK_SCHEMA), "supplier_id": f"S{n}", "register": _REGISTER,
             "register_id": ids[at], "band": "accept", "score": 1.0, "match_basis": "identifier",
             "reason": "the same identifier"}
            for n, at in enumerate(of_supplier)
        ],
        schema=LINK_SCHEMA,
    )  # fmt: skip
    days = {"observed_to": _SINCE, "published_on": _SINCE, "origin": "synthetic.csv"}
    entities = pl.DataFrame(
        {
            "register": [_REGISTER] * len(register),
            "register_id": ids,
            "name": [entry.names[0] for entry in register],
            "country_iso2": [entry.country for entry in register],
        }
    ).with_columns(
        *(pl.lit(value).alias(name) for name, value in days.items()),
        other_names=pl.lit([], dtype=pl.List(pl.String)),
        is_active=pl.lit(value=True),
    )
    entities = entities.with_columns(
        pl.lit(None, kind).alias(name)
        for name, kind in ENTITY_SCHEMA.items()
        if name not in entities.columns
    ).select(list(ENTITY_SCHEMA))

    def neighbour(at: int) -> str:
        first = at - at % _NEIGHBOURHOOD
        return ids[min(first + rng.randrange(_NEIGHBOURHOOD), len(ids) - 1)]

    parents = pl.DataFrame(
        [
            {**dict.fromkeys(PARENT_SCHEMA), "register": _REGISTER, "register_id": one,
             "relation": "direct", "parent_id": ids[at - at % _NEIGHBOURHOOD], **days}
            for at, one in enumerate(ids)
            if at % _NEIGHBOURHOOD
        ],
        schema=PARENT_SCHEMA,
    )  # fmt: skip
    ties = tie_frame(
        {"register": _REGISTER, "tie_id": f"{one}:{number}", "tie": OWNER, "register_id": one,
         "other_id": other, "least_percent": 10.0, "most_percent": 25.0, **days}
        for at, one in enumerate(ids)
        for number in range(_OWNERS_PER_COMPANY)
        if (other := neighbour(at)) != one
    )  # fmt: skip
    shipments = pl.DataFrame(
        [
            {**dict.fromkeys(SHIPMENT_SCHEMA), "shipment_id": str(n), "shipped_on": AS_OF,
             "consignee": names[one], "consignee_id": f"S{one}",
             "consignee_country": parties[one].country, "shipper": names[other],
             "shipper_id": f"S{other}", "shipper_country": parties[other].country,
             "good": "yarn", **days}
            for n in range(_SHIPMENTS * suppliers // SUPPLIERS)
            for one, other in [rng.sample(range(suppliers), 2)]
        ],
        schema=SHIPMENT_SCHEMA,
    )  # fmt: skip
    listed = pl.DataFrame(
        [
            {**dict.fromkeys(LIST_SCHEMA), "list_id": "a_list", "entry_id": entry.id,
             "list_title": "A list", "kind": "entity_list", "name": entry.names[0],
             "other_names": [], "country_iso2": entry.country, **days}
            for entry in rng.sample(register, min(LISTED, len(register)))
        ],
        schema=LIST_SCHEMA,
    )  # fmt: skip
    sites = pl.DataFrame(
        schema={"supplier_id": pl.String, "latitude": pl.Float64, "longitude": pl.Float64,
                "location_precision": pl.String}
    )  # fmt: skip
    return KnownCompanies(
        parties, listed_suppliers, sites, links, entities, parents, ties, shipments, listed,
        {_REGISTER: "A register", "a_list": "A list"},
    )  # fmt: skip
