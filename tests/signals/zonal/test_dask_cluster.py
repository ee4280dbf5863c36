"""Measuring on a Dask cluster: the same numbers to the bit, and plain words about no cluster."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from distributed import LocalCluster

from benchmarks.cluster import killing_after, scheduler_process, worker
from configs.config_errors import UsageError
from signals.zonal.cluster_connection import Patience
from signals.zonal.dask_cluster import measuring_on, on_cluster
from signals.zonal.site_outlines import SiteShape, geodesic_circles
from signals.zonal.worker_versions import own_versions, version_difference
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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    short = Patience(connect=0.3, workers=0.3, outcome=0.5, look=0.1)
    monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", short)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1", "web://127.0.0.1:9", ""])
def test_no_scheduler_is_one_sentence(raster: str, shapes: list[SiteShape], address: str) -> None:
    with (
        measuring_on(address),
        pytest.raises(UsageError, match=rf"{re.escape(address)}: no scheduler answers \("),
    ):
        class_areas([raster], shapes)


@pytest.mark.usefixtures("impatient")
def test_what_accepts_and_never_answers_is_one_sentence(
    raster: str, shapes: list[SiteShape]
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(4)
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with measuring_on(address), pytest.raises(UsageError, match="no scheduler answers"):
            class_areas([raster], shapes)


def test_scheduler_without_workers_is_one_sentence(
    raster: str, shapes: list[SiteShape], monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Patience(connect=5.0, workers=0.3, look=0.1)
    monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", short)
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as empty,
        measuring_on(empty.scheduler_address),
        pytest.raises(UsageError, match="has had no worker for 0 seconds; start workers, or set"),
    ):
        class_areas([raster], shapes)


def test_worker_of_other_versions_is_named(
    scheduler: str, raster: str, shapes: list[SiteShape], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter([own_versions() | {"numpy": "9.9.9"}])
    monkeypatch.setattr(
        "signals.zonal.dask_cluster.own_versions", lambda: next(versions, own_versions())
    )
    with (
        measuring_on(scheduler),
        pytest.raises(UsageError, match=r"worker \S+ has numpy \S+ \(here 9\.9\.9\)"),
    ):
        class_areas([raster], shapes)


def test_differences_of_versions_are_listed() -> None:
    here = {"python": "3.11", "numpy": "2.2.1"}
    assert version_difference(here, dict(here)) is None
    assert (
        version_difference(here, {"python": "3.12", "numpy": "2.2.1"}) == "python 3.12 (here 3.11)"
    )
    assert version_difference(here, {"python": "3.11"}) == "numpy not installed (here 2.2.1)"


def _fails(shared: Any, group: Any) -> None:
    raise MemoryError(f"{shared} of {group[0]}\nand more")


def test_error_on_a_worker_is_one_sentence(scheduler: str) -> None:
    with pytest.raises(UsageError, match=r"a worker failed \(MemoryError: a part of x\); see its"):
        list(on_cluster(scheduler, _fails, "a part", [["x"]]))


def _never(shared: Any, group: Any) -> None:
    time.sleep(shared)


def test_workers_that_return_nothing_end_the_wait(
    scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Patience(connect=5.0, outcome=0.3, look=0.1)
    monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", short)
    with pytest.raises(UsageError, match="have returned nothing for 0 seconds"):
        list(on_cluster(scheduler, _never, 1.5, [["x"]]))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_lost_workers_cost_time_or_end_in_a_sentence(
    raster: str, shapes: list[SiteShape], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signals.zonal.block_engine.BATCH_CHUNKS", 2)
    here = class_areas([raster], shapes, threads=2).areas
    with scheduler_process(tmp_path) as (leader, address):
        with worker(address) as lost, worker(address), measuring_on(address):
            class_areas([raster], shapes)
            there = killing_after(1, lost, lambda: class_areas([raster], shapes).areas)
            assert there.equals(here)
            # A worker that comes in the middle is used as well.
            assert class_areas([raster], shapes).areas.equals(here)
        short = Patience(workers=1.0, look=0.2)
        monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", short)
        with worker(address) as last, measuring_on(address):
            monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", Patience(look=0.2))
            class_areas([raster], shapes)
            monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", short)
            with pytest.raises(UsageError, match="has had no worker"):
                killing_after(1, last, lambda: class_areas([raster], shapes))
        short = Patience(connect=1.0, look=0.2)
        with worker(address), measuring_on(address):
            monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", Patience(look=0.2))
            class_areas([raster], shapes)
            monkeypatch.setattr("signals.zonal.dask_cluster.PATIENCE", short)
            with pytest.raises(UsageError, match="the scheduler was lost"):
                killing_after(1, leader, lambda: class_areas([raster], shapes))


@pytest.mark.long
def test_lost_scheduler_prints_no_traceback(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from signals.zonal import dask_cluster\n"
        "from signals.zonal.cluster_connection import ClusterError, Patience\n"
        "from tests.signals.zonal.test_dask_cluster import _never\n"
        "dask_cluster.PATIENCE = Patience(connect=2.0, look=0.2)\n"
        "groups = [[i] for i in range(50)]\n"
        "try:\n"
        "    for _ in dask_cluster.on_cluster(sys.argv[1], _never, 0.2, groups):\n"
        "        print('one', flush=True)\n"
        "except ClusterError as error:\n"
        "    print(error, file=sys.stderr)\n"
    )
    with scheduler_process(tmp_path) as (leader, address), worker(address), subprocess.Popen(
        [sys.executable, "-c", script, address],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ,
    ) as measuring:  # fmt: skip
        assert measuring.stdout is not None
        measuring.stdout.readline()
        leader.kill()
        _, said = measuring.communicate(timeout=60)
    assert said.startswith("measure.dask_scheduler: tcp://127.0.0.1:")
    assert len(said.splitlines()) == 1


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
