"""Signals of sources that are not set up do not apply; a source that gave nothing is a gap."""

import polars as pl
import pytest

from flows.run.request.inputs import explain_unavailable_sources
from signals.registry import signals

_VALUES = pl.DataFrame(
    {
        "supplier_id": ["A", "B"],
        "status": ["not_covered", "observed"],
        "status_reason": ["the source has no data about it", None],
    }
)
_SUPPLIERS = pl.DataFrame({"supplier_id": ["A", "B"], "country_iso3": ["VNM", "VNM"]})
_OFF = {"buyer_ledger": "it is switched off", "ocds": "no address or folder is set for it"}
_OUT = {**_OFF, "buyer_ledger": "the mirror holds no table"}


@pytest.mark.parametrize(
    ("signal", "reasons", "status", "reason"),
    [
        ("late_payment", _OFF, "not_applicable", "no ledger or other data of your own was given"),
        ("late_payment", _OUT, "not_covered", "Your own purchasing ledger: the mirror holds no"),
        ("late_payment", {"ocds": "it is switched off"}, "not_covered", "the source has no data"),
        ("active_fire_density", {"firms": "it is switched off"}, "not_applicable", "FIRMS"),
        ("active_fire_density", {"firms": "503 four times"}, "not_covered", "FIRMS"),
    ],
)
def test_the_status_of_what_is_missing(
    signal: str, reasons: dict[str, str], status: str, reason: str
) -> None:
    values = explain_unavailable_sources(_VALUES, signals()[signal].card, reasons, _SUPPLIERS)
    assert values["status"].to_list() == [status, "observed"]
    assert values["status_reason"][0].startswith(reason)
    assert values["status_reason"][1] is None


def test_a_register_of_one_country_is_no_gap_elsewhere() -> None:
    card = signals()["going_concern"].card
    others = {name for name in card.sources if name != "norwegian_company_register"}
    values = pl.DataFrame(
        {
            "supplier_id": ["A", "B", "C", "D"],
            "status": ["not_covered", "not_covered", "observed", "not_covered"],
            "status_reason": ["nothing", "nothing", None, "nothing"],
        }
    )
    suppliers = pl.DataFrame(
        {"supplier_id": ["A", "B", "C", "D"], "country_iso3": ["NOR", "VNM", "VNM", None]}
    )
    off = dict.fromkeys(others, "it is switched off")
    explained = explain_unavailable_sources(values, card, off, suppliers)
    expected = ["not_covered", "not_applicable", "observed", "not_covered"]
    assert explained["status"].to_list() == expected
    assert "NOR alone" in explained["status_reason"][1]
    # Accounts of any country may be on the list of accounts.
    given = {name: reason for name, reason in off.items() if name != "accounts_csv"}
    assert explain_unavailable_sources(values, card, given, suppliers).equals(values)


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (
            "https://a.example/x: the connection failed (ConnectError); run again.",
            "it could not be reached",
        ),
        ("https://a.example/x: HTTP 404; run again later.", "HTTP 404"),
        ("it is switched off by its licence", "it is switched off by its licence"),
    ],
)
def test_the_reason_of_a_supplier_has_no_address(reason: str, shown: str) -> None:
    card = signals()["active_fire_density"].card
    values = explain_unavailable_sources(
        _VALUES, card, dict.fromkeys(card.sources, reason), _SUPPLIERS
    )
    assert values["status_reason"][0].endswith(f": {shown}")
