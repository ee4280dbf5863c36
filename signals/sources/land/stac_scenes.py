"""Scenes from a STAC catalogue: search through pystac-client, page by page, and NDVI around sites.

Of each scene only windows around the sites are read: red, near infrared and the mask.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from pydantic import BaseModel, ValidationError

from signals.account import NO_SITE_IN_IT, NOTHING_TO_SAY, REPEATED, Account, Unit
from signals.card import SourceCard
from signals.fetching.mirror import mirror_files, number, string_list
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.fetching.stated_counts import stated
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM, NotPublishedError, SourceUnavailableError
from signals.sources.land.stac_bands import Bands, mean_ndvi
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

if TYPE_CHECKING:
    from pystac_client import Client

    from signals.zonal.site_outlines import SiteShape

# The measuring engine and the client are imported where they are used: they are slow to load.

SCHEMA: dict[str, pl.DataType] = {
    "site_id": pl.String(),
    "observed_from": pl.Date(),
    "value": pl.Float64(),
    "covered_share": pl.Float64(),
    "cloud_share": pl.Float64(),
    "radius_km": pl.Float64(),
    "origin": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
}

#: Scenes of a catalogue that cannot be read one after another until it counts as out: each is
#: tried for a while, and a network that is down would take hours of that.
MAX_CONSECUTIVE_FAILURES = 10

_LOG = logging.getLogger("understory")

_BOX_DEGREES = 1.0
_PAGE = 100


def pull_scenes(card: SourceCard, bands: Bands, context: PullContext) -> Sequence[RawFile]:
    """Register item files of the mirror, or search the catalogue around the sites.

    Options: `window_days` before the as-of date (1825), `maximum_cloud_percent` (60),
    `radius_km`, `maximum_scenes` per box of one degree (500), `collections`.

    Raises:
        SourceUnavailableError: the catalogue does not answer.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(card.id, context.mirror, ["*.json", "*.geojson"], context.options)
        return [context.store.keep(card.id, path, key=path.stem) for path in paths]
    from signals.zonal.site_outlines import site_shapes

    window = dt.timedelta(days=number(card.id, context.options, "window_days", 1825.0))
    cloud = number(card.id, context.options, "maximum_cloud_percent", 60.0)
    most = int(number(card.id, context.options, "maximum_scenes", 500.0))
    radius_km = number(card.id, context.options, "radius_km", 5.0)
    collections = string_list(card.id, context.options, "collections") or bands.collections
    first, last = context.as_of - window, context.as_of
    period = f"{first:%Y-%m-%d}T00:00:00Z/{last:%Y-%m-%d}T23:59:59Z"

    client = open_catalogue(card.id, context)

    def search(box: tuple[float, float, float, float]) -> Iterator[RawFile]:
        items, total = search_items(client, collections, box, period, cloud, most)
        if len(items) >= most:
            days = sorted(str(item.get("properties", {}).get("datetime"))[:10] for item in items)
            _LOG.warning(
                "%s: the box %s has at least %d scenes, and those before %s are not read; set "
                "sources.%s.options.maximum_scenes higher, or maximum_cloud_percent lower",
                card.id, ",".join(f"{side:g}" for side in box), most, days[0], card.id,
            )  # fmt: skip
        found: dict[str, object] = {"type": "FeatureCollection", "features": items}
        if total is not None:
            # So that a search that broke off can be distinguished from a small one.
            found |= {"numberMatched": total, "limit": most}
        content = json.dumps(found, sort_keys=True)
        key = ",".join(f"{side:g}" for side in box)
        address = f"{context.url}/search?bbox={key}&datetime={period}"
        yield context.store.put(card.id, address, content.encode(), key=key)

    return fetch_each(card.id, _boxes(site_shapes(context.sites, radius_km)), search)


def open_catalogue(source_id: str, context: PullContext) -> Client:
    """Ask a catalogue what it is.

    Raises:
        SourceUnavailableError: it does not answer, or is none.
    """
    from pystac_client import Client

    from signals.fetching.stac_pages import PoliteIO

    with _as_outage(context.url):
        return Client.open(context.url, stac_io=PoliteIO(source_id, context.store))


@contextmanager
def _as_outage(url: str) -> Iterator[None]:
    """Whatever the client makes of an odd answer, as an outage in a sentence."""
    from pystac import STACError
    from pystac_client.errors import ClientTypeError
    from pystac_client.exceptions import APIError
    from pystac_client.warnings import PystacClientWarning

    try:
        with warnings.catch_warnings():
            # What a catalogue does not declare shows in its answers.
            warnings.simplefilter("ignore", PystacClientWarning)
            yield
    except NotPublishedError as error:
        raise SourceUnavailableError(str(error)) from error
    except (
        APIError, STACError, ClientTypeError, NotImplementedError, LookupError, AttributeError,
        TypeError, ValueError,
    ) as error:  # fmt: skip
        raise SourceUnavailableError(
            f"{url}: it does not answer as a catalogue does; check the address, or name a folder "
            "of its items as the source's mirror."
        ) from error


def search_items(
    client: Client,
    collections: Sequence[str],
    box: tuple[float, float, float, float],
    period: str,
    cloud_percent: float,
    most: int,
) -> tuple[list[dict[str, Any]], int | None]:
    """Search a catalogue through all its pages.

    Returns:
        Items ordered by their ids, and how many there are by the catalogue's own count; None where
        it does not state one.

    Raises:
        SourceUnavailableError: it does not answer, breaks off between pages, or answers in
            another form.
    """
    with _as_outage(str(client.self_href)):
        search = client.search(
            collections=list(collections),
            bbox=list(box),
            datetime=period,
            query={"eo:cloud_cover": {"lt": cloud_percent}},
            limit=_PAGE,
            max_items=most,
        )
        pages = list(search.pages_as_dicts())
        items = [item for page in pages for item in page["features"]][:most]
        totals = [one.total for page in pages if (one := stated(page)) is not None]
        return sorted(items, key=lambda item: str(item["id"])), min(totals, default=None)


def item_day(item: Mapping[str, Any]) -> dt.date:
    """The day of an item: its datetime, or the start of its span where that is null.

    Raises:
        DataRejectedError: neither is there, or it is no day.
    """
    properties = item.get("properties", {})
    text = properties.get("datetime") or properties.get("start_datetime")
    if not isinstance(text, str):
        raise DataRejectedError(
            f"item {item.get('id')}: has neither datetime nor start_datetime; leave it out."
        )
    try:
        return stated_day(text)
    except ValueError as error:
        raise DataRejectedError(
            f"item {item.get('id')}: its datetime {text!r} is no day; leave it out."
        ) from error


def stage_scenes(
    card: SourceCard, table: str, bands: Bands, files: Sequence[RawFile], context: PullContext
) -> Sequence[Staged]:
    """Measure the mean NDVI of clear ground around each site, scene by scene.

    Scenes of one day are joined by the clearest. A scene that cannot be read is rejected with its
    sentence, and the others are measured. Options: `radius_km`, `minimum_clear_share` (0.5).

    Raises:
        SourceUnavailableError: many scenes of a catalogue in a row cannot be read.
    """
    from signals.zonal.site_outlines import site_shapes

    radius_km = number(card.id, context.options, "radius_km", 5.0)
    least = number(card.id, context.options, "minimum_clear_share", 0.5)
    shapes = site_shapes(context.sites, radius_km)
    rows: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    dead_in_a_row = 0
    # A scene is found from every box that it touches, and measured once.
    measured: set[object] = set()
    for raw in files:
        try:
            items = read_items(Path(raw.path))
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        fates = Counter[str]()
        for item in items:
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, str) and name in measured:
                fates[REPEATED] += 1
                continue
            measured.add(name)
            try:
                found = list(_scene_rows(item, raw, bands, shapes))
                rows += found
                fates["used" if found else NO_SITE_IN_IT] += 1
                dead_in_a_row = 0
            except DataRejectedError as error:
                rejected.append(rejected_file(raw, error))
                fates["unreadable_file"] += 1
                dead_in_a_row += 1
                if context.mirror is None and dead_in_a_row >= MAX_CONSECUTIVE_FAILURES:
                    raise SourceUnavailableError(
                        f"{card.id}: {dead_in_a_row} scenes one after another could not be read, "
                        f"the last: {error}{_payment_hint(str(error))}"
                    ) from error
        account.count(
            Unit.LAYER, raw, read=len(items), used=fates["used"],
            rejected={"unreadable_file": fates["unreadable_file"]},
            out_of_scope={why: fates[why] for why in (REPEATED, NO_SITE_IN_IT)},
        )  # fmt: skip
        if not items:
            account.leave_out(raw, NOTHING_TO_SAY)
    lag = dt.timedelta(days=card.publication_lag_days)
    frame = (
        pl.DataFrame(
            rows, schema={name: SCHEMA[name] for name in list(SCHEMA) if name in _MEASURED}
        )
        .filter(pl.col("covered_share") >= least)
        .sort("site_id", "observed_from", "covered_share", "origin")
        .unique(["site_id", "observed_from"], keep="last", maintain_order=True)
        .with_columns(
            radius_km=pl.lit(radius_km),
            observed_to=pl.col("observed_from"),
            published_on=pl.col("observed_from") + lag,
        )
        .select(list(SCHEMA))
    )
    return [Staged(table, frame, pl.concat(rejected), account)]


def _payment_hint(message: str) -> str:
    """What scenes need that are held where the reader pays; empty for others."""
    if "s3://" not in message:
        return ""
    return (
        " Scenes at s3:// may be held where the reader pays: set AWS_REQUEST_PAYER=requester, "
        "AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment."
    )


_MEASURED = ("site_id", "observed_from", "value", "covered_share", "cloud_share", "origin")


class _Asset(BaseModel):
    """What is needed of an asset."""

    href: str


class _Item(BaseModel):
    """What is needed of an item, and in which shape."""

    id: str
    geometry: dict[str, Any]
    properties: dict[str, Any]
    assets: dict[str, _Asset]


def read_items(path: Path) -> list[Any]:
    """Items of a file: one item, a list of them, or an item collection; not yet checked.

    Raises:
        DataRejectedError: the file is not JSON of that kind.
    """
    content: Any = read_json(path)
    if isinstance(content, dict):
        content = content.get("features", [content])
    if not isinstance(content, list):
        raise DataRejectedError(f"{path.name}: holds no STAC items; leave it out.")
    return content


def _checked(item: Any) -> tuple[Mapping[str, Any], Any]:
    """An item that has what is needed, and its footprint.

    Raises:
        DataRejectedError: it lacks something, which is named.
    """
    import shapely

    name = item.get("id") if isinstance(item, dict) else item
    try:
        _Item.model_validate(item)
        footprint = shapely.geometry.shape(item["geometry"])
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "it"
        raise DataRejectedError(
            f"item {name}: is no STAC item with assets ({place}: {first['msg'].lower()}); leave "
            "it out."
        ) from error
    except (*ODD_FORM, shapely.errors.ShapelyError) as error:
        raise DataRejectedError(f"item {name}: its footprint is no geometry; leave it out.") from (
            error
        )
    return item, footprint


def _boxes(shapes: Sequence[SiteShape]) -> list[tuple[float, float, float, float]]:
    """Boxes of one degree that hold sites, shrunk to them; in the order of south-west corners."""
    import shapely

    bounds: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}
    # Sites over the antimeridian lie in two parts, at both ends of the map.
    for part in shapely.get_parts([shape.geometry for shape in shapes]):
        west, south, east, north = part.bounds
        cell = math.floor(south / _BOX_DEGREES), math.floor(west / _BOX_DEGREES)
        bounds.setdefault(cell, []).append((west, south, east, north))
    found = []
    for cell in sorted(bounds):
        sides = np.array(bounds[cell])
        low, high = sides[:, :2].min(axis=0), sides[:, 2:].max(axis=0)
        found.append((float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    return found


def _scene_rows(
    item: Any, raw: RawFile, bands: Bands, shapes: Sequence[SiteShape]
) -> Iterator[dict[str, object]]:
    import shapely

    scene, footprint = _checked(item)
    day = item_day(scene)
    for place in np.sort(shapely.STRtree([shape.geometry for shape in shapes]).query(footprint)):
        shape = shapes[int(place)]
        if not footprint.intersects(shape.geometry):
            continue
        measured = mean_ndvi(scene, raw, bands, shape)
        if measured is not None:
            value, clear, cloud = measured
            yield {
                "site_id": shape.site_id,
                "observed_from": day,
                "value": value,
                "covered_share": clear,
                "cloud_share": cloud,
                "origin": str(scene["id"]),
            }
