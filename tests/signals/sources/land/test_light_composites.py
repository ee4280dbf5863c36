"""Monthly composites of night light at an open bucket, and what counts as a year."""

import datetime as dt
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.landuse import night_light_change
from signals.source_errors import SourceUnavailableError
from signals.sources.land import night_lights
from signals.sources.land.light_composites import is_monthly
from tests.signals.builders import context, sites, square, staged, write_raster
from tests.signals.web import store
from tests.signals.zonal.test_remote import serving

SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.04)}
AS_OF = dt.date(2024, 6, 1)


def _key(year: int, month: int, kind: str = "vcm-slcorr") -> str:
    last = 31 if month == 3 else 30
    span = f"{year}{month:02d}01-{year}{month:02d}{last}"
    return f"composites/npp_{year}{month:02d}_ops/DNB_npp_{span}_global_{kind}_v10_ops"


def _listing(stems: list[str]) -> bytes:
    keys = [f"{stem}.{layer}.tif" for stem in stems for layer in ("avg_rade9", "n_cf")]
    entries = "".join(f"<Contents><Key>{key}</Key></Contents>" for key in keys)
    return f'<?xml version="1.0"?><ListBucketResult>{entries}</ListBucketResult>'.encode()


def test_years_with_all_their_months_are_measured(tmp_path: Path) -> None:
    body = write_raster(tmp_path / "r.tif", np.full((20, 20), 2.0, np.float32)).read_bytes()
    stems = [
        _key(2023, 3, "ecmslcfg"),
        _key(2023, 9),
        _key(2022, 9),
        _key(2021, 3, "ecm-slcorr"),
        _key(2021, 9),
    ]
    files = {"/": _listing(stems)} | {f"/{stem}.avg_rade9.tif": body for stem in stems}
    kept = store(tmp_path / "store")
    with serving(files) as served, closing(kept.fetcher):
        url = f"http://127.0.0.1:{served.port}"
        using = context(tmp_path, url=url, site_rows=sites(SQUARE), as_of=AS_OF, raw_store=kept)
        rows = staged(night_lights, using).rows
    days = [dt.date(2021, 3, 31), dt.date(2021, 9, 30), dt.date(2023, 3, 31), dt.date(2023, 9, 30)]
    assert rows["observed_to"].to_list() == days
    assert rows["value"].to_list() == pytest.approx([2.0] * 4)


def test_ground_that_no_clear_night_showed_is_not_dark(tmp_path: Path) -> None:
    values = np.zeros((20, 20), np.float32)
    values[:, ::2] = 4.0
    name = Path(_key(2023, 3)).name
    write_raster(tmp_path / "m" / f"{name}.avg_rade9.tif", values)
    using = context(
        tmp_path, mirror=tmp_path / "m", site_rows=sites(SQUARE), minimum_covered_share=0.1
    )
    row = staged(night_lights, using).rows.row(0, named=True)
    assert row["value"] == pytest.approx(4.0)
    assert 0.0 < row["covered_share"] < 1.0


@pytest.mark.parametrize("body", [_listing([]), b"busy, come back later"], ids=["empty", "text"])
def test_a_bucket_without_composites_is_an_outage(tmp_path: Path, body: bytes) -> None:
    kept = store(tmp_path / "store")
    with serving({"/": body}) as served, closing(kept.fetcher):
        url = f"http://127.0.0.1:{served.port}"
        with pytest.raises(SourceUnavailableError, match=r"sources\.night_lights\.mirror"):
            night_lights.pull(context(tmp_path, url=url, raw_store=kept))


@pytest.mark.parametrize("months", [[], [13], "March"])
def test_months_are_of_a_year(tmp_path: Path, months: object) -> None:
    with pytest.raises(UsageError, match=r"options\.months"):
        night_lights.pull(context(tmp_path, months=months))


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("DNB_npp_20240301-20240331_global_ecm-slcorr_v10_ops.avg_rade9.tif", True),
        ("DNB_npp_20240301-20240331_global_ecm-slcorr_v10_ops.n_cf.tif", False),
        ("lights_20200101-20201231.tif", False),
    ],
)
def test_names_of_composites(name: str, holds: bool) -> None:
    assert is_monthly(f"/folder/{name}") is holds


def test_a_year_without_one_of_its_months_is_left_out() -> None:
    days = [dt.date(year, month, 28) for year in range(2014, 2020) for month in (3, 9)]
    rows = pl.LazyFrame(
        {
            "site_id": ["A"] * 13,
            "value": [1.0, 3.0] * 6 + [99.0],
            "covered_share": [1.0] * 13,
            "observed_to": [*days, dt.date(2020, 3, 28)],
            "origin": ["raster"] * 13,
        }
    )
    found = night_light_change.compute({"stg_night_lights__site_means": rows}).collect()
    assert found.select("period", "value").rows() == [("2014 to 2019", 0.0)]
