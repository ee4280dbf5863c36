"""What the cards say that a source asks, against what its code really asks of a loopback server."""

import datetime as dt
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

import configs
from flows.planning.source_costs import cost_of
from flows.planning.source_reach import reach_of, reached
from signals.registry import signals, sources
from tests.signals import builders
from tests.signals.web import Answer, serve, store

AS_OF = dt.date(2024, 6, 1)
PLACES = ((-0.51, 101.44), (-0.52, 101.45), (23.81, 90.41))


def _zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("num.txt", "a\tb\n")
    return content.getvalue()


def _suppliers() -> pl.DataFrame:
    rows = [
        ("1", "Alfa Palm Mill", "ID", "IDN", None, "00000001", "5299000J2N45DDNE4Y28"),
        ("2", "Beta Textiles", "ID", "IDN", "0000320193", None, None),
        ("3", "Gamma Foods", "BD", "BGD", "0000789019", None, "7LTWFZYICNSX8D621K86"),
    ]
    names = ("supplier_id", "name", "country_iso2", "country_iso3", "cik", "company_number", "lei")
    schema = dict.fromkeys((*names, "os_id"), pl.String)
    return pl.DataFrame([(*row, None) for row in rows], schema=schema, orient="row")


def _sites() -> pl.DataFrame:
    countries = ("IDN", "IDN", "BGD")
    return builders.sites(
        *(
            {
                "site_id": str(number), "supplier_id": str(number), "country_iso3": country,
                "latitude": latitude, "longitude": longitude,
            }
            for number, ((latitude, longitude), country) in enumerate(
                zip(PLACES, countries, strict=True), 1
            )
        )
    )  # fmt: skip


class _Anything(dict[str, list[Answer]]):
    """The same answer to whatever is asked."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def __missing__(self, path: str) -> list[Answer]:
        body = AVAILABLE if "data_availability" in path else self._body
        return [Answer(body=body, headers={"ETag": '"1"'})]


AVAILABLE = b"data_id,min_date,max_date\nVIIRS_NOAA20_SP,2018-04-01,2024-12-31\n"

#: Source, body that any request is answered with, keys, and the number of requests that a person
#: counts for three suppliers, of which two are near one another.
CASES = (
    ("gleif", b'{"data": []}', {}, 5),  # one batch, and two parents of each of two LEIs
    ("sec_companyfacts", b"{}", {}, 2),
    ("sec_tickers", b"{}", {}, 1),
    ("sec_financial_statements", _zip(), {}, 9),
    ("open_supply_hub", b"{}", {"OPEN_SUPPLY_HUB_TOKEN": "x"}, 3),
    ("country_table", b'[{"page":1,"pages":1,"total":0},[]]', {}, 2),
    ("hansen_gfc", b"x", {}, 4),  # two layers of the tiles 00N_100E and 30N_090E
    ("precipitation", b"x", {}, 413),  # months from January 1990 to May 2024
    ("travel_time", b"II*\0", {}, 2),  # two boxes
    ("mining_areas", b"SQLite format 3\0", {}, 1),
    ("surface_water", b"II*\0", {}, 2),  # two tiles
    ("worldpop", b"II*\0", {}, 1),
    ("nasa_power", b"{}", {}, 4),  # two cells, up to 2020 and since
    ("gfw_alerts", b"{}", {"GFW_API_KEY": "x"}, 3),
    ("firms", b"latitude,longitude\n", {"FIRMS_MAP_KEY": "x"}, 149),  # 1 + 2 boxes x 74 spans
    ("firms", b"latitude,longitude\n", {}, 2),  # two countries, the newest year
)


@pytest.mark.parametrize(("source_id", "body", "keys", "by_hand"), CASES)
def test_the_card_states_the_requests_that_the_source_makes(
    source_id: str, body: bytes, keys: Mapping[str, str], by_hand: int, tmp_path: Path
) -> None:
    module = sources()[source_id]
    suppliers, sites = _suppliers(), _sites()
    with serve() as web:
        web.answers = _Anything(body)
        context = builders.context(
            tmp_path,
            url=web.root,
            supplier_rows=suppliers,
            site_rows=sites,
            as_of=AS_OF,
            raw_store=store(tmp_path / "store", **keys),
        )
        module.pull(context)
        asked = len(web.asked)
        what = reached(
            reach_of(module.CARD, [one.card for one in signals().values()]), suppliers, sites
        )
        cost = cost_of(module.CARD, web.root, {}, what, AS_OF, has_key=bool(keys))
    assert cost.pull_requests == by_hand
    # The first span of days and the month of the run may fall either way.
    assert abs(asked - by_hand) <= 2


def test_a_source_that_could_speak_for_no_one_is_not_asked() -> None:
    card = sources()["sec_companyfacts"].CARD
    nobody = _suppliers().with_columns(cik=pl.lit(None, pl.String))
    what = reached(reach_of(card, []), nobody, _sites())
    assert cost_of(card, card.url, {}, what, AS_OF, has_key=True).requests == 0


def test_minutes_follow_the_pace_of_the_host() -> None:
    card = sources()["gleif"].CARD
    what = reached(reach_of(card, []), _suppliers(), _sites())
    cost = cost_of(card, "https://api.gleif.org/api/v1", {}, what, AS_OF, has_key=True)
    assert cost.minutes == pytest.approx(5 / 60)  # five requests at 60 a minute


def test_options_change_the_number_of_requests() -> None:
    card = sources()["sec_financial_statements"].CARD
    what = reached(reach_of(card, []), _suppliers(), _sites())
    assert cost_of(card, "", {"quarters": 4}, what, AS_OF, has_key=True).requests == 4


def test_every_source_with_an_address_states_its_requests() -> None:
    settings = configs.load(local=None)
    silent = [
        name
        for name, module in sources().items()
        if settings.sources[name].url and not module.CARD.requests
    ]
    assert silent == []


def test_a_latitude_limit_and_a_country_narrow_the_reach() -> None:
    alerts = reached(reach_of(sources()["gfw_alerts"].CARD, []), _suppliers(), _sites())
    assert alerts.suppliers.tolist() == [True, True, True]
    north = _sites().with_columns(latitude=pl.lit(51.5))
    alerts = reached(reach_of(sources()["gfw_alerts"].CARD, []), _suppliers(), north)
    assert alerts.suppliers.tolist() == [False, False, False]
    register = reached(reach_of(sources()["companies_house"].CARD, []), _suppliers(), north)
    assert not register.suppliers.any()
