"""Air, corridors and areas in a whole run: values, flags and places in the published files."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
import yaml

import configs
from flows.run import stages
from flows.run.work.stage_types import RunRequest
from tests.flows.small_world import write_small_world
from tests.signals.sources.test_air import location, page

AS_OF = dt.date(2022, 3, 1)


@pytest.mark.long
def test_a_run_with_air_corridors_and_areas(tmp_path: Path) -> None:
    profile = write_small_world(tmp_path / "w")
    air, corridors = tmp_path / "air", tmp_path / "corridors"
    air.mkdir()
    corridors.mkdir()
    (air / "locations.json").write_bytes(page([location(1, -1.5, 103.0)]))
    last = dt.datetime.combine(AS_OF - dt.timedelta(days=7), dt.time())
    days = [
        {
            "period": {"datetimeFrom": {"local": f"{day.isoformat()}+07:00"},
                       "datetimeTo": {"local": f"{(day + dt.timedelta(1)).isoformat()}+07:00"}},
            "value": 25.0, "parameter": {"name": "pm25", "units": "µg/m³"}, "coverage": None,
        }
        for day in (last - dt.timedelta(days=n) for n in range(365))
    ]  # fmt: skip
    (air / "sensor_10.json").write_bytes(page(days))
    (corridors / "corridors.csv").write_text("destination,origin,share\nQatar,Nepal,0.5\n")
    areas = tmp_path / "areas.csv"
    areas.write_text(
        "area,country,region,other_names,kind,policy,since,link,divisions\n"
        "made-up,IDN,,,state_imposed,Made-up Act,2020-01-01,https://example.org/act,\n"
    )
    settings = yaml.safe_load(profile.read_text())
    settings["sources"]["openaq"] = {"enabled": True, "mirror": str(air)}
    settings["sources"]["migrant_corridors"] = {"enabled": True, "mirror": str(corridors)}
    settings["identity"] = {"listed_areas": str(areas)}
    profile.write_text(yaml.safe_dump(settings))
    loaded = configs.load(str(profile), local=None)
    published = stages.run_all(RunRequest(loaded, AS_OF, tmp_path / "out"))

    rows = pl.read_parquet(published.folder / "contributions.parquet")
    by_signal = {
        name: rows.filter(pl.col("signal_id") == name)
        for name in ("air_pollution", "origin_shock", "no2_column_excess")
    }
    # The first mill's round coordinates are no place to measure at.
    assert by_signal["air_pollution"]["value"].to_list() == [None] + [5.0] * 5
    assert set(by_signal["origin_shock"]["status"]) == {"not_covered"}
    assert (
        "no table states where the migrants in its area come from"
        in by_signal["origin_shock"]["sentence"][0]
    )
    assert set(by_signal["no2_column_excess"]["status"]) == {"not_applicable"}
    with (published.folder / "ranked.csv").open(encoding="utf-8-sig") as stream:
        ranked = list(csv.DictReader(stream))
    reasons = ("reason_1", "reason_2", "reason_3")
    assert all("Made-up Act" not in row[reason] for row in ranked for reason in reasons)
    assert all("Made-up Act, since 2020-01-01." in row["flags"] for row in ranked)
    assert {row["suppliers_ranked_in_country"] for row in ranked} == {str(len(ranked))}
    manifest = json.loads((published.folder / "manifest.json").read_text())
    assert manifest["within_cell_variance_share"]["air_pollution"] is None
