"""Legal Entity Identifiers: who a company is, where, under which names, and who consolidates it.

Reads answers of the API (JSON:API documents: records, relationships, reporting exceptions) and
the golden copy (CSV, or zip with one CSV). From the network, companies with a LEI are asked for in
batches, with their parents; others by name if the option `search_names` is on. Records of sole
traders are persons and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import unpacked_member
from signals.fetching.mirror import mirror_files, number
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.sources.registers.gleif_golden_copy import read_golden_copy
from signals.sources.registers.gleif_records import read_document, without_persons
from signals.sources.registers.register_rows import (
    ENTITIES,
    PARENTS,
    entity_frame,
    parent_frame,
    rejected_persons,
)
from signals.sources.registers.register_ties import TIES, tie_frame
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="gleif",
    title="Global LEI index",
    publisher="Global Legal Entity Identifier Foundation",
    url="https://api.gleif.org/api/v1",
    licence=Licence(
        id="CC0-1.0",
        url="https://www.gleif.org/en/meta/lei-data-terms-of-use/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="LEI issuers, from the companies themselves and the registers they are checked against",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="About 2.9 million companies that have a LEI, mostly for financial dealings",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.DOCUMENT),
    citation="GLEIF, Global LEI index.",
    form_verified="2026-11: a gentle limit of 60 a minute is ours; the publisher states none",
    access=Access(
        adds="names, legal addresses and parents of suppliers with an LEI",
        off_because="it asks for each supplier",
    ),
    reach=Reach(by="identifier", identifiers=("lei",)),
    requests=(
        Requests(kilobytes=400, per="supplier", group=100),
        Requests(each=2, kilobytes=4, per="supplier"),
    ),
)

_BATCH = 100
_FOUND_PER_NAME = 10
_NO_COMPANY = "no active record of a company in a country of the list"


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="lei-records?page[size]=1",
    holds=(
        "data.0.attributes.lei",
        "data.0.attributes.entity.legalName.name",
        "data.0.attributes.entity.legalAddress.country",
        "data.0.attributes.entity.status",
    ),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the records of the suppliers' LEIs and parents, or register a mirror.

    Raises:
        SourceUnavailableError: the API does not answer, or the mirror holds nothing known.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        documents = [f"*{part}*.json*" for part in ("lei", "parent", "child", "relationship")]
        patterns = [*documents, "*golden-copy*.csv*", "*golden-copy*.zip"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    root = context.url.rstrip("/")
    known = sorted(set(context.suppliers["lei"].drop_nulls().to_list()))
    wanted: list[tuple[str, str]] = [
        (f"records:{group[0]}", f"{root}/lei-records?filter[lei]={','.join(group)}&page[size]=200")
        for group in (known[at : at + _BATCH] for at in range(0, len(known), _BATCH))
    ]
    for lei in known:
        for relation in ("direct", "ultimate"):
            wanted.append(
                (f"{relation}-parent:{lei}", f"{root}/lei-records/{lei}/{relation}-parent")
            )
    wanted += _name_searches(context, root)

    def ask(one: tuple[str, str]) -> Iterator[RawFile]:
        key, url = one
        yield context.store.download(
            CARD.id, url, key=key, expect="json", headers={}, reduce=without_persons
        )

    return fetch_each(CARD.id, wanted, ask)


def _name_searches(context: PullContext, root: str) -> Iterator[tuple[str, str]]:
    if not context.options.get("search_names"):
        return
    most = int(number(CARD.id, context.options, "max_searches", 500))
    nameless = context.suppliers.filter(pl.col("lei").is_null()).sort("supplier_id").head(most)
    for name, country in nameless.select("name", "country_iso2").unique().sort("name").iter_rows():
        query = (
            f"filter[entity.names]={quote(name)}&filter[entity.legalAddress.country]={country}"
            f"&page[size]={_FOUND_PER_NAME}"
        )
        yield f"search:{country}:{name}", f"{root}/lei-records?{query}"


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read records into companies, relationships and exceptions into parents.

    A file that cannot be read is rejected as a whole and the others go on.
    """
    rows: list[dict[str, object]] = []
    parents: list[dict[str, object]] = []
    ties: list[dict[str, object]] = []
    tables: list[pl.DataFrame] = [entity_frame([])]
    rejected = [no_rejections()]
    account = Account()
    copies = {raw for raw in files if _is_golden_copy(raw)}
    account.count_each(Unit.DOCUMENT, copies)
    account.count_each(Unit.PAGE, [raw for raw in files if raw not in copies])
    countries = set(context.suppliers["country_iso2"].to_list())
    for raw in files:
        path = Path(raw.path)
        before = sum(table.height for table in tables) + len(rows) + len(parents)
        try:
            if Path(raw.origin).suffix == ".zip":
                with unpacked_member(path, ".csv") as table:
                    persons = read_golden_copy(table, raw, countries, tables, parents, ties)
            elif raw in copies:
                persons = read_golden_copy(path, raw, countries, tables, parents, ties)
            else:
                persons = read_document(read_json(path), raw, rows, parents, ties)
            rejected.append(rejected_persons(raw.origin, persons))
            found = sum(table.height for table in tables) + len(rows) + len(parents)
            account.note(raw, is_used=found > before, otherwise=_NO_COMPANY)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    entities = entity_frame(pl.concat([*tables, entity_frame(rows)]).iter_rows(named=True))
    return [
        Staged(ENTITIES, entities, pl.concat(rejected), account),
        Staged(PARENTS, _with_names(parent_frame(parents), entities)),
        Staged(TIES, tie_frame(ties)),
    ]


def _is_golden_copy(raw: RawFile) -> bool:
    return bool({".zip", ".csv"} & set(Path(raw.origin).suffixes))


def _with_names(parents: pl.DataFrame, entities: pl.DataFrame) -> pl.DataFrame:
    names = entities.select(parent_id="register_id", known_name="name")
    return parents.join(names, on="parent_id", how="left", maintain_order="left").select(
        pl.col("known_name").alias(column) if column == "parent_name" else column
        for column in parents.columns
    )
