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
    after = np.array([[1, 2, 2], [2, 2, 9], [255, 1, 1]], dtype=np.uint8)
    paths = [
        write_raster(tmp_path / f"{name}.tif", values, nodata=255)
        for name, values in (("before", before), ("after", after))
    ]
    table = class_transitions(paths[:1], paths[1:], [WHOLE], classes=[1, 2, 3])
    hectares = {(a, b): area for _, a, b, area in table.areas.rows()}
    assert set(hectares) == {(1, 1), (1, 2), (2, 2), (3, 1)}
    assert hectares[1, 2] == pytest.approx(2 * hectares[1, 1], rel=1e-12)
    coverage = table.site_coverage.row(0, named=True)
    # The 9 is data of no class; the two 255 are no data.
    assert coverage["covered_share"] == pytest.approx(7 / 9, rel=1e-3)
    assert sum(hectares.values()) < coverage["valid_ha"]


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
