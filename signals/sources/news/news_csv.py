"""Articles about suppliers in a plain table that you bring (docs/how-to/news-template.md).

For clippings of a press service, an archive of a library, or a monitor of your own. An article
counts if the organisation it is filed under, or failing that its headline, names a supplier at
the accept band. Headlines and addresses are read and not kept.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind
from signals.account import NOT_LISTED, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import decimal_option, mirror_files, string_list, text
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.sources.news.news_rows import (
    AMBIGUOUS,
    ARTICLES,
    ambiguous_frame,
    article_frame,
    article_key,
    hash_marks,
    known_themes,
    outlet_country,
    site_domain,
    title_marks,
    title_themes,
)
from suppliers.identity.mentions import FirmFinder, Sighting
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import day_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import DecimalMark, number_of, number_style
from suppliers.intake.table_rows import SOURCE_ROW

CARD = SourceCard(
    id="news_csv",
    title="News articles in a plain table",
    publisher="The user, from public news",
    url="https://www.gdeltproject.org/data.html",
    licence=Licence(
        id="provided by the user",
        url="https://www.gdeltproject.org/about.html",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="Publishers of public news, or a press service",
    collection=Collection.PUBLIC_RECORD,
    cadence="monthly",
    publication_lag_days=0,
    coverage="The articles brought",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="News articles provided by the user.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="articles of your own press service",
    ),
)

_COLUMNS: Mapping[str, FieldKind] = {
    "date": "category",
    "domain": "category",
    "language": "category",
    "country": "category",
    "organisation": "text",
    "organisation_country": "category",
    "title": "text",
    "title_hash": "category",
    "url": "category",
    "url_hash": "category",
    "tone": "number",
    "themes": "category",
}
_BETWEEN = re.compile(r"\s*[;|]\s*")


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the tables of the mirror.

    Raises:
        SourceUnavailableError: the mirror holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return []
    patterns = ["*.csv", "*.csv.gz", "*.tsv", "*.xlsx", "*.parquet"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per article and supplier it is about.

    Rows without a date or an outlet, or with a tone that is not a number, are rejected; so are
    articles that name a supplier ambiguously. Articles about others are skipped.

    Raises:
        NonExtractiveError: a table holds data about persons, such as names of informants.
    """
    finder = FirmFinder(context.suppliers, context.thresholds)
    rows: list[dict[str, object]] = []
    refused = [no_rejections()]
    account = Account()
    for raw in files:
        name = Path(raw.origin).name
        try:
            table, unread = read_source_table(
                Path(raw.path), _COLUMNS, required=("date", "domain"),
                drop=string_list(CARD.id, context.options, "drop"), where=name,
                sheet=text(CARD.id, context.options, "sheet", "") or None,
            )  # fmt: skip
            if not {"organisation", "title"} & set(table.columns):
                raise DataRejectedError(
                    f"{name}: it has neither the column 'organisation' nor 'title', so that no "
                    "article can be laid to a supplier; add one (docs/how-to/news-template.md)."
                )
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        usable, bad = _checked(table, name, decimal_option(CARD.id, context.options))
        bad = pl.concat([unread, bad])
        found, uncertainties, fates = _matched(usable, raw, finder)
        rows += found
        refused += [bad, ambiguous_frame(raw, uncertainties)]
        account.count(
            Unit.ROW, raw, read=rows_read(table, unread), used=fates["used"],
            rejected=rows_by_rule(bad) | {AMBIGUOUS: fates[AMBIGUOUS]},
            out_of_scope={NOT_LISTED: fates[NOT_LISTED]},
        )  # fmt: skip
    return [Staged(ARTICLES, article_frame(rows), pl.concat(refused), account)]


def _tone_in_range(table: pl.DataFrame) -> pl.Series:
    return table["tone"].is_between(-100, 100)


def _checked(
    table: pl.DataFrame, name: str, declared: DecimalMark | None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    absent = [column for column in _COLUMNS if column not in table.columns]
    full = table.with_columns(pl.lit(None, pl.String).alias(c) for c in absent)
    style = number_style(full, ["tone"], declared=declared, checks=[_tone_in_range])
    typed = full.with_columns(
        day=day_of("date"),
        tone_number=number_of("tone", style),
    )
    rules = {
        "date_is_a_date": (
            pl.col("day").is_null(),
            "date is not a day; write it as YYYY-MM-DD",
        ),
        "domain_is_given": (
            pl.col("domain").is_null(),
            "the outlet's domain is empty; copies could not be distinguished",
        ),
        "tone_is_a_number": (
            pl.col("tone").is_not_null()
            & ~pl.col("tone_number").is_between(-100, 100).fill_null(False),
            "tone is not a number from -100 to 100; leave it empty if it is not known",
        ),
        "firm_is_named": (
            pl.col("organisation").is_null() & pl.col("title").is_null(),
            "neither an organisation nor a headline is given",
        ),
    }
    rejected = [no_rejections()]
    for rule, (broken, reason) in rules.items():
        rejected.append(rejected_rows(typed.filter(broken), name, rule, reason))
        typed = typed.filter(~broken)
    return typed, pl.concat(rejected)


def _matched(
    table: pl.DataFrame, raw: RawFile, finder: FirmFinder
) -> tuple[list[dict[str, object]], list[tuple[str, str]], Counter[str]]:
    """Articles of suppliers, uncertain mentions, and the number of rows by their outcome."""
    rows: list[dict[str, object]] = []
    uncertainties: list[tuple[str, str]] = []
    fates = Counter[str]()
    name = Path(raw.origin).name
    for row in table.iter_rows(named=True):
        sightings = _sightings(row, finder)
        sure = [one for one in sightings if one.is_accepted]
        rows += [_article(row, one, name, raw.origin) for one in sure]
        if not sure:
            uncertainties += [(one.supplier_id, one.verdict.reason) for one in sightings]
        fates["used" if sure else AMBIGUOUS if sightings else NOT_LISTED] += 1
    return rows, uncertainties, fates


def _sightings(row: Mapping[str, str | None], finder: FirmFinder) -> list[Sighting]:
    outlet = outlet_country(row["country"] or "")
    if row["organisation"] is None:
        return finder.in_title(row["title"] or "", outlet)
    of_company = outlet_country(row["organisation_country"] or "")
    located = set() if of_company is None else {of_company}
    return finder.in_organisations(_BETWEEN.split(row["organisation"]), located, outlet)


def _article(
    row: Mapping[str, str | None], one: Sighting, name: str, origin: str
) -> dict[str, object]:
    title, day = row["title"] or "", row["day"]
    place = f"{name}:{row[SOURCE_ROW]}"
    address = row["url_hash"] or (article_key(row["url"]) if row["url"] else None)
    themes = known_themes(_BETWEEN.split(row["themes"] or ""))
    return {
        "source_id": CARD.id,
        "article_id": address or article_key(place),
        "supplier_id": one.supplier_id,
        "domain": site_domain(row["domain"] or ""),
        "language": (row["language"] or "unknown").lower(),
        "outlet_country_iso2": outlet_country(row["country"] or ""),
        "tone": row["tone_number"],
        "themes": sorted({*themes, *title_themes(title)}),
        "title_marks": title_marks(title, one.mention) or hash_marks(row["title_hash"]),
        "match_score": one.verdict.score,
        "observed_to": day if isinstance(day, dt.date) else None,
        "published_on": day if isinstance(day, dt.date) else None,
        "origin": f"{origin} row {row[SOURCE_ROW]}",
    }
