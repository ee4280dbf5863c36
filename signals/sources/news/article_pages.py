"""Pages of articles of GDELT's search: what may be stored of them, and which articles count."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from signals.account import NOT_LISTED, Account, Unit
from signals.fetching.source_tables import no_rejections
from signals.source import REJECTED_SCHEMA, RawFile
from signals.source_errors import ODD_FORM
from signals.sources.news.news_rows import (
    AMBIGUOUS,
    ambiguous_frame,
    article_key,
    outlet_country,
    reject_odd_page,
    site_domain,
    title_marks,
    title_themes,
)
from suppliers.identity.mentions import FirmFinder
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day

_INCOMPLETE = "article_is_complete"


def kept_of(
    content: object, finder: FirmFinder, name: str, supplier_id: str | None = None
) -> bytes:
    """What may be stored of a page of articles.

    Of an article whose headline seems to name a supplier: its key, day, domain, language and
    country of the outlet, the name as written, our themes, and the marks of the headline.

    Raises:
        DataRejectedError: the page is no list of articles.
    """
    articles = list_of(content, "articles", name)
    rows: list[dict[str, Any]] = []
    unusable = others = 0
    seen: list[str] = []
    for position, article in enumerate(articles, start=1):
        try:
            title, url, seen_at = (str(article[key]) for key in ("title", "url", "seendate"))
            domain = site_domain(str(article.get("domain") or url))
            stated_day(seen_at)
        except ODD_FORM:
            # One article without its title, address or date costs itself, not the page.
            unusable += 1
            continue
        seen.append(seen_at)
        country = outlet_country(str(article.get("sourcecountry") or ""))
        before = len(rows)
        for sighting in finder.in_title(title, country):
            if supplier_id is not None and sighting.supplier_id != supplier_id:
                continue
            rows.append(
                {
                    "article": article_key(url),
                    "position": position,
                    "seen": seen_at,
                    "domain": domain,
                    "language": str(article.get("language") or "unknown").lower(),
                    "outlet_country": country,
                    "supplier_id": sighting.supplier_id,
                    "mention": sighting.mention,
                    "band": sighting.verdict.band,
                    "score": sighting.verdict.score,
                    "reason": sighting.verdict.reason,
                    "themes": title_themes(title),
                    "title_marks": title_marks(title, sighting.mention),
                }
            )
        others += len(rows) == before
    kept = {
        "listed": len(articles),
        "unusable": unusable,
        "others": others,
        "oldest": min(seen, default=None),
        "articles": rows,
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()


def list_of(content: object, key: str, name: str) -> list[Any]:
    """The list in an answer; an empty object is the search's way to say that it found none."""
    if content == {}:
        return []
    found = content.get(key) if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise DataRejectedError(
            f"{name}: it holds no {key!r}, so it is no answer of the search; fetch it again."
        )
    return found


def read_kept(content: object, name: str) -> Mapping[str, Any]:
    """A page as it was stored.

    Raises:
        DataRejectedError: it is none.
    """
    if not isinstance(content, dict) or not {"articles", "others"} <= content.keys():
        raise DataRejectedError(f"{name}: it is no page as this version stores it; fetch it again.")
    counts = ("listed", "unusable", "others")
    reject_odd_page(content, name, counts=counts, numbered="position", dated="seen")
    return content


def count_articles(account: Account, raw: RawFile, kept: Mapping[str, Any]) -> None:
    """Count the articles of a page; one can name several suppliers."""
    articles = kept["articles"]
    used = {article["position"] for article in articles if article["band"] == "accept"}
    ambiguous = {article["position"] for article in articles} - used
    account.count(
        Unit.DOCUMENT,
        raw,
        read=kept["listed"],
        used=len(used),
        rejected={_INCOMPLETE: kept["unusable"], AMBIGUOUS: len(ambiguous)},
        out_of_scope={NOT_LISTED: kept["others"]},
    )


def sorted_articles(
    kept: Mapping[str, Any], raw: RawFile, name: str, tones: Mapping[tuple[str, dt.date], float]
) -> tuple[list[dict[str, object]], list[pl.DataFrame]]:
    """Articles that count, and the rejected: those that are ambiguous, and those not complete."""
    rows: list[dict[str, object]] = []
    uncertainties = []
    for article in kept["articles"]:
        supplier_id = article["supplier_id"]
        if article["band"] != "accept":
            uncertainties.append((supplier_id, article["reason"]))
            continue
        day = stated_day(article["seen"])
        rows.append(
            {
                "source_id": raw.source_id,
                "article_id": article["article"],
                "supplier_id": supplier_id,
                "domain": article["domain"],
                "language": article["language"],
                "outlet_country_iso2": article["outlet_country"],
                "tone": tones.get((supplier_id, day)),
                "themes": article["themes"],
                "title_marks": article["title_marks"],
                "match_score": article["score"],
                "observed_to": day,
                "published_on": day,
                "origin": raw.origin,
            }
        )
    return rows, [ambiguous_frame(raw, uncertainties), _unusable(kept, name)]


def _unusable(kept: Mapping[str, Any], name: str) -> pl.DataFrame:
    """The articles of a page that had no title, address or date, as one rejected row."""
    count = kept["unusable"]
    if not count:
        return no_rejections()
    reason = f"{count} articles of the page have no title, address or date and do not count."
    row = (name, None, _INCOMPLETE, reason)
    return pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")
