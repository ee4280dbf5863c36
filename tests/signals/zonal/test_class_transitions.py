"""From class to class between two maps, by hand."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from signals.zonal.class_transitions import class_transitions
from suppliers.input_errors import DataRejectedError
from tests.signals.zonal.rasters import ONE_TO_NINE, site, write_raster

WHOLE = site(shapely.box(0.0, 0.0, 3.0, 3.0))


def test_pairs_by_hand(tmp_path: Path) -> None:
    before = np.array([[1, 1, 1], [2, 2, 2], [3, 3, 255]], dtype=np.uint8)
    after = np.array([[1, 2, 2], [2, 2, 9], [1, 1, 255]], dtype=np.uint8)
    paths = [
        write_raster(tmp_path / f"{name}.tif", values, nodata=255)
        for name, values in (("before", before), ("after", after))
    ]
    table = class_transitions(paths[:1], paths[1:], [WHOLE], classes=[1, 2, 3])
    hectares = {(a, b): area for _, a, b, area in table.areas.rows()}
    assert set(hectares) == {(1, 1), (1, 2), (2, 2), (3, 1)}
    assert hectares[1, 2] == pytest.approx(2 * hectares[1, 1], rel=1e-12)
    coverage = table.site_coverage.row(0, named=True)
    # The 9 is data of no class; the 255 is no data in both.
    assert coverage["covered_share"] == pytest.approx(8 / 9, rel=1e-3)
    assert sum(hectares.values()) < coverage["valid_ha"]


FOREST = np.ones((3, 3), np.uint8)
CLEARED = np.array([[1, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=np.uint8)


@pytest.mark.parametrize("cleared_later", [True, False])
def test_no_data_that_means_no_forest_is_asked_about(tmp_path: Path, cleared_later: bool) -> None:
    forest = write_raster(tmp_path / "forest.tif", FOREST, nodata=0)
    cleared = write_raster(tmp_path / "cleared.tif", CLEARED, nodata=0)
    paths = ([forest], [cleared]) if cleared_later else ([cleared], [forest])
    with pytest.raises(DataRejectedError, match=r"cleared\.tif: this .* no data \(stored as 0\)"):
        class_transitions(*paths, [WHOLE], classes=[1])


def test_no_data_that_the_legend_lists_is_a_class(tmp_path: Path) -> None:
    paths = [
        write_raster(tmp_path / f"{name}.tif", values, nodata=0)
        for name, values in (("before", FOREST), ("after", CLEARED))
    ]
    table = class_transitions(paths[:1], paths[1:], [WHOLE], classes=[0, 1])
    hectares = {(a, b): area for _, a, b, area in table.areas.rows()}
    assert set(hectares) == {(1, 0), (1, 1)}
    assert hectares[1, 0] / hectares[1, 1] == pytest.approx(5 / 4, rel=1e-3)
    assert table.site_coverage["covered_share"][0] == 1.0


def test_a_small_gap_in_one_map_is_no_data(tmp_path: Path) -> None:
    before = np.ones((30, 30), np.uint8)
    after = before.copy()
    after[0, :5] = 0
    paths = [
        write_raster(tmp_path / f"{name}.tif", values, nodata=0, step=0.1)
        for name, values in (("before", before), ("after", after))
    ]
    table = class_transitions(paths[:1], paths[1:], [WHOLE], classes=[1])
    assert table.site_coverage["covered_share"][0] == pytest.approx(1 - 5 / 900, rel=1e-3)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"values": ONE_TO_NINE.astype(np.float32)}, "whole numbers"),
        ({"values": ONE_TO_NINE, "left": 0.5}, "same grid"),
    ],
)
def test_maps_that_do_not_fit_are_rejected(
    tmp_path: Path, after: dict[str, object], words: str
) -> None:
    before = write_raster(tmp_path / "before.tif", ONE_TO_NINE)
    later = write_raster(tmp_path / "after.tif", **after)  # type: ignore[arg-type]  # table of cases
    with pytest.raises(DataRejectedError, match=words):
        class_transitions([before], [later], [WHOLE], classes=[1])


def test_a_year_that_lacks_a_tile_is_rejected(tmp_path: Path) -> None:
    path = write_raster(tmp_path / "a.tif", ONE_TO_NINE)
    with pytest.raises(DataRejectedError, match="both years"):
        class_transitions([path], [], [WHOLE], classes=[1])
