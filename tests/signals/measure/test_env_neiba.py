"""Real crops of environmental products against reference zonal values for one protected area."""

import re
from pathlib import Path

import geopandas
import pytest
import rasterio

from signals.measure.shapes import SiteShape
from signals.measure.zonal import weighted_mean

pytestmark = pytest.mark.shared

PRODUCTS = [
    ("worldclim_precipitation", "calc_precipitation_wc"),
    ("worldclim_max_temperature", "calc_temperature_max_wc"),
    ("worldclim_min_temperature", "calc_temperature_min_wc"),
    ("nasa_grace", "calc_drought_indicator"),
]


def told(folder: Path, name: str) -> list[float]:
    """The first block of printed numbers, without the positions R prints before them."""
    block = (folder / "expected" / f"{name}.md").read_text().split("Output")[1].split("Code")[0]
    return [float(number) for number in re.sub(r"\[\d+\]", " ", block).split() if number != "#"
            and re.fullmatch(r"-?\d+(\.\d+)?", number)]  # fmt: skip


@pytest.mark.parametrize(("product", "expected"), PRODUCTS)
def test_reference_values_lie_within_the_crop(
    shared_data: Path, product: str, expected: str
) -> None:
    folder = shared_data / "earth" / "env-neiba-mixed"
    rasters = sorted((folder / product).glob("*.tif"))
    values = told(folder, expected)
    assert len(values) == len(rasters) > 0
    for path, value in zip(rasters, values, strict=True):
        with rasterio.open(path) as source:
            band = source.read(1, masked=True)
        assert band.min() - 1e-3 <= value <= band.max() + 1e-3, path.name


@pytest.mark.parametrize(("product", "expected"), PRODUCTS)
def test_reference_values_are_met_in_the_area(
    shared_data: Path, product: str, expected: str
) -> None:
    folder = shared_data / "earth" / "env-neiba-mixed"
    outline = folder / "aoi" / "sierra_de_neiba_478140.gpkg"
    if not outline.exists():
        pytest.skip("the outline that its SOURCE.md lists is not in the folder")
    area = geopandas.read_file(outline).to_crs(4326)
    shape = SiteShape(site_id="neiba", geometry=area.geometry.union_all())
    for path, value in zip(
        sorted((folder / product).glob("*.tif")), told(folder, expected), strict=True
    ):
        found = weighted_mean([str(path)], [shape])["value"][0]
        assert found == pytest.approx(value, rel=2e-3), path.name
