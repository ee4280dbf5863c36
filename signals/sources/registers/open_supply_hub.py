"""Production sites of Open Supply Hub: lists of contributors, its downloads, answers of its API.

A list is a table with `country`, `name`, `address` and often `os_id`, `lat` and `lng`; the forms of
answers stand in `production_locations`. A site of a list without OS Hub id gets an id of its own,
made from its country, name and address, which is shown in links but never given to a supplier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import polars as pl

from signals.access import Access, AccessKind, Reach, Requests
from signals.account import NOTHING_TO_SAY, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number, string_list
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.sources.registers.entity_kinds import looks_like_person
from signals.sources.registers.production_locations import Location, locations, point, site
from signals.sources.registers.register_rows import (
    ENTITIES,
    country_code,
    entity_frame,
    known_since,
    rejected_persons,
)
from signals.sources.registers.register_ties import TIES, tie_frame
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.intake.table_rows import SOURCE_ROW

CARD = SourceCard(
    id="open_supply_hub",
    title="Open Supply Hub",
    publisher="Open Supply Hub",
    url="https://opensupplyhub.org/api",
    licence=Licence(
        id="CC-BY-SA-4.0",
        url="https://creativecommons.org/licenses/by-sa/4.0/",
        redistributable=True,
        commercial_use=True,
        share_alike=True,
    ),
    held_by="Open Supply Hub, from lists that brands and factories publish",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="About one million production sites, apparel first",
    expected_rows=(0, 5_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Open Supply Hub, CC BY-SA 4.0.",
    form_verified=(
        "2026-11: token by subscription from the publisher's examples; limit not confirmed"
    ),
    access=Access(
        kind=AccessKind.PAID,
        variables=("OPEN_SUPPLY_HUB_TOKEN",),
        register_at="https://info.opensupplyhub.org/api",
        price="yearly plan, price on request; a trial is offered",
        waiting_time="two working days",
        adds="positions and sectors of production sites by name",
    ),
    reach=Reach(by="name"),
    requests=(
        Requests(kilobytes=20, per="supplier", at_most=500, at_most_option="max_searches"),
        Requests(
            kilobytes=5,
            per="supplier",
            among="with_identifier",
            at_most=500,
            at_most_option="max_locations",
        ),
    ),
)

_WANTED: dict[str, FieldKind] = {
    "os_id": "identifier",
    "oar_id": "identifier",
    "country": "text",
    "country_code": "text",
    "name": "text",
    "facility_name": "text",
    "address": "address",
    "lat": "number",
    "lng": "number",
    "latitude": "number",
    "longitude": "number",
}
_AXES = {"latitude": ("lat", "latitude"), "longitude": ("lng", "longitude")}
_FOUND_PER_NAME, _AT_MOST = 5, 500
_BY_ID = "location:"


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="facilities/?countries=BD&pageSize=1",
    holds=("features.0.id", "features.0.properties.name", "features.0.geometry.coordinates"),
    headers={"Authorization": "Token {OPEN_SUPPLY_HUB_TOKEN}"},
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Search the API for each supplier, or register the lists of a mirror.

    A supplier whose OS Hub id the list gives is also asked for by it: only that answer holds what
    partners state of a location, such as a grievance mechanism.

    Raises:
        SourceUnavailableError: the API does not answer, or there is no token.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["*.csv", "*.csv.gz", "*.xlsx", "*facilit*.json*"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    root = context.url.rstrip("/")
    headers = {"Authorization": "Token {OPEN_SUPPLY_HUB_TOKEN}"}
    searches, by_id = (
        int(number(CARD.id, context.options, option, _AT_MOST))
        for option in ("max_searches", "max_locations")
    )
    named = context.suppliers.select("name", "country_iso2").unique().sort("name").head(searches)
    known = context.suppliers["os_id"].drop_nulls().unique().sort().head(by_id)
    asked = [
        (
            f"search:{country}:{name}",
            f"facilities/?q={quote(name)}&countries={country}&pageSize={_FOUND_PER_NAME}",
        )
        for name, country in named.iter_rows()
    ] + [(f"{_BY_ID}{os_id}", f"v1/production-locations/{os_id}/") for os_id in known]

    def fetch(one: tuple[str, str]) -> Iterator[RawFile]:
        key, path = one
        yield context.store.download(
            CARD.id, f"{root}/{path}", key=key, expect="json", headers=headers
        )

    return fetch_each(CARD.id, asked, fetch)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per site; rows without a name or a known country are rejected.

    Raises:
        NonExtractiveError: a list holds data about persons.
    """
    drop = string_list(CARD.id, context.options, "drop")
    rows: list[dict[str, object]] = []
    ties: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        day = known_since(context, raw, CARD.id)
        seen = {"observed_to": day, "published_on": day, "origin": raw.origin}
        name = Path(raw.origin).name
        try:
            if ".json" in name or raw.key.startswith(("search:", _BY_ID)):
                every = list(locations(read_json(Path(raw.path)), name, seen))
                facilities, bad = _without_persons(list(enumerate(every, start=1)), raw.origin)
                rows += [one.entity for one in facilities]
                ties += [one.successor for one in facilities if one.successor is not None]
                rejected.append(bad)
                account.count(
                    Unit.ROW,
                    raw,
                    read=len(every),
                    used=len(facilities),
                    rejected=rows_by_rule(bad),
                )
                account.note(raw, is_used=bool(facilities), otherwise=NOTHING_TO_SAY)
                continue
            table, unread = read_source_table(
                Path(raw.path), _WANTED, required=(), drop=drop, where=name
            )
            read, bad = _listed(table, name, seen)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        account.count(
            Unit.ROW,
            raw,
            read=rows_read(table, unread),
            used=len(read),
            rejected=rows_by_rule(pl.concat([unread, bad])),
        )
        rows += [one.entity for one in read]
        rejected += [unread, bad]
    return [
        Staged(ENTITIES, entity_frame(rows), pl.concat(rejected), account),
        Staged(TIES, tie_frame(ties)),
    ]


def _listed(
    table: pl.DataFrame, file: str, seen: Mapping[str, object]
) -> tuple[list[Location], pl.DataFrame]:
    have = [column for column in ("name", "facility_name") if column in table.columns]
    countries = [column for column in ("country", "country_code") if column in table.columns]
    if not have or not countries:
        raise DataRejectedError(f"{file}: a list of sites needs the columns name and country.")
    empty = [
        pl.lit(None, dtype=pl.String).alias(column)
        for column in ("address", "os_id", "oar_id")
        if column not in table.columns
    ]
    axes = {
        axis: [column for column in columns if column in table.columns]
        for axis, columns in _AXES.items()
    }
    points = [
        (pl.coalesce(columns) if columns else pl.lit(None, dtype=pl.String)).alias(axis)
        for axis, columns in axes.items()
    ]
    frame = table.with_columns(*empty).with_columns(
        pl.coalesce(have).alias("name"), pl.coalesce(countries).alias("country"), *points
    )
    codes = {text: country_code(text) for text in frame["country"].drop_nulls().unique()}
    rows: list[tuple[int, Location]] = []
    bad: list[int] = []
    columns = ("name", "country", "address", "os_id", "oar_id", *_AXES, SOURCE_ROW)
    for name, country, address, os_id, oar_id, lat, lng, at in frame.select(columns).iter_rows():
        code = codes.get(country)
        if not name or code is None:
            bad.append(at)
            continue
        found = site(name, code, address, os_id or oar_id, point(lat, lng), seen)
        rows.append((at, Location(found)))
    rejected = frame.filter(pl.col(SOURCE_ROW).is_in(bad))
    reason = "the row has no name, or no country that is known"
    sites, persons = _without_persons(rows, file)
    return sites, pl.concat([rejected_rows(rejected, file, "no_name_or_country", reason), persons])


def _without_persons(
    sites: Sequence[tuple[int, Location]], file: str
) -> tuple[list[Location], pl.DataFrame]:
    """The sites, by their position, whose name has not the form of a person's; and the others."""
    persons = [at for at, one in sites if looks_like_person(str(one.entity["name"]))]
    kept = [one for at, one in sites if at not in set(persons)]
    return kept, rejected_persons(file, persons)
