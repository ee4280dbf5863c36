"""Articles that name a supplier, from GDELT's Global Knowledge Graph 2.1 (tab-separated rows).

A row is one article with the organisations, places, themes and tone that were found in it. Of
the 27 columns eleven are read; those of persons, quotations and all names never are. Only rows in
which an organisation seems to be a supplier are kept, with that organisation alone. Files of the
network are cut down to this while they are fetched: nothing else reaches the store.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, Periods, Reach, Requests
from signals.account import NOT_LISTED, Account
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import read_members
from signals.fetching.mirror import mirror_files, number
from signals.fetching.responses import read_body, read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.sources.news.news_rows import (
    ARTICLES,
    ambiguous_frame,
    article_frame,
    article_key,
    known_themes,
    outlet_country,
    site_domain,
    title_marks,
)
from suppliers.identity.mentions import FirmFinder
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="gdelt_gkg",
    title="News articles in GDELT's Global Knowledge Graph",
    publisher="The GDELT Project",
    url="https://storage.googleapis.com/data.gdeltproject.org/gdeltv2",
    licence=Licence(
        id="GDELT terms of use",
        url="https://www.gdeltproject.org/about.html",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="The GDELT Project, from public news",
    collection=Collection.PUBLIC_RECORD,
    cadence="daily",
    publication_lag_days=0,
    coverage="Online news of the world in 65 languages from February 2015; far more of some "
    "countries",
    expected_rows=(0, 100_000_000),
    citation="The GDELT Project, https://www.gdeltproject.org/.",
    access=Access(
        adds="all news as rows of organisations, themes and tone",
    ),
    reach=Reach(by="name"),
    requests=(
        Requests(
            each=2,
            kilobytes=8000,
            periods=Periods(option="window_hours", default=24, unit="hours", every="quarter_hour"),
        ),
    ),
)

#: The columns that are read, by position; persons (11, 12), quotations (22) and all names (23)
#: are not among them.
_WHEN, _KIND, _DOMAIN, _ADDRESS = 1, 2, 3, 4
_THEMES, _PLACES, _FIRMS, _FIRMS_AT, _TONE, _TRANSLATION, _EXTRAS = 7, 9, 13, 14, 15, 25, 26
_COLUMNS = 27

_QUARTER_HOUR = dt.timedelta(minutes=15)
_FILE_BYTES = 400_000_000
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>", re.DOTALL)
_LANGUAGE = re.compile(r"srclc:(\w+)")
_TONE_PARTS = 7
#: A file with more unreadable rows than this is not from the graph.
_BROKEN_SHARE = 0.5


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="zip",
    path="<year><month><day>000000.gkg.csv.zip",
    days_before=3,
    is_part=True,
    first_file="*.gkg.csv",
    file_columns=_COLUMNS,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the files of every quarter of an hour of a window, or register those of a mirror.

    Options: `window_hours` before the end of the as-of date (the files of a day unpack to some
    3 GB), `translated` (also articles in other languages than English).

    Raises:
        SourceUnavailableError: the publisher does not answer, or none of the files is there.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["*gkg*.csv", "*gkg*.csv.gz", "*gkg*.zip", "*gkg*.tsv", "*gkg*.tsv.gz"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        tables = [path for path in paths if "label" not in path.name.lower()]
        return [context.store.keep(CARD.id, path, key=path.name) for path in tables]
    hours = number(CARD.id, context.options, "window_hours", 24)
    suffixes = [".gkg.csv.zip"]
    if context.options.get("translated"):
        suffixes.append(".translation.gkg.csv.zip")
    finder = FirmFinder(context.suppliers, context.thresholds)

    def reduce(body: Path) -> bytes:
        try:
            return _kept(_rows_of(body, is_zip=True), finder, body.name)
        except DataRejectedError as error:
            raise SourceUnavailableError(str(error)) from error

    files = []
    moment = dt.datetime.combine(context.as_of, dt.time(23, 45))
    for step in range(int(hours * 4)):
        stamp = f"{moment - step * _QUARTER_HOUR:%Y%m%d%H%M%S}"
        for suffix in suffixes:
            url = f"{context.url.rstrip('/')}/{stamp}{suffix}"
            try:
                files.append(
                    context.store.download(
                        CARD.id, url, key=f"{stamp}{suffix}", expect="zip", headers={},
                        reduce=reduce,
                    )
                )  # fmt: skip
            except NotPublishedError:
                continue  # a quarter of an hour that the publisher left out
    if not files:
        raise SourceUnavailableError(
            f"{CARD.id}: no file of the {hours:g} hours before {context.as_of} is there; set "
            "sources.gdelt_gkg.options.window_hours, or name a folder as its mirror."
        )
    return files


def _rows_of(path: Path, *, is_zip: bool) -> Iterator[list[str]]:
    if is_zip:
        wanted = read_members(path, lambda name: "gkg" in name.lower(), limit_bytes=_FILE_BYTES)
        texts = [content.decode("utf-8", errors="replace") for _, content in wanted]
    else:
        texts = [read_body(path).decode("utf-8", errors="replace")]
    for text in texts:
        for line in text.split("\n"):
            if line:
                yield line.rstrip("\r").split("\t")


def _kept(rows: Iterator[list[str]], finder: FirmFinder, name: str) -> bytes:
    """What may be stored: articles in which an organisation seems to be a supplier.

    Raises:
        DataRejectedError: it holds no rows of the graph.
    """
    articles: list[dict[str, object]] = []
    read = broken = 0
    for number_, row in enumerate(rows, start=1):
        read += 1
        try:
            articles += _articles(row, finder, number_)
        except (IndexError, ValueError):
            broken += 1
    if read == 0 or broken > _BROKEN_SHARE * read:
        raise DataRejectedError(
            f"{name}: {broken} of {read} rows are no rows of the knowledge graph ({_COLUMNS} "
            "columns between tabs); fetch the file again."
        )
    return json.dumps(
        {"read": read, "broken": broken, "articles": articles}, ensure_ascii=False, sort_keys=True
    ).encode()


def _articles(row: Sequence[str], finder: FirmFinder, number_: int) -> list[dict[str, object]]:
    """The article once per supplier it seems to name.

    Raises:
        IndexError: columns are missing.
        ValueError: the date is none, or the tone is no list of numbers.
    """
    if len(row) != _COLUMNS:
        raise IndexError("columns")
    seen = dt.datetime.strptime(row[_WHEN][:8], "%Y%m%d").date()
    firms = _companies(row)
    if not firms or row[_KIND] not in {"1", ""}:
        return []
    places = {place.split("#")[1].rsplit(",", 1)[-1].strip() for place in row[_PLACES].split(";")
              if place.count("#") > 1}  # fmt: skip
    located = {code for code in map(outlet_country, places) if code is not None}
    sightings = finder.in_organisations(firms, located, None)
    if not sightings:
        return []
    parts = [float(part) for part in row[_TONE].split(",")] if row[_TONE] else []
    if parts and len(parts) != _TONE_PARTS:
        raise ValueError("tone")
    title = _TITLE.search(row[_EXTRAS])
    language = _LANGUAGE.search(row[_TRANSLATION])
    return [
        {
            "article": article_key(row[_ADDRESS]),
            "row": number_,
            "day": seen.isoformat(),
            "domain": site_domain(row[_DOMAIN] or row[_ADDRESS]),
            "language": language[1] if language else "english",
            "supplier_id": one.supplier_id,
            "mention": one.mention,
            "band": one.verdict.band,
            "score": one.verdict.score,
            "reason": one.verdict.reason,
            "tone": parts[0] if parts else None,
            "themes": known_themes(row[_THEMES].split(";")),
            "title_marks": title_marks(title[1], one.mention) if title else [],
        }
        for one in sightings
    ]


def _companies(row: Sequence[str]) -> list[str]:
    """Organisations as written, or in lower case where only those are given."""
    written = [part.rsplit(",", 1)[0].strip() for part in row[_FIRMS_AT].split(";")]
    known = {name.lower() for name in written}
    plain = [part.strip() for part in row[_FIRMS].split(";") if part.strip().lower() not in known]
    return [name for name in (*written, *plain) if name]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per article and supplier it is about.

    Articles that name a supplier ambiguously are rejected with the reason; rows that are not rows
    of the graph are counted. A file that cannot be read is rejected as a whole; the others go on.
    """
    finder = FirmFinder(context.suppliers, context.thresholds)
    rows: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        path, name = Path(raw.path), Path(raw.origin).name
        try:
            if context.mirror is None:
                kept = read_json(path)
            else:
                is_zip = path.suffix.lower() == ".zip"
                kept = json.loads(_kept(_rows_of(path, is_zip=is_zip), finder, name))
            if not isinstance(kept, dict) or "articles" not in kept:
                raise DataRejectedError(f"{name}: it is no reduced file of the graph; fetch again.")
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        sure = [article for article in kept["articles"] if article["band"] == "accept"]
        rows += [_row(article, raw) for article in sure]
        account.leave_out(raw, NOT_LISTED)
        certain = {article["article"] for article in sure}
        uncertainties = [
            (article["supplier_id"], article["reason"])
            for article in kept["articles"]
            if article["article"] not in certain
        ]
        rejected.append(ambiguous_frame(raw, uncertainties))
        if kept["broken"]:
            reason = f"{kept['broken']} rows of {kept['read']} are no rows of the knowledge graph"
            rejected.append(
                pl.DataFrame([(name, None, "row_of_the_graph", reason)], schema=REJECTED_SCHEMA,
                             orient="row")
            )  # fmt: skip
    return [Staged(ARTICLES, article_frame(rows), pl.concat(rejected), account)]


def _row(article: dict[str, object], raw: RawFile) -> dict[str, object]:
    day = dt.date.fromisoformat(str(article["day"]))
    return {
        "source_id": CARD.id,
        "article_id": article["article"],
        "supplier_id": article["supplier_id"],
        "domain": article["domain"],
        "language": article["language"],
        "outlet_country_iso2": None,
        "tone": article["tone"],
        "themes": article["themes"],
        "title_marks": article["title_marks"],
        "match_score": article["score"],
        "observed_to": day,
        "published_on": day,
        "origin": f"{raw.origin} row {article['row']}",
    }
