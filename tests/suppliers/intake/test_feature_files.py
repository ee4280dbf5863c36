import json
from pathlib import Path

import pytest

from suppliers.input_errors import DataRejectedError
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import SupplierIntake, read_suppliers

RING = [[-76.1, 3.1], [-76.0, 3.1], [-76.0, 3.2], [-76.1, 3.2], [-76.1, 3.1]]
HOLE = [[-76.06, 3.14], [-76.04, 3.14], [-76.04, 3.16], [-76.06, 3.16], [-76.06, 3.14]]


def _read(folder: Path, *geometries: object, **members: object) -> SupplierIntake:
    plots = [
        {
            "type": "Feature",
            "id": f"P-{number}",
            "properties": {
                "ProductionPlace": f"Plot {number}",
                "ProducerName": "Cooperativa Alvara",
                "ProducerCountry": "CO",
                "Area": 4.5,
            },
            "geometry": geometry,
        }
        for number, geometry in enumerate(geometries, start=1)
    ]
    path = folder / "plots.geojson"
    collection = {"type": "FeatureCollection", "features": plots, **members}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return read_suppliers(path, IntakeOptions(derive_supplier_id=True))


def test_plots_of_the_template_keep_their_ids_holes_and_names(tmp_path: Path) -> None:
    intake = _read(
        tmp_path,
        {"type": "Polygon", "coordinates": [RING, HOLE]},
        {"type": "Polygon", "coordinates": [[[*point, 1500.0] for point in RING]]},
        {"type": "Point", "coordinates": [-76.051234, 3.151234]},
        {"type": "LineString", "coordinates": RING[:3]},
        {"type": "Polygon", "coordinates": [RING[:4]]},
        None,
    )
    assert intake.suppliers["name"].to_list() == ["Cooperativa Alvara"]
    sites = intake.sites.sort("site_id").select("site_id", "location_precision", "location_reason")
    assert sites.rows()[:3] == [
        ("P-1", "polygon", None),
        ("P-2", "polygon", None),
        ("P-3", "exact", None),
    ]
    assert "no polygon" in sites.rows()[3][2]
    assert sites.rows()[4][1:] == (
        "polygon",
        "the outline was not closed; its last corner was joined to its first",
    )
    assert sites.rows()[5][2] == "no coordinate given"
    assert "(-76.06" in intake.sites.sort("site_id")["geometry_wkt"][0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type": "Feature"', "line 1 is not JSON"),
        ("[]", "this is no FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "holds no feature"),
    ],
)
def test_what_is_no_collection_of_plots_is_rejected(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "plots.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataRejectedError, match=message):
        read_suppliers(path)


def test_another_reference_system_is_named(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    with pytest.raises(DataRejectedError, match=r"EPSG::3857; export the file in WGS84"):
        _read(tmp_path, {"type": "Polygon", "coordinates": [RING]}, crs=crs)
