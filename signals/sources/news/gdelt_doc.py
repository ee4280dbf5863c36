"""Articles that name a supplier, from the full-text search of GDELT (DOC 2.0 API).

Three questions per supplier: the list of articles (`artlist`, 250 a page, going back in time), and
by day their mean tone (`timelinetone`) and how many there were beside how many were read at all
(`timelinevolraw`). An article counts if its headline names the company at the accept band; its tone
is then that of its day, since the list has no tones. Headlines and addresses are read while they
are fetched and never stored: what is kept of a page is the name found in a headline and marks by
which copies are known.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import NOTHING_TO_SAY, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import (
    ODD_FORM,
    NotPublishedError,
    SourceUnavailableError,
    StoppedEarlyError,
)
from signals.sources.news.article_pages import (
    count_articles,
    kept_of,
    list_of,
    read_kept,
    sorted_articles,
)
from signals.sources.news.news_rows import ARTICLES, PRESS_DAYS, PRESS_SCHEMA, article_frame
from suppliers.identity.mentions import FirmFinder
from suppliers.identity.names import comparable, spellings
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day, stated_moment
from suppliers.intake.numbers import stated_number

CARD = SourceCard(
    id="gdelt_doc",
    title="News articles found by GDELT (full-text search)",
    publisher="The GDELT Project",
    url="https://api.gdeltproject.org/api/v2/doc/doc",
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
    coverage="Online news of the world in 65 languages from 2017; far more of some countries",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.DOCUMENT),
    citation="The GDELT Project, https://www.gdeltproject.org/.",
    access=Access(
        adds="news about each supplier by name",
        off_because="it asks three questions a supplier, one every 5 s",
    ),
    reach=Reach(by="name"),
    requests=(
        Requests(
            each=3, kilobytes=40, per="supplier", at_most=500, at_most_option="most_suppliers"
        ),
    ),
)

Mode = Literal["artlist", "timelinetone", "timelinevolraw"]
MODES: tuple[Mode, ...] = ("artlist", "timelinetone", "timelinevolraw")
PAGE = 250

#: The search rejects shorter phrases, and they are no names.
_SHORTEST_PHRASE = 5
#: More suppliers than these that cannot be asked for, and the source has failed.
_FAILURES_BORNE = 2
_FAILED_SHARE_BORNE = 0.05
_ASKED = "%Y%m%d%H%M%S"


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="?query=garment&mode=artlist&maxrecords=1&timespan=1week&format=json",
    holds=("articles.0.title", "articles.0.url", "articles.0.seendate"),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Ask for each supplier, or register the answers in a mirror.

    Options: `window_days`, `most_suppliers` (the largest by spend first), `most_pages` of a list.

    Raises:
        SourceUnavailableError: the search does not answer, or answers with an empty body, an HTML
            page or a sentence in place of data; or the mirror holds nothing known.
        UsageError: the mirror does not exist, or an option is not a number.
    """
    if context.mirror is not None:
        patterns = [f"*{mode}*.json*" for mode in MODES]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    end = dt.datetime.combine(context.as_of, dt.time(23, 59, 59))
    start = end - dt.timedelta(days=number(CARD.id, context.options, "window_days", 365))
    most = int(number(CARD.id, context.options, "most_suppliers", 500))
    pages = int(number(CARD.id, context.options, "most_pages", 4))
    finder = FirmFinder(context.suppliers, context.thresholds)
    asked = context.suppliers.sort("annual_spend", "supplier_id", descending=[True, False],
                                   nulls_last=True).head(most)  # fmt: skip
    files: list[RawFile] = []
    failures: list[str] = []
    for place, (supplier_id, name) in enumerate(asked.select("supplier_id", "name").iter_rows(), 1):
        phrase = search_phrase(name)
        if phrase is None:
            continue
        try:
            files += _lists(context, finder, supplier_id, phrase, start, end, pages)
            for mode in MODES[1:]:
                url = _address(context.url, phrase, mode, start, end)
                key = f"{mode}:{supplier_id}"
                files.append(
                    context.store.download(CARD.id, url, key=key, expect="json", headers={})
                )
        except (SourceUnavailableError, NotPublishedError) as error:
            failures.append(str(error))
            files.append(_failed(context, supplier_id, str(error)))
        if len(failures) > max(_FAILURES_BORNE, _FAILED_SHARE_BORNE * place):
            stopped = (
                f"{CARD.id}: {len(failures)} of {place} suppliers could not be asked for, and the "
                f"other {asked.height - place} were not; the last: {failures[-1]}"
            )
            if len(failures) == place:
                raise SourceUnavailableError(stopped)
            # Suppliers that were not asked for have no article, which is no information on them.
            raise StoppedEarlyError(stopped, files)
    return files


def _failed(context: PullContext, supplier_id: str, reason: str) -> RawFile:
    """The record of a supplier that could not be asked for, so that staging knows."""
    content = json.dumps({"failed": reason}).encode()
    return context.store.put(
        CARD.id, f"{CARD.id}: {supplier_id}", content, key=f"failed:{supplier_id}"
    )


def search_phrase(name: str) -> str | None:
    """A supplier's name as the search wants it: without its legal form, and not too short.

    A name in other letters than Latin is asked for as it is written.
    """
    first = spellings(name)[0].replace('"', " ")
    words, wanted = first.split(), comparable(first).words
    runs = [
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    ]
    fitting = [run for run in runs if comparable(run).words == wanted]
    phrase = min(fitting, key=len, default=first).strip(" .,;-&")
    return phrase if len(phrase) >= _SHORTEST_PHRASE else None


def _lists(
    context: PullContext,
    finder: FirmFinder,
    supplier_id: str,
    phrase: str,
    start: dt.datetime,
    end: dt.datetime,
    pages: int,
) -> Iterator[RawFile]:
    """Pages of the list, each from where the one before broke off."""
    until = end
    for page in range(pages):
        url = _address(context.url, phrase, "artlist", start, until)
        key = f"artlist:{supplier_id}:{page + 1}"

        def reduce(body: Path, key: str = key) -> bytes:
            try:
                return kept_of(read_json(body), finder, key, supplier_id)
            except DataRejectedError as error:
                raise SourceUnavailableError(str(error)) from error

        raw = context.store.download(
            CARD.id, url, key=key, expect="json", headers={}, reduce=reduce
        )
        yield raw
        kept = json.loads(Path(raw.path).read_text(encoding="utf-8"))
        if kept["listed"] < PAGE or kept["oldest"] is None:
            return
        oldest = stated_moment(kept["oldest"]).replace(tzinfo=None)
        if oldest >= until:
            return
        until = oldest


def _address(root: str, phrase: str, mode: Mode, start: dt.datetime, end: dt.datetime) -> str:
    query = quote(f'"{phrase}"', safe="")
    listed = f"&maxrecords={PAGE}&sort=datedesc" if mode == "artlist" else ""
    return (
        f"{root}?query={query}&mode={mode}&format=json{listed}"
        f"&startdatetime={start:{_ASKED}}&enddatetime={end:{_ASKED}}"
    )


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per article and supplier it is about, and one per day of how much press there was.

    Articles that name a supplier ambiguously are rejected with the reason. A file that cannot be
    read is rejected as a whole and the others go on.
    """
    finder = FirmFinder(context.suppliers, context.thresholds)
    tones: dict[tuple[str, dt.date], float] = {}
    press = [pl.DataFrame(schema=PRESS_SCHEMA)]
    rows: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    account.count_each(Unit.PAGE, files)
    account.count_each(Unit.DOCUMENT, ())
    for raw in sorted(files, key=lambda raw: MODES.index(_mode(raw)), reverse=True):
        name = Path(raw.origin).name if context.mirror is not None else raw.key
        try:
            content = read_json(Path(raw.path))
            if isinstance(content, dict) and "failed" in content:
                raise DataRejectedError(str(content["failed"]))
            if _mode(raw) == "timelinetone":
                about = _about(raw, context)
                tones |= {(about, p["day"]): p["value"] for p in points_of(content, name)}
                account.use(raw)
            elif _mode(raw) == "timelinevolraw":
                press.append(_press(points_of(content, name), raw.origin))
                account.use(raw)
            else:
                if context.mirror is not None:
                    content = json.loads(kept_of(content, finder, name))
                kept = read_kept(content, name)
                found, refused = sorted_articles(kept, raw, name, tones)
                rows += found
                rejected += refused
                count_articles(account, raw, kept)
                if not kept["listed"]:
                    account.leave_out(raw, NOTHING_TO_SAY)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    days = pl.concat(press).unique("day", keep="first", maintain_order=True).sort("day")
    return [
        Staged(ARTICLES, article_frame(rows), pl.concat(rejected), account),
        Staged(PRESS_DAYS, days),
    ]


def _mode(raw: RawFile) -> Mode:
    return next((mode for mode in MODES if mode in raw.key), "artlist")


def _about(raw: RawFile, context: PullContext) -> str:
    """The supplier whose timeline it is: by the question, or by the name of a mirror's file."""
    if context.mirror is None:
        return raw.key.split(":")[1]
    stem = Path(raw.origin).name.split(".json")[0]
    return stem.split(_mode(raw), 1)[1].lstrip("_-")


def points_of(content: object, name: str) -> list[dict[str, Any]]:
    """Days of a timeline: day, value, norm. The bare list of points is understood too."""
    try:
        if isinstance(content, dict):
            series = list_of(content, "timeline", name)
            points = [point for one in series for point in one.get("data", [])]
        else:
            points = content if isinstance(content, list) else [None]
        return [
            {
                "day": stated_day(point["date"]),
                "value": stated_number(point["value"]),
                "norm": point.get("norm"),
            }
            for point in points
        ]
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{name}: a point of the timeline has no date or value; fetch it again."
        ) from error


def _press(points: Sequence[Mapping[str, Any]], origin: str) -> pl.DataFrame:
    rows = [
        {
            "source_id": CARD.id,
            "day": point["day"],
            "articles_monitored": stated_number(point["norm"]),
            "observed_to": point["day"],
            "published_on": point["day"],
            "origin": origin,
        }
        for point in points
        if point["norm"] is not None
    ]
    return pl.DataFrame(rows, schema=PRESS_SCHEMA)
