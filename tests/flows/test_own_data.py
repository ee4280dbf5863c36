"""Signals of sources that are not set up do not apply; a source that gave nothing is a gap."""

import polars as pl
import pytest

from flows.run.inputs import explain_unavailable_sources
from signals.registry import signals

_VALUES = pl.DataFrame(
    {
        "supplier_id": ["A", "B"],
        "status": ["not_covered", "observed"],
        "status_reason": ["the source has no data about it", None],
    }
)
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
    values = explain_unavailable_sources(_VALUES, signals()[signal].card, reasons)
    assert values["status"].to_list() == [status, "observed"]
    assert values["status_reason"][0].startswith(reason)
    assert values["status_reason"][1] is None
