"""Articles that name a supplier, from GDELT's Global Knowledge Graph 2.1 (tab-separated rows).

A row is one article with the organisations, places, themes and tone that were found in it. Of
the 27 columns eleven are read; those of persons, quotations and all names never are. Only rows in
which an organisation seems to be a supplier are kept, with that organisation alone. Files of the
network are cut down to this while they are fetched: nothing else reaches the store.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from signals.access import Access, Periods, Reach, Requests
from signals.account import NOT_LISTED, REPEATED, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number
from signals.fetching.partial_pull import fetch_each
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.news.graph_rows import COLUMNS, kept_of, rows_of
from signals.sources.news.news_rows import (
    AMBIGUOUS,
    ARTICLES,
    ambiguous_frame,
    article_frame,
    reject_odd_page,
)
from suppliers.identity.mentions import FirmFinder
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

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
    counts=(Unit.FILE, Unit.ROW),
    citation="The GDELT Project, https://www.gdeltproject.org/.",
    access=Access(
        adds="all news as rows of organisations, themes and tone",
        off_because="some 3 GB a day pass through",
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

_QUARTER_HOUR = dt.timedelta(minutes=15)
_NO_ROW = "row_of_the_graph"


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="zip",
    path="<year><month><day>000000.gkg.csv.zip",
    days_before=3,
    is_part=True,
    first_file="*.gkg.csv",
    file_columns=COLUMNS,
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
            return kept_of(rows_of(body, is_zip=True), finder, body.name)
        except DataRejectedError as error:
            raise SourceUnavailableError(str(error)) from error

    moment = dt.datetime.combine(context.as_of, dt.time(23, 45))
    names = [
        f"{moment - step * _QUARTER_HOUR:%Y%m%d%H%M%S}{suffix}"
        for step in range(int(hours * 4))
        for suffix in suffixes
    ]

    def ask(name: str) -> Iterator[RawFile]:
        url = f"{context.url.rstrip('/')}/{name}"
        yield context.store.download(
            CARD.id, url, key=name, expect="zip", headers={}, reduce=reduce
        )

    # The publisher leaves out a quarter of an hour at times.
    return fetch_each(
        CARD.id,
        names,
        ask,
        absent=(
            f"{CARD.id}: no file of the {hours:g} hours before {context.as_of} is there; set "
            "sources.gdelt_gkg.options.window_hours, or name a folder as its mirror."
        ),
    )


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
                kept = json.loads(kept_of(rows_of(path, is_zip=is_zip), finder, name))
            if not isinstance(kept, dict) or not {"articles", "others"} <= kept.keys():
                raise DataRejectedError(f"{name}: it is no reduced file of the graph; fetch again.")
            counts = ("read", "broken", "others")
            reject_odd_page(kept, name, counts=counts, numbered="row", dated="day")
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        sure = [article for article in kept["articles"] if article["band"] == "accept"]
        rows += [_row(article, raw) for article in sure]
        certain = {article["article"] for article in sure}
        uncertainties = [
            (article["supplier_id"], article["reason"])
            for article in kept["articles"]
            if article["article"] not in certain
        ]
        rejected.append(ambiguous_frame(raw, uncertainties))
        _count(account, raw, kept)
        if kept["broken"]:
            reason = f"{kept['broken']} rows of {kept['read']} are no rows of the knowledge graph"
            row = (name, None, _NO_ROW, reason)
            rejected.append(pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row"))
    return [Staged(ARTICLES, article_frame(rows), pl.concat(rejected), account)]


def _count(account: Account, raw: RawFile, kept: Mapping[str, Any]) -> None:
    """Count the rows of a file; a row can name several suppliers."""
    articles = kept["articles"]
    used = {article["row"] for article in articles if article["band"] == "accept"}
    certain = {article["article"] for article in articles if article["band"] == "accept"}
    not_sure = {article["row"]: article["article"] in certain for article in articles}
    elsewhere = [is_certain for row, is_certain in not_sure.items() if row not in used]
    account.count(
        Unit.ROW,
        raw,
        read=kept["read"],
        used=len(used),
        rejected={_NO_ROW: kept["broken"], AMBIGUOUS: elsewhere.count(False)},
        out_of_scope={NOT_LISTED: kept["others"], REPEATED: elsewhere.count(True)},
    )


def _row(article: dict[str, object], raw: RawFile) -> dict[str, object]:
    day = stated_day(article["day"])
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
