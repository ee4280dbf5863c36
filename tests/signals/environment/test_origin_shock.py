"""Drought where migrants come from, from the user's tables to the value."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from signals.environment import origin_shock
from signals.source_errors import StoppedEarlyError
from signals.sources.context import migrant_corridors
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import all_staged, context, keeps_contract
from tests.signals.environment.test_weather_signals import weather

CORRIDORS = (
    "destination,origin,origin_region,share,published_on\n"
    "Malaysia,Nepal,Koshi,0.5,2020-12-31\nMYS,Bangladesh,,0.3,2020-12-31\n"
    "MYS,Indonesia,,0.2,2020-12-31\nQatar,Bangladesh,,0.1,2020-12-31\n"
    "Qatar,India,,0.9,2020-12-31\nMYS,Atlantis,,0.1,2020-12-31\nMYS,Peru,,1.5,2020-12-31\n"
)
PLACES = (
    "origin,origin_region,latitude,longitude,weight\nNepal,Koshi,26.8,87.3,\nNepal,Karnali,29.4,82.2,\n"
    "Bangladesh,Khulna,22.8,89.5,3\nBangladesh,Rangpur,25.7,89.3,1\nBangladesh,Nowhere,95,0,1\n"
)
SITES = pl.LazyFrame(
    {
        "site_id": ["m", "q", "g"],
        "country_iso3": ["MYS", "QAT", "GHA"],
        "admin_area": [None, "Doha", None],
    }
)


def staged(tmp_path: Path, **files: str) -> dict[str, pl.DataFrame]:
    folder = tmp_path / "m"
    folder.mkdir()
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.rename(path.with_suffix(".json" if text.startswith("{") else ".csv"))
    using = context(tmp_path, mirror=folder)
    outcome = all_staged(migrant_corridors, using)
    for one in outcome:
        keeps_contract(one.table, one.rows, one.rejected)
    return {one.table: one.rows for one in outcome} | {
        f"{one.table}.rejected": one.rejected for one in outcome
    }


def place_weather(place_id: str, seed: int, *, dry: bool) -> pl.DataFrame:
    """Forty years; the last one without rain where it is dry, with much where not."""
    rows = weather(place_id, seed=seed)
    last = pl.col("month") > pl.col("month").max().dt.offset_by("-12mo")
    rain = pl.when(last).then(0.0 if dry else 400.0).otherwise("precipitation_mm")
    return rows.with_columns(precipitation_mm=rain).rename({"site_id": "place_id"})


def computed(
    shares: pl.DataFrame, *frames: pl.DataFrame, sites: pl.LazyFrame = SITES
) -> dict[str, dict[str, object]]:
    empty = pl.DataFrame(schema=migrant_corridors.PLACE_WEATHER_SCHEMA)
    columns = list(migrant_corridors.PLACE_WEATHER_SCHEMA)
    inputs = {
        migrant_corridors.SHARES: shares.lazy(),
        migrant_corridors.WEATHER: pl.concat([empty, *(f.select(columns) for f in frames)]).lazy(),
        "sites": sites,
    }
    return {row["site_id"]: row for row in origin_shock.compute(inputs).collect().to_dicts()}


def test_corridors_are_laid_on_the_places_of_their_origin(tmp_path: Path) -> None:
    tables = staged(tmp_path, corridors=CORRIDORS, origin_places=PLACES)
    shares = tables[migrant_corridors.SHARES].filter(pl.col("destination_iso3") == "MYS")
    found = {(r["origin_iso3"], r["place_id"]): r["share"] for r in shares.to_dicts()}
    assert found == pytest.approx({
        ("NPL", "origin:NPL/0"): 0.5, ("BGD", "origin:BGD/0"): 0.225,
        ("BGD", "origin:BGD/1"): 0.075, ("IDN", ""): 0.2,
    })  # fmt: skip
    refused = tables[f"{migrant_corridors.SHARES}.rejected"]
    assert refused["rule"].to_list() == ["place_is_whole", "corridor_is_whole", "corridor_is_whole"]


def test_the_bilateral_table_of_the_un_is_counted_into_shares(tmp_path: Path) -> None:
    head = (
        '"Region, development group, country or area of destination",'
        '"Region, development group, country or area of origin",2020\n'
    )
    tables = staged(tmp_path, corridors=head + "Malaysia,Nepal,30\nMalaysia,Indonesia,90\n")
    shares = tables[migrant_corridors.SHARES].sort("share")["share"].to_list()
    assert shares == pytest.approx([0.25, 0.75])


def test_the_depth_of_drought_by_share_of_the_known_origins(tmp_path: Path) -> None:
    shares = staged(tmp_path, corridors=CORRIDORS, origin_places=PLACES)[migrant_corridors.SHARES]
    found = computed(
        shares,
        place_weather("origin:NPL/0", 1, dry=True),
        place_weather("origin:BGD/0", 2, dry=False),
        place_weather("origin:BGD/1", 3, dry=False),
    )
    # The dry origin is at the end of the scale, the wet ones have no drought: 0.5 x 3 / 0.8.
    assert found["m"]["value"] == pytest.approx(0.5 * 3.0 / 0.8, abs=0.05)
    assert found["m"]["quality"] == pytest.approx(0.8)
    assert found["q"]["status"] == "not_covered"
    assert "30%" in str(found["q"]["status_reason"])
    assert found["g"]["status_reason"] == "no table states where the migrants in its area come from"


def test_a_table_of_the_region_goes_before_that_of_its_country(tmp_path: Path) -> None:
    table = "destination,destination_region,origin,share\nMYS,,Nepal,1\nMYS,Johor,Bangladesh,1\n"
    places = "origin,latitude,longitude\nNepal,27,85\nBangladesh,23,90\n"
    shares = staged(tmp_path, corridors=table, origin_places=places)[migrant_corridors.SHARES]
    sites = pl.LazyFrame(
        {"site_id": ["a", "b"], "country_iso3": ["MYS"] * 2, "admin_area": ["johor", "Perak"]}
    )
    dry, wet = (place_weather(f"origin:{c}/0", 4, dry=c == "NPL") for c in ("NPL", "BGD"))
    found = computed(shares, dry, wet, sites=sites)
    assert found["a"]["value"] == 0.0
    assert found["b"]["value"] == pytest.approx(3.0, abs=0.05)


def test_no_weather_at_the_origins_is_not_covered_and_never_no_drought(tmp_path: Path) -> None:
    shares = staged(tmp_path, corridors=CORRIDORS, origin_places=PLACES)[migrant_corridors.SHARES]
    assert {row["status"] for row in computed(shares).values()} == {"not_covered"}


def test_weather_beside_the_tables_is_read_at_the_places(tmp_path: Path) -> None:
    start = dt.date(2023, 1, 1)
    series = {f"{start + dt.timedelta(days=n):%Y%m%d}": 20.0 for n in range(31)}
    answer = {
        "geometry": {"coordinates": [87.3, 26.8]},
        "properties": {"parameter": dict.fromkeys(
            ("T2M_MAX", "T2M_MIN", "T2MDEW", "PRECTOTCORR"), series)},
    }  # fmt: skip
    tables = staged(
        tmp_path, corridors=CORRIDORS, origin_places=PLACES, weather__power=json.dumps(answer)
    )
    rows = tables[migrant_corridors.WEATHER]
    assert rows.select("place_id", "month").rows() == [("origin:NPL/0", start)]
    assert rows["precipitation_mm"].to_list() == pytest.approx([620.0])


def test_tables_stay_where_the_weather_at_the_origins_stops_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corridors.csv").write_text(CORRIDORS)
    (tmp_path / "origin_places.csv").write_text(PLACES)
    answer = tmp_path / "power.json"
    answer.write_text("{}")
    using = context(tmp_path, mirror=tmp_path, weather_url="https://example.org/point")
    answered = using.store.keep("nasa_power", answer, key="26.5_87.5")

    def pull_until_limit(_: object) -> None:
        raise StoppedEarlyError("1 of 4 cells were answered", [answered])

    monkeypatch.setattr(migrant_corridors.nasa_power, "pull", pull_until_limit)
    with pytest.raises(StoppedEarlyError, match="1 of 4 cells") as stopped:
        migrant_corridors.pull(using)
    assert [raw.key for raw in stopped.value.files] == [
        "corridors.csv", "origin_places.csv", "26.5_87.5",
    ]  # fmt: skip
    assert {raw.source_id for raw in stopped.value.files} == {"migrant_corridors"}


def test_tables_about_persons_and_without_their_columns_are_rejected(tmp_path: Path) -> None:
    with pytest.raises(NonExtractiveError):
        staged(tmp_path, corridors=CORRIDORS.replace("share", "passport_number,share", 1))
    (tmp_path / "other").mkdir()
    tables = staged(tmp_path / "other", corridors="origin,share\nNepal,1\n")
    reason = tables[f"{migrant_corridors.SHARES}.rejected"]["reason"][0]
    assert "destination is missing" in reason


def test_random_shares_never_leave_the_scale() -> None:
    random = np.random.default_rng(5)
    share = random.dirichlet(np.ones(3))
    shares = pl.DataFrame(
        {
            "destination_iso3": "MYS", "destination_region": "", "origin_iso3": ["A", "B", "C"],
            "origin_region": "", "place_id": ["a", "b", "c"], "share": share,
            "observed_to": dt.date(2020, 1, 1), "published_on": dt.date(2020, 1, 1),
            "origin": "t",
        }
    )  # fmt: skip
    frames = [place_weather(p, n, dry=True) for n, p in enumerate("abc")]
    value = computed(shares, *frames)["m"]["value"]
    assert isinstance(value, float)
    assert 2.5 < value <= 3.0
