"""The data item that is suggested is one that the supplier can have."""

import dataclasses

import polars as pl

from scoring.explanation.insufficient_information import lowest_cost_data_gap
from signals.access import Reach
from signals.site_means import LOCATION_NOT_COVERED
from tests.scoring.sample import CARDS, card, scored, source_card


def test_a_source_by_identifier_is_suggested_only_to_those_who_have_it() -> None:
    cards = {**CARDS, "accounts": card("accounts", "financial", sources=("regulator", "register"))}
    sources = {
        "regulator": source_card(
            id="regulator",
            held_by="the regulator",
            reach=Reach(by="identifier", identifiers=("cik",)),
        ),
        "register": source_card(),
    }
    result = scored({"grower": {}, "listed": {}})
    listed = pl.DataFrame({"supplier_id": ["grower", "listed"], "cik": [None, "0000000001"]})
    gaps = lowest_cost_data_gap(result.normalised, cards, sources, listed)
    assert gaps.to_list() == [
        "Accounts: from the public records of the Ministry",
        "Accounts: from the public records of the regulator",
    ]


def test_a_location_that_no_source_covers_is_not_asked_for() -> None:
    result = scored({"a": {}})
    outside = {
        name: dataclasses.replace(
            one, rows=one.rows.with_columns(status_reason=pl.lit(LOCATION_NOT_COVERED))
        )
        for name, one in result.normalised.aligned.items()
    }
    normalised = dataclasses.replace(result.normalised, aligned=outside)
    listed = pl.DataFrame({"supplier_id": ["a"]})
    gaps = lowest_cost_data_gap(normalised, CARDS, {"register": source_card()}, listed)
    assert gaps.to_list() == [None]
