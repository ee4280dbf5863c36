"""Real crops of environmental products against reference zonal values for one protected area."""

import re
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from numpy.typing import NDArray
from scipy.optimize import nnls

from signals.zonal.site_outlines import SiteShape, areas_ha
from signals.zonal.zonal_statistics import weighted_mean

pytestmark = pytest.mark.shared

PRODUCTS = [
    ("worldclim_precipitation", "calc_precipitation_wc"),
    ("worldclim_max_temperature", "calc_temperature_max_wc"),
    ("worldclim_min_temperature", "calc_temperature_min_wc"),
    ("nasa_grace", "calc_drought_indicator"),
]


def reported(folder: Path, name: str) -> list[float]:
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
    values = reported(folder, expected)
    assert len(values) == len(rasters) > 0
    for path, value in zip(rasters, values, strict=True):
        with rasterio.open(path) as source:
            band = source.read(1, masked=True)
        assert band.min() - 1e-3 <= value <= band.max() + 1e-3, path.name


def stack(folder: Path, product: str) -> tuple[NDArray[np.float64], rasterio.Affine]:
    """Every raster of a product, flat, NaN outside of the crop's cells."""
    bands = []
    for path in sorted((folder / product).glob("*.tif")):
        with rasterio.open(path) as source:
            band = source.read(1, masked=True).astype(np.float64)
            shape, step = source.shape, source.transform
        bands.append(band.filled(np.nan).reshape(shape))
    return np.array(bands), step


def implied_shares(
    values: NDArray[np.float64], reported: list[float]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of the cells, none below zero and 1 in all, that come nearest to the means told.

    The outline itself (`aoi/sierra_de_neiba_478140.gpkg`) is not in the folder. Its shares of the
    cells are what all products of a grid have in common: with fewer cells than values they are
    told by the values, and a single set of them must meet every one.

    Returns:
        Shares by cell, 0 where there are no data; and what each mean is missed by.
    """
    flat = values.reshape(len(values), -1)
    known = np.isfinite(flat).all(axis=0)
    assert known.sum() < len(reported)
    whole = 1e4
    system = np.vstack([flat[:, known], np.full((1, int(known.sum())), whole)])
    found, _ = nnls(system, np.append(reported, whole))
    shares = np.zeros(flat.shape[1])
    shares[known] = found
    return shares.reshape(values.shape[1:]), flat[:, known] @ found - np.array(reported)


def test_one_outline_meets_all_values_of_climate_and_of_groundwater(shared_data: Path) -> None:
    folder = shared_data / "earth" / "env-neiba-mixed"
    climate = [stack(folder, product) for product, _ in PRODUCTS[:3]]
    means = [value for _, name in PRODUCTS[:3] for value in reported(folder, name)]
    shares, missed = implied_shares(np.concatenate([part for part, _ in climate]), means)
    # 36 means printed to five decimals, from 27 shares.
    assert np.abs(missed).max() < 1e-5
    water, _ = stack(folder, "nasa_grace")
    water_shares, water_missed = implied_shares(water, reported(folder, "calc_drought_indicator"))
    assert np.abs(water_missed).max() < 2e-5
    # Both grids have an edge at 71.5 W, and the same outline west of it; climates of neighbouring
    # cells are nearly alike, so that their shares are told less sharply than their means.
    assert shares[:, :8].sum() == pytest.approx(water_shares[0, 0], abs=0.05)


@pytest.mark.parametrize(("product", "expected"), PRODUCTS)
def test_the_engine_meets_the_reference_values(
    shared_data: Path, product: str, expected: str
) -> None:
    """An outline with the implied shares, measured on the rasters as published."""
    folder = shared_data / "earth" / "env-neiba-mixed"
    same_grid = PRODUCTS[:3] if product.startswith("worldclim") else [(product, expected)]
    layers = [stack(folder, name) for name, _ in same_grid]
    means = [value for _, name in same_grid for value in reported(folder, name)]
    shares, _ = implied_shares(np.concatenate([part for part, _ in layers]), means)
    shape = SiteShape("neiba", outline_of(shares, layers[0][1]))
    paths = sorted((folder / product).glob("*.tif"))
    for path, value in zip(paths, reported(folder, expected), strict=True):
        found = weighted_mean([str(path)], [shape])["value"][0]
        assert found == pytest.approx(value, rel=2e-6), path.name


def outline_of(shares: NDArray[np.float64], step: rasterio.Affine) -> shapely.MultiPolygon:
    """A part of each cell as wide as its share of the outline's true area asks."""
    rows, columns = np.nonzero(shares > 1e-9)
    cells = [
        shapely.box(*step @ (column, row + 1), *step @ (column + 1, row))
        for row, column in zip(rows, columns, strict=True)
    ]
    width = shares[rows, columns] / areas_ha(cells)
    # Parts that touch would make the polygon invalid, so none takes the whole of its cell.
    width *= 0.9 / width.max()
    return shapely.MultiPolygon(
        [
            shapely.box(west, south, west + part * (east - west), north)
            for (west, south, east, north), part in zip(shapely.bounds(cells), width, strict=True)
        ]
    )
