"""Rule of law and income group by country, as context.

Reads the World Bank API (Worldwide Governance Indicators, estimate -2.5 to 2.5, and income
levels), its JSON answers in a mirror, or tables: `iso3, year, rule_of_law_risk[, income_group]`,
or `iso3, wb_wgi_rule_of_law` without a year, for which the option `year` must say which it is.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import decimal_option, mirror_files, number, string_list
from signals.fetching.source_tables import (
    no_rejections,
    read_source_table,
    rejected_file,
    rejected_rows,
    rows_read,
)
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import NotPublishedError, SourceUnavailableError, StoppedEarlyError
from signals.sources.context.world_bank_answers import (
    INCOME_GROUPS,
    NO_FIGURE,
    Figure,
    entries_of,
    read_answer,
)
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.days import year_of
from suppliers.intake.fields import FieldKind
from suppliers.intake.numbers import number_of, number_style, stated_whole

CARD = SourceCard(
    id="country_table",
    title="Rule of law (Worldwide Governance Indicators) and income groups",
    publisher="World Bank",
    url="https://api.worldbank.org/v2",
    licence=Licence(
        id="CC-BY-4.0",
        url="https://creativecommons.org/licenses/by/4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="World Bank, from surveys of companies, households and experts on institutions",
    collection=Collection.PUBLIC_RECORD,
    cadence="yearly",
    publication_lag_days=300,
    coverage="About 210 countries and territories, from 1996",
    expected_rows=(100, 100_000),
    counts=(Unit.FILE, Unit.PAGE, Unit.ROW),
    citation=(
        "Kaufmann and Kraay, Worldwide Governance Indicators, www.govindicators.org; World Bank "
        "country and lending groups."
    ),
    access=Access(
        adds="rule of law and income group of every country",
    ),
    reach=Reach(by="country"),
    requests=(Requests(each=2, kilobytes=1200),),
)

_LOG = logging.getLogger("understory")

TABLE = "stg_country_table__governance"

SCHEMA: dict[str, pl.DataType] = {
    "country_iso3": pl.String(),
    "year": pl.Int32(),
    "rule_of_law_risk": pl.Float64(),
    "income_group": pl.String(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

#: Newest code first: `RL.EST` was retired in 2025, and mirrors may still hold it. The scale is one.
_RULE_OF_LAW = ("GOV_WGI_RL.EST", "RL.EST")
_WGI_DATABASE = 3
_RISK_COLUMNS = ("rule_of_law_risk", "wb_wgi_rule_of_law")
_KINDS: dict[str, FieldKind] = {
    "iso3": "category",
    "year": "number",
    "income_group": "category",
    **dict.fromkeys(_RISK_COLUMNS, "number"),
}


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path=f"country/IDN/indicator/{_RULE_OF_LAW[0]}?source={_WGI_DATABASE}&format=json&per_page=2",
    holds=("0.pages", "1.0.countryiso3code", "1.0.date", "1.0.value"),
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the mirror's tables, or fetch every page of the API's two answers.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or nothing in the mirror.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        words = ("governance", "worldbank", "rule_of_law", "country", "income", "wgi", "rl.est")
        patterns = [f"*{word}*.{end}" for word in words for end in ("csv", "csv.gz", "json")]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    governance = [f"country/all/indicator/{code}?source={_WGI_DATABASE}&" for code in _RULE_OF_LAW]
    files = _first_answered(context, "rule_of_law", governance)
    try:
        return [*files, *_first_answered(context, "income", ["country?"])]
    except (SourceUnavailableError, NotPublishedError) as error:
        raise StoppedEarlyError(
            f"{CARD.id}: income groups are not available; {error}", files
        ) from error


def _first_answered(context: PullContext, key: str, paths: Sequence[str]) -> list[RawFile]:
    """Every page of the first path that the API knows; a retired code gives way to the next one.

    Raises:
        SourceUnavailableError: it knows none; errors of the API come with status 200.
    """
    rejections = []
    for path in paths:
        try:
            return _pages(context, key, path)
        except DataRejectedError as error:
            rejections.append(str(error))
    raise SourceUnavailableError(
        f"{context.url}: {'; '.join(rejections)}; check whether the World Bank "
        "has moved the indicator."
    )


def _pages(context: PullContext, key: str, path: str) -> list[RawFile]:
    files: list[RawFile] = []
    pages = 1
    while len(files) < pages:
        page = len(files) + 1
        url = f"{context.url.rstrip('/')}/{path}format=json&per_page=20000&page={page}"
        raw = context.store.download(CARD.id, url, key=f"{key}_{page}", expect="json", headers={})
        pages = stated_whole(entries_of(Path(raw.path), url)[0]["pages"])
        files.append(raw)
    return files


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read governance by country and year; 0 is strong rule of law, 1 is weak.

    Estimates of -2.5 to 2.5 become (2.5 - estimate) / 5. A figure of a year counts as known 300
    days after its end. Income groups of the API are today's and go with every year.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    figures = [pl.DataFrame(schema=SCHEMA)]
    incomes: dict[str, str] = {}
    refused = [no_rejections()]
    account = Account()
    account.count_each(Unit.PAGE, [raw for raw in files if _is_json(raw)])
    for raw in files:
        try:
            if _is_json(raw):
                answered = read_answer(raw, account)
                incomes |= answered.income_groups
                read, rejected = answered.figures, answered.rejected
            else:
                read, rejected = _read_table(raw, context, account)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
            continue
        figures.append(_dated(read, raw.origin))
        refused.append(rejected)
    current = pl.DataFrame(
        {"country_iso3": list(incomes), "current_group": list(incomes.values())},
        schema={"country_iso3": pl.String, "current_group": pl.String},
    )
    rows = (
        pl.concat(figures)
        .unique(["country_iso3", "year"], keep="first", maintain_order=True)
        .join(current, on="country_iso3", how="left")
        .with_columns(income_group=pl.coalesce("income_group", "current_group"))
        .select(list(SCHEMA))
        .sort("country_iso3", "year")
    )
    return [Staged(TABLE, rows, pl.concat(refused), account)]


def _dated(rows: Sequence[Figure], origin: str) -> pl.DataFrame:
    frame = pl.DataFrame(
        rows, schema={name: SCHEMA[name] for name in list(SCHEMA)[:4]}, orient="row"
    )
    year_end = pl.date(pl.col("year"), 12, 31)
    return frame.with_columns(
        observed_to=year_end,
        published_on=year_end + pl.duration(days=CARD.publication_lag_days),
        origin=pl.lit(origin),
    )


def _read_table(
    raw: RawFile, context: PullContext, account: Account
) -> tuple[list[Figure], pl.DataFrame]:
    name = Path(raw.origin).name
    drop = string_list(CARD.id, context.options, "drop")
    table, unread = read_source_table(
        Path(raw.path), _KINDS, required={"iso3"}, drop=drop, where=name
    )
    risk = next((column for column in _RISK_COLUMNS if column in table.columns), None)
    if risk is None:
        raise DataRejectedError(
            f"{name}: no column holds the rule of law; name it rule_of_law_risk "
            "(0 strong to 1 weak)."
        )
    if "year" not in table.columns:
        year = int(number(CARD.id, context.options, "year", 0.0))
        if not year:
            raise DataRejectedError(
                f"{name}: no column holds the year; set sources.{CARD.id}.options.year."
            )
        table = table.with_columns(year=pl.lit(str(year)))
    if "income_group" not in table.columns:
        table = table.with_columns(income_group=pl.lit(None, pl.String))
    style = number_style(table, [risk], declared=decimal_option(CARD.id, context.options))
    typed = table.with_columns(
        iso3=pl.col("iso3").str.to_uppercase(),
        year=year_of("year"),
        # An empty cell is no figure for that country, not a fault.
        is_empty=pl.col(risk).is_null(),
        risk=number_of(risk, style),
        income_group=pl.col("income_group").str.to_lowercase().str.replace_all(r"[\s-]+", "_"),
    )
    empty = typed.filter("is_empty").height
    typed = typed.filter(~pl.col("is_empty"))
    known_income = pl.col("income_group").is_null() | pl.col("income_group").is_in(INCOME_GROUPS)
    rules = (
        (
            "country_is_iso3",
            pl.col("iso3").str.contains(r"^[A-Z]{3}$"),
            "iso3 is not a country code",
        ),
        ("year_is_a_year", pl.col("year").is_between(1900, 2200), "year is not a year"),
        ("risk_in_range", pl.col("risk").is_between(0, 1), f"{risk} is not between 0 and 1"),
        ("income_group_known", known_income, f"income_group is not {' or '.join(INCOME_GROUPS)}"),
    )
    refused = [unread]
    for rule, holds, reason in rules:
        kept = holds.fill_null(False)
        refused.append(rejected_rows(typed.filter(~kept), name, rule, reason))
        typed = typed.filter(kept)
    rows = list(typed.select("iso3", "year", "risk", "income_group").iter_rows())
    rejected = pl.concat(refused)
    account.count(
        Unit.ROW,
        raw,
        read=rows_read(table, unread),
        used=len(rows),
        rejected=rows_by_rule(rejected),
        out_of_scope={NO_FIGURE: empty},
    )
    return rows, rejected


def _is_json(raw: RawFile) -> bool:
    return raw.origin.lower().endswith((".json", ".json.gz")) or "format=json" in raw.origin
