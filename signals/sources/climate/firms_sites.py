"""Detections of fires around sites: counted by month, block by block of sites.

Detections lie in bands of latitude, by longitude within each. A site looks at those in its bounds.
Nearly all are decided by their distance from its centre; the others, near the edge of the outline,
are decided by the outline itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from signals.zonal.site_outlines import SiteShape

#: Detections of one overpass nearer together than this are one pixel (VIIRS: 0.0034 degrees).
SAME_PIXEL_DEGREES = 0.001

DETECTION_SCHEMA: dict[str, pl.DataType] = {
    "latitude": pl.Float64(),
    "longitude": pl.Float64(),
    "acquired_at": pl.Datetime("us"),
    "satellite": pl.String(),
    "is_night": pl.Boolean(),
}
_PIXEL = ("latitude", "longitude", "acquired_at", "satellite")


@dataclass(frozen=True)
class CoveredDays:
    """Which days are covered where, of the days from the first that any place has.

    Attributes:
        first: number of the first day, counted from 1970.
        month: [days] month of each, counted from that of the first day.
        covered: [places, days].
    """

    first: int
    month: NDArray[np.int64]
    covered: NDArray[np.bool_]

    @property
    def months(self) -> int:
        """Number of months from the first day to the last."""
        return int(self.month[-1]) + 1 if self.month.size else 0


def covered_days(place: NDArray[np.int64], day: NDArray[np.int64], places: int) -> CoveredDays:
    """Lay out covered days by place.

    Args:
        place: of each covered day.
        day: its number, counted from 1970.
        places: how many there are.
    """
    if not day.size:
        return CoveredDays(0, np.empty(0, np.int64), np.empty((places, 0), bool))
    first, last = int(day.min()), int(day.max())
    covered = np.zeros((places, last - first + 1), bool)
    covered[place, day - first] = True
    days = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[M]")
    month = days.astype(np.int64)
    return CoveredDays(first, month - month[0], covered)


@dataclass(frozen=True)
class BlockCounts:
    """Detections around the sites of a block.

    Attributes:
        detections: [sites, months], on days that are covered.
        night_detections: those of them at night.
        undecided: [2, n] site and detection of those that count unless they are repetitions.
        days: of the block.
        place: [sites].
    """

    detections: NDArray[np.int32]
    night_detections: NDArray[np.int32]
    undecided: NDArray[np.int64]
    days: CoveredDays
    place: NDArray[np.int64]


@dataclass
class Fires:
    """Detections to count around sites, each overpass and pixel once.

    Whether a detection repeats another depends on whether any site is near that other, so that
    those with another in reach stay undecided until all sites were seen.
    """

    longitude: NDArray[np.float64]
    latitude: NDArray[np.float64]
    day: NDArray[np.int64]
    is_night: NDArray[np.bool_]
    band_starts: NDArray[np.int64]
    #: [n, 2] earlier and later of detections that are one pixel.
    pairs: NDArray[np.int64]
    is_paired: NDArray[np.bool_]
    _is_near: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        self._is_near = np.zeros(self.day.size, bool)

    @classmethod
    def of(cls, detections: pl.DataFrame) -> Fires:
        """Lay out detections, columns of `DETECTION_SCHEMA`."""
        from signals.sources.climate.firms_kernel import BANDS, band_of

        ordered = detections.sort(list(DETECTION_SCHEMA))
        ordered = ordered.unique(list(_PIXEL), keep="first", maintain_order=True)
        pairs = _one_pixel(ordered)
        latitude, longitude = ordered["latitude"].to_numpy(), ordered["longitude"].to_numpy()
        band = band_of(latitude)
        rows = np.lexsort((longitude, band))
        at = np.empty(rows.size, np.int64)
        at[rows] = np.arange(rows.size)
        is_paired = np.zeros(rows.size, bool)
        is_paired[at[pairs]] = True
        day = ordered["acquired_at"].dt.date().cast(pl.Int64).to_numpy()
        return cls(
            longitude[rows],
            latitude[rows],
            day[rows],
            ordered["is_night"].to_numpy()[rows],
            np.searchsorted(band[rows], np.arange(BANDS + 1)),
            at[pairs],
            is_paired,
        )

    def around(
        self, shapes: Sequence[SiteShape], place: NDArray[np.int64], days: CoveredDays
    ) -> BlockCounts:
        """Count the detections inside the outlines of some sites.

        Args:
            shapes: of the sites.
            place: of each site.
            days: covered at each place.
        """
        import shapely

        from signals.sources.climate.firms_kernel import count_inside, outline_distances

        outlines = np.array([shape.geometry for shape in shapes], dtype=object)
        detections = np.zeros((len(shapes), days.months), np.int32)
        nights = np.zeros_like(detections)
        bounds = shapely.bounds(outlines).reshape(-1, 4)
        middle = 0.5 * (bounds[:, :2] + bounds[:, 2:])
        vertices, of = shapely.get_coordinates(outlines, return_index=True)
        starts = np.searchsorted(of, np.arange(len(shapes) + 1))
        within, beyond = outline_distances(vertices, starts, bounds)
        shapely.prepare(outlines)
        within[~shapely.contains_xy(outlines, middle[:, 0], middle[:, 1])] = 0.0
        on = self.day - days.first
        unsure = count_inside(
            bounds, within, beyond, place, days.covered, days.month,
            self.longitude, self.latitude, on, self.is_night, self.is_paired, self.band_starts,
            detections, nights,
        )  # fmt: skip
        site, row = unsure
        hit = shapely.intersects_xy(outlines[site], self.longitude[row], self.latitude[row])
        site, row = site[hit], row[hit]
        later = self.is_paired[row]
        self._is_near[row[later]] = True
        counts = BlockCounts(detections, nights, np.stack([site[later], row[later]]), days, place)
        self._add(counts, site[~later], row[~later])
        return counts

    def settle(self, blocks: Iterable[BlockCounts]) -> None:
        """Count what was undecided, but for repetitions, once all sites were seen."""
        is_repeated = np.zeros(self.day.size, bool)
        is_repeated[self.pairs[self._is_near[self.pairs[:, 0]], 1]] = True
        for block in blocks:
            site, row = block.undecided
            kept = ~is_repeated[row]
            self._add(block, site[kept], row[kept])

    def _add(self, block: BlockCounts, site: NDArray[np.int64], row: NDArray[np.int64]) -> None:
        on = self.day[row] - block.days.first
        kept = (on >= 0) & (on < block.days.month.size)
        site, row, on = site[kept], row[kept], on[kept]
        kept = block.days.covered[block.place[site], on]
        site, row, month = site[kept], row[kept], block.days.month[on[kept]]
        np.add.at(block.detections, (site, month), 1)
        night = self.is_night[row]
        np.add.at(block.night_detections, (site[night], month[night]), 1)


def _one_pixel(detections: pl.DataFrame) -> NDArray[np.int64]:
    """[n, 2] earlier and later row of two that are the same pixel of the same overpass.

    Files of one detection differ in the decimals of its coordinates, and a little between the
    near-real-time and the standard record; pixels of one overpass lie three times as far apart.
    """
    if detections.is_empty():
        return np.empty((0, 2), np.int64)
    overpass = detections.select(
        pl.struct("satellite", "acquired_at").rank("dense").cast(pl.Float64)
    ).to_series()
    # Overpasses are kept apart by a coordinate of their own, far longer than any distance.
    at = np.column_stack(
        [detections["latitude"], detections["longitude"], 10.0 * overpass.to_numpy()]
    )
    pairs = cKDTree(at).query_pairs(SAME_PIXEL_DEGREES, output_type="ndarray")
    return np.sort(pairs, axis=1).astype(np.int64)
