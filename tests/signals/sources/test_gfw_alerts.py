import datetime as dt
from pathlib import Path

import pytest

from signals.errors import SourceUnavailableError
from signals.sources import gfw_alerts
from tests.signals.builders import context, sites, staged

HEADER = "longitude,latitude,gfw_integrated_alerts__date,gfw_integrated_alerts__confidence\n"
NEAR = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 100.0}
NORTH = {"site_id": "B", "supplier_id": "S", "latitude": 45.0, "longitude": 100.0}


def test_alerts_add_up_by_month_and_count_once(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    body = (
        "100.01,0.01,2024-03-02,high\n100.01,0.02,2024-03-09,nominal\n101.0,0.0,2024-03-02,high\n"
    )
    (mirror / "alerts_1.csv").write_text(HEADER + body + "100.0,50.0,2024-03-02,high\n")
    (mirror / "alerts_2.csv").write_text(HEADER + body + "100.01,0.01,2024-05-30,high\n")
    using = context(tmp_path, mirror=mirror, site_rows=sites(NEAR, NORTH))
    outcome = staged(gfw_alerts, using)
    row = outcome.rows.row(0, named=True)
    assert outcome.rows.height == 1
    assert (row["site_id"], row["month"]) == ("A", dt.date(2024, 3, 1))
    assert row["alert_ha"] == pytest.approx(0.02)
    assert row["high_confidence_ha"] == pytest.approx(0.01)
    assert outcome.rejected["rule"].to_list() == ["alert_has_date_and_place"]


def test_a_download_without_its_columns_is_refused(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "alerts.csv").write_text("longitude,latitude\n100.0,0.0\n")
    outcome = staged(gfw_alerts, context(tmp_path, mirror=mirror, site_rows=sites(NEAR)))
    assert outcome.rows.is_empty()
    assert "is missing" in outcome.rejected["reason"].item()


def test_without_a_folder_it_is_not_available(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailableError, match=r"sources\.gfw_alerts\.mirror"):
        gfw_alerts.pull(context(tmp_path))
