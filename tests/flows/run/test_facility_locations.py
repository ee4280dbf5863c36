"""Exact points from facilities of Open Supply Hub: only where the link and the place are sure."""

import polars as pl
import pytest

from flows.run.identity.facility_locations import with_facility_points
from signals.sources.registers.register_rows import entity, entity_frame
from suppliers.identity.linking import DecidedBy, Link
from suppliers.identity.match_scoring import Band, Verdict
from suppliers.identity.parties import Party
from tests.signals.builders import AS_OF

GAZIPUR = (23.991234, 90.421234)
SITES = {
    "site_id": pl.String, "supplier_id": pl.String, "site_name": pl.String,
    "country_iso3": pl.String, "admin_area": pl.String, "latitude": pl.Float64,
    "longitude": pl.Float64, "geometry_wkt": pl.String, "location_precision": pl.String,
    "location_reason": pl.String, "has_measurable_location": pl.Boolean,
    "location_is_public": pl.Boolean,
}  # fmt: skip


def _sites(*rows: tuple[str, float | None, float | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (f"{supplier}-{n}", supplier, None, "BGD", None, lat, lng, None, precision, "why",
             precision in ("exact", "polygon"), False)
            for n, (supplier, lat, lng, precision) in enumerate(rows)
        ],
        schema=SITES,
        orient="row",
    )  # fmt: skip


def _link(
    entry: str, *, address: str = "same", band: Band = "accept", basis: DecidedBy = "name",
    identifier: str = "none",
) -> Link:  # fmt: skip
    verdict = Verdict(
        0.95, band, 0.95, "same", "same", address, identifier, "because", "Mill"
    )  # fmt: skip
    return Link("a", "open_supply_hub", Party(entry, ("Mill",), "BD"), verdict, basis)


def _entities(**points: tuple[float, float] | None) -> pl.DataFrame:
    seen = {"observed_to": AS_OF, "published_on": AS_OF, "origin": "file"}
    return entity_frame(
        entity(
            "open_supply_hub", name, "Mill", country_iso2="BD",
            latitude=None if at is None else at[0], longitude=None if at is None else at[1], **seen,
        )
        for name, at in points.items()
    )  # fmt: skip


COUNTRY = ("a", None, None, "country")
TOWN = ("a", 23.999, 90.42, "city")


@pytest.mark.parametrize(
    ("sites", "links", "entities", "is_placed"),
    [
        ([COUNTRY], [_link("x")], _entities(x=GAZIPUR), True),
        ([COUNTRY], [_link("x", address="unknown", identifier="os_id")], _entities(x=GAZIPUR),
         True),
        ([COUNTRY], [_link("x", address="unknown", basis="decision")], _entities(x=GAZIPUR), True),
        # Only the name speaks for it, and no town is known.
        ([COUNTRY], [_link("x", address="unknown")], _entities(x=GAZIPUR), False),
        ([TOWN], [_link("x", address="unknown")], _entities(x=GAZIPUR), True),
        # The town of the list is Chattogram.
        ([("a", 22.338, 91.832, "city")], [_link("x", address="unknown")], _entities(x=GAZIPUR),
         False),
        ([COUNTRY], [_link("x", band="review")], _entities(x=GAZIPUR), False),
        ([COUNTRY], [_link("x")], _entities(x=None), False),
        # Outside the country, without decimals, at 0/0.
        ([COUNTRY], [_link("x")], _entities(x=(51.507412, -0.127812)), False),
        ([COUNTRY], [_link("x")], _entities(x=(24.0, 90.0)), False),
        ([COUNTRY], [_link("x")], _entities(x=(0.0, 0.0)), False),
        # Two entries of one facility are one place; two facilities are not.
        ([COUNTRY], [_link("x"), _link("y")], _entities(x=GAZIPUR, y=(23.9915, 90.4213)), True),
        ([COUNTRY], [_link("x"), _link("y")], _entities(x=GAZIPUR, y=(22.338, 91.832)), False),
        # Two sites, and coordinates of the list, are left as they are.
        ([COUNTRY, TOWN], [_link("x")], _entities(x=GAZIPUR), False),
        ([("a", 23.5, 90.5, "exact")], [_link("x")], _entities(x=GAZIPUR), False),
        ([("a", 90.4, 23.9, "none")], [_link("x")], _entities(x=GAZIPUR), False),
    ],
)  # fmt: skip
def test_only_a_sure_facility_gives_its_point(
    sites: list[tuple[str, float | None, float | None, str]],
    links: list[Link],
    entities: pl.DataFrame,
    is_placed: bool,
) -> None:
    before = _sites(*sites)
    after = with_facility_points(before, links, entities)

    assert after.schema == before.schema
    if not is_placed:
        assert after.equals(before)
        return
    (site,) = after.to_dicts()
    assert (site["latitude"], site["longitude"]) == pytest.approx(GAZIPUR, abs=1e-3)
    assert site["location_precision"] == "exact"
    assert site["has_measurable_location"] is True
    assert site["location_is_public"] is False
    assert site["location_reason"].startswith("the point of facility ")


def test_the_reason_names_the_facility_and_what_spoke_for_it() -> None:
    after = with_facility_points(_sites(COUNTRY), [_link("x")], _entities(x=GAZIPUR))

    assert after["location_reason"].to_list() == [
        "the point of facility x in Open Supply Hub, matched by name and address"
    ]
