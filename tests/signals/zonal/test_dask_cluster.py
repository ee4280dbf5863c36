"""Measuring on a Dask cluster: the same numbers to the bit, and plain words about no cluster."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from distributed import LocalCluster

from configs.config_errors import UsageError
from signals.zonal.dask_cluster import measuring_on
from signals.zonal.site_outlines import SiteShape, geodesic_circles
from signals.zonal.zonal_statistics import class_areas, weighted_mean
from suppliers.input_errors import DataRejectedError
from tests.signals.zonal.rasters import write_raster


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def raster(tmp_path_factory: pytest.TempPathFactory) -> str:
    values = np.random.default_rng(5).integers(0, 9, (1200, 1200), dtype=np.uint8)
    folder = tmp_path_factory.mktemp("rasters")
    return write_raster(
        folder / "classes.tif", values, top=1.2, step=0.001, tiled=True, blockxsize=128,
        blockysize=128, compress="deflate",
    )  # fmt: skip


@pytest.fixture(scope="module")
def shapes() -> list[SiteShape]:
    rng = np.random.default_rng(6)
    circles = geodesic_circles(rng.uniform(0.1, 1.1, 60), rng.uniform(0.1, 1.1, 60), 5.0)
    return [SiteShape(str(index), circle) for index, circle in enumerate(circles)]


def test_cluster_gives_the_same_numbers_to_the_bit(
    scheduler: str, raster: str, shapes: list[SiteShape]
) -> None:
    here = class_areas([raster], shapes, threads=1)
    mean_here = weighted_mean([raster], shapes, threads=2)
    with measuring_on(scheduler):
        there = class_areas([raster], shapes)
        mean_there = weighted_mean([raster], shapes)
    assert there.areas.equals(here.areas)
    assert there.site_coverage.equals(here.site_coverage)
    assert mean_there.equals(mean_here)
    assert class_areas([raster], shapes).areas.equals(here.areas)


def test_rejection_on_a_worker_names_the_file(
    scheduler: str, tmp_path: Path, shapes: list[SiteShape]
) -> None:
    values = np.random.default_rng(7).integers(0, 9, (600, 600), dtype=np.uint8)
    path = Path(write_raster(tmp_path / "cut.tif", values, top=1.2, step=0.002))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with measuring_on(scheduler), pytest.raises(DataRejectedError, match=r"cut\.tif"):
        class_areas([str(path)], shapes)


def test_no_scheduler_is_one_sentence(
    raster: str, shapes: list[SiteShape], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signals.zonal.dask_cluster.CONNECT_SECONDS", 0.3)
    with measuring_on("tcp://127.0.0.1:9"), pytest.raises(UsageError, match="no scheduler answers"):
        class_areas([raster], shapes)


def test_without_an_address_dask_is_not_imported(raster: str) -> None:
    code = (
        "import sys, numpy\n"
        "from signals.zonal.site_outlines import SiteShape, geodesic_circles\n"
        "from signals.zonal.zonal_statistics import class_areas\n"
        "circle = geodesic_circles(numpy.array([0.5]), numpy.array([0.5]), 5.0)[0]\n"
        f"class_areas([{raster!r}], [SiteShape('s', circle)])\n"
        "assert not {'dask', 'distributed'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_sites_and_classes_survive_the_way(
    scheduler: str, raster: str, shapes: list[SiteShape]
) -> None:
    with measuring_on(scheduler):
        table = class_areas([raster], shapes[:3], classes=[1, 8])
    assert table.areas["site_id"].unique(maintain_order=True).to_list() == ["0", "1", "2"]
    assert table.areas.filter(pl.col("class_value") == 8).height == 3
