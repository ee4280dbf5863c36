import datetime as dt
from contextlib import closing
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from configs.config_errors import UsageError
from signals.fetching.fetch import SourceUnavailableError
from signals.sources.land import hansen_gfc
from signals.sources.land.hansen_gfc import tiles_of
from signals.zonal.site_outlines import areas_ha, site_shapes
from tests.signals.builders import context, sites, square, staged, write_raster
from tests.signals.web import Answer, Web, store

#: A square of 4 x 4 pixels of 0.01 degrees, in the corner of the raster.
SQUARE = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.0, 0.46, 0.04)}


def blank(fill: int = 0, kind: str = "uint8") -> np.ndarray:
    return np.full((20, 20), fill, dtype=kind)


def by_year(rows: pl.DataFrame, site: str = "A") -> dict[int, float]:
    return dict(rows.filter(pl.col("site_id") == site).select("year", "loss_ha").iter_rows())


def pixel_ha() -> float:
    """One pixel of the square's rows; they differ by 1e-4 so near the equator."""
    (shape,) = site_shapes(sites(SQUARE), 5.0)
    return float(areas_ha([shape.geometry])[0]) / 16.0


def test_loss_counts_inside_the_forest_of_2000(tmp_path: Path) -> None:
    loss, cover = blank(), blank()
    cover[:2, :4] = 30
    cover[2, :4] = 29
    loss[0, 0] = 1
    loss[1, 1:3] = 3
    loss[2, 0] = 3  # below the canopy threshold
    write_raster(tmp_path / "mirror" / "lossyear.tif", loss)
    write_raster(tmp_path / "mirror" / "treecover2000.tif", cover)
    rows = staged(
        hansen_gfc, context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE))
    ).rows
    assert by_year(rows) == pytest.approx(
        {2001: pixel_ha(), 2002: 0.0, 2003: 2 * pixel_ha()}, rel=1e-3
    )
    assert rows["baseline_ha"].to_list() == pytest.approx([8 * pixel_ha()] * 3, rel=1e-3)
    assert rows["baseline_is_forest"].all()
    assert rows["observed_to"].to_list() == [dt.date(y, 12, 31) for y in (2001, 2002, 2003)]
    assert rows["published_on"].to_list() == [dt.date(y, 5, 1) for y in (2002, 2003, 2004)]


def test_without_tree_cover_the_baseline_is_all_ground(tmp_path: Path) -> None:
    loss = blank(kind="uint16")
    loss[0, 0] = 2
    loss[3, :4] = 65535
    write_raster(tmp_path / "mirror" / "x_lossyear.tif", loss, nodata=65535)
    rows = staged(
        hansen_gfc, context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE))
    ).rows
    assert by_year(rows) == pytest.approx({2001: 0.0, 2002: pixel_ha()}, rel=1e-3)
    assert rows["baseline_ha"].to_list() == pytest.approx([12 * pixel_ha()] * 2, rel=1e-3)
    assert not rows["baseline_is_forest"].any()
    assert rows["covered_share"].to_list() == pytest.approx([0.75] * 2, rel=1e-3)


def test_ground_without_forest_has_a_baseline_of_zero(tmp_path: Path) -> None:
    loss = blank()
    loss[10, 10] = 1
    write_raster(tmp_path / "mirror" / "lossyear.tif", loss)
    write_raster(tmp_path / "mirror" / "treecover2000.tif", blank())
    rows = staged(
        hansen_gfc, context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE))
    ).rows
    assert rows.select("year", "loss_ha", "baseline_ha").rows() == [(2001, 0.0, 0.0)]


def test_tree_cover_is_found_by_name_or_as_the_only_pair(tmp_path: Path) -> None:
    for folder, loss, cover in (
        ("a", "x_lossyear_1.tif", "x_treecover2000_1.tif"),
        ("b", "loss_lossyear.tif", "cover_treecover2000.tif"),
    ):
        mirror = tmp_path / folder
        write_raster(mirror / loss, blank(1))
        write_raster(mirror / cover, blank(50))
        using = context(tmp_path, mirror=mirror, site_rows=sites(SQUARE))
        assert staged(hansen_gfc, using).rows["baseline_is_forest"].to_list() == [True]
    write_raster(tmp_path / "b" / "other_lossyear.tif", blank(1))
    using = context(tmp_path, mirror=tmp_path / "b", site_rows=sites(SQUARE))
    assert staged(hansen_gfc, using).rows["baseline_is_forest"].to_list() == [False]


def test_sites_outside_or_mostly_outside_get_no_rows(tmp_path: Path) -> None:
    write_raster(tmp_path / "mirror" / "lossyear.tif", blank(1))
    listed = sites(
        SQUARE,
        {"site_id": "far", "supplier_id": "S", "latitude": 10.0, "longitude": 10.0},
        {"site_id": "edge", "supplier_id": "S", "geometry_wkt": square(99.97, 0.46, 0.04)},
        {"site_id": "half", "supplier_id": "S", "geometry_wkt": square(99.981, 0.46, 0.04)},
        {"site_id": "unknown", "supplier_id": "S", "has_measurable_location": False},
    )
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=listed)
    assert sorted(staged(hansen_gfc, using).rows["site_id"].unique()) == ["A", "half"]


def test_the_finest_raster_that_covers_a_site_is_used(tmp_path: Path) -> None:
    coarse, fine = np.full((10, 10), 1, "uint8"), np.full((40, 40), 2, "uint8")
    write_raster(tmp_path / "mirror" / "coarse" / "lossyear.tif", coarse, pixel=0.05)
    write_raster(tmp_path / "mirror" / "fine" / "lossyear.tif", fine, pixel=0.005)
    beyond = {"site_id": "B", "supplier_id": "S", "geometry_wkt": square(100.3, 0.2, 0.04)}
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE, beyond))
    rows = staged(hansen_gfc, using).rows
    assert sorted(by_year(rows, "A")) == [2001, 2002]
    assert sorted(by_year(rows, "B")) == [2001]
    assert rows["pixel_m"].to_list() == pytest.approx([556.6, 556.6, 5566.0], rel=1e-3)


def test_tiles_that_touch_are_one_map(tmp_path: Path) -> None:
    write_raster(tmp_path / "mirror" / "lossyear_west.tif", blank(1))
    write_raster(tmp_path / "mirror" / "lossyear_east.tif", blank(2), west=100.2)
    across = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(100.18, 0.46, 0.04)}
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(across))
    rows = staged(hansen_gfc, using).rows
    assert by_year(rows) == pytest.approx({2001: 8 * pixel_ha(), 2002: 8 * pixel_ha()}, rel=1e-3)
    assert rows["covered_share"].to_list() == pytest.approx([1.0] * 2)


@pytest.mark.parametrize(
    ("name", "options", "last"),
    [
        ("lossyear.tif", {}, 2003),
        ("lossyear.tif", {"last_year": 2005}, 2005),
        ("lossyear.tif", {"last_year": None}, 2003),
        ("Hansen_GFC-2022-v1.10_lossyear_10N_100E.tif", {}, 2022),
    ],
)
def test_the_last_year_is_set_named_or_found(
    tmp_path: Path, name: str, options: dict[str, object], last: int
) -> None:
    write_raster(tmp_path / "mirror" / name, blank(3))
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE), **options)
    assert staged(hansen_gfc, using).rows["year"].max() == last


def test_a_broken_raster_is_rejected_and_the_others_go_on(tmp_path: Path) -> None:
    write_raster(tmp_path / "mirror" / "a" / "lossyear.tif", blank(1))
    (tmp_path / "mirror" / "b_lossyear.tif").write_bytes(b"II*\x00cut off")
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE))
    outcome = staged(hansen_gfc, using)
    assert outcome.rows.height == 1
    assert outcome.rejected["rule"].to_list() == ["unreadable_file"]


@pytest.mark.parametrize(
    ("fill", "nodata", "reported"),
    [(255, None, "holds 255, which is not a year"), (1, 0, "declares 0, which stands for ground")],
    ids=["fill that is not declared", "no loss declared as no data"],
)
@pytest.mark.parametrize("options", [{}, {"last_year": 2003}], ids=["found", "set"])
def test_a_wrong_value_without_data_is_reported(
    tmp_path: Path, fill: int, nodata: int | None, reported: str, options: dict[str, object]
) -> None:
    values = blank(3)
    values[:, :10] = fill
    write_raster(tmp_path / "mirror" / "a" / "lossyear.tif", values, nodata=nodata)
    write_raster(tmp_path / "mirror" / "b" / "lossyear.tif", blank(3))
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(SQUARE), **options)
    outcome = staged(hansen_gfc, using)
    assert outcome.rows.height == 3
    assert reported in outcome.rejected["reason"].item()


def test_points_are_circles_of_the_radius(tmp_path: Path) -> None:
    write_raster(tmp_path / "mirror" / "lossyear.tif", blank(1))
    point = {"site_id": "A", "supplier_id": "S", "latitude": 0.4, "longitude": 100.1}
    using = context(tmp_path, mirror=tmp_path / "mirror", site_rows=sites(point), radius_km=2.0)
    rows = staged(hansen_gfc, using).rows
    assert by_year(rows) == pytest.approx({2001: np.pi * 400.0}, rel=1e-4)
    assert rows["radius_km"].to_list() == [2.0]


@pytest.mark.parametrize(
    ("latitude", "longitude", "tiles"),
    [
        (-0.5, -55.0, ["00N_060W"]),
        (0.5, 105.0, ["10N_100E"]),
        (-15.0, 25.0, ["10S_020E"]),
        (0.0, 20.0, ["00N_010E", "00N_020E", "10N_010E", "10N_020E"]),
        (-17.0, 179.99, ["10S_180W", "10S_170E"]),
    ],
)
def test_tile_names(latitude: float, longitude: float, tiles: list[str]) -> None:
    point = {"site_id": "A", "supplier_id": "S", "latitude": latitude, "longitude": longitude}
    assert tiles_of(site_shapes(sites(point), 5.0)) == tiles


NEW, OLD = "GFC-2025-v1.13", "GFC-2024-v1.12"


def tile(version: str, layer: str, name: str) -> str:
    return f"/{version}/Hansen_{version}_{layer}_{name}.tif"


def pulled(
    web: Web, tmp_path: Path, present: set[str], path: str = "", **options: object
) -> list[str]:
    """Paths of the files that a site on the edge of two tiles gets, where `present` are there."""
    for version in (NEW, OLD):
        for layer in ("lossyear", "treecover2000"):
            for name in ("10N_100E", "00N_100E"):
                where = tile(version, layer, name)
                found = Answer(headers={"Content-Length": "9"})
                web.answers[where] = [found if where in present else Answer(404)]
    point = {"site_id": "A", "supplier_id": "S", "latitude": 0.0, "longitude": 105.0}
    kept = store(tmp_path / "store")
    with closing(kept.fetcher):
        using = context(
            tmp_path, url=web.url(path), site_rows=sites(point), raw_store=kept, **options
        )
        files = hansen_gfc.pull(using)
    assert all(raw.path == f"/vsicurl/{raw.origin}" for raw in files)
    return [raw.origin.removeprefix(web.root) for raw in files]


def both_layers(version: str, name: str) -> list[str]:
    return [tile(version, layer, name) for layer in ("lossyear", "treecover2000")]


def test_tiles_of_the_newest_version_are_asked_for_and_absent_ones_left_out(
    web: Web, tmp_path: Path
) -> None:
    new, old = both_layers(NEW, "10N_100E"), both_layers(OLD, "10N_100E")
    assert pulled(web, tmp_path, {*new, *old}) == new
    assert not any(OLD in path for _, path, _ in web.asked)


def test_a_version_that_is_not_out_gives_way_to_the_one_before(web: Web, tmp_path: Path) -> None:
    old = both_layers(OLD, "10N_100E")
    assert pulled(web, tmp_path, set(old)) == old


@pytest.mark.parametrize(
    ("path", "options"), [("", {"version": OLD}), (f"/{OLD}", {}), (f"/{OLD}", {"version": OLD})]
)
def test_a_version_named_is_the_only_one_asked_for(
    web: Web, tmp_path: Path, path: str, options: dict[str, str]
) -> None:
    old = both_layers(OLD, "10N_100E")
    assert pulled(web, tmp_path, {*old, *both_layers(NEW, "10N_100E")}, path, **options) == old
    assert not any(NEW in asked for _, asked, _ in web.asked)


def test_no_tile_of_any_version_is_an_outage_that_names_the_folders(
    web: Web, tmp_path: Path
) -> None:
    with pytest.raises(SourceUnavailableError, match=rf"{NEW} or http.*{OLD}; check"):
        pulled(web, tmp_path, set())


def test_tiles_that_cannot_be_read_are_an_outage(tmp_path: Path) -> None:
    (tmp_path / "lossyear.tif").write_bytes(b"II*\x00")
    raw = store(tmp_path / "store").keep("hansen_gfc", tmp_path / "lossyear.tif")
    remote = type(raw)(**{**vars(raw), "path": f"/vsizip/{raw.path}"})
    with pytest.raises(SourceUnavailableError, match="pixels could not be read"):
        hansen_gfc.stage([remote], context(tmp_path, site_rows=sites(SQUARE)))


def test_options_out_of_range_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="minimum_covered_share"):
        hansen_gfc.stage([], context(tmp_path, minimum_covered_share=1.5))
    with pytest.raises(UsageError, match="radius_km: give a number above 0"):
        hansen_gfc.stage([], context(tmp_path, radius_km="five"))


@pytest.mark.shared
def test_real_rasters_of_two_grids(tmp_path: Path, shared_data: Path) -> None:
    import exactextract

    annamites = {"site_id": "A", "supplier_id": "S", "geometry_wkt": square(107.15, 16.6, 0.05)}
    jambi = {"site_id": "J", "supplier_id": "S", "geometry_wkt": square(103.0, -2.0, 0.1)}
    using = context(tmp_path, mirror=shared_data / "earth", site_rows=sites(annamites, jambi))
    rows = staged(hansen_gfc, using).rows
    assert rows.group_by("site_id").agg(
        pl.col("year").max(), pl.col("baseline_is_forest").first()
    ).sort("site_id").rows() == [("A", 2018, True), ("J", 2022, False)]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [list(_ring(103.0, -2.0, 0.1))]},
        "properties": {},
    }
    raster = str(shared_data / "earth" / "hansen-jambi-300m" / "lossyear.tif")
    (reported,) = exactextract.exact_extract(raster, feature, ["unique", "frac"])
    properties = reported["properties"]
    shares = dict(zip(properties["unique"], properties["frac"], strict=True))
    ours = rows.filter(pl.col("site_id") == "J")
    for year, loss, baseline in ours.select("year", "loss_ha", "baseline_ha").iter_rows():
        # Theirs are shares of cells, ours of true area: alike to 1e-3 over 0.1 degrees.
        assert loss / baseline == pytest.approx(shares.get(year - 2000, 0.0), rel=1e-3, abs=1e-9)


def _ring(west: float, south: float, side: float) -> list[tuple[float, float]]:
    east, north = west + side, south + side
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]
