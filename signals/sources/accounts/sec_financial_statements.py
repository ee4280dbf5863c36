"""Accounts of SEC filers, a quarter of filings at a time: the Financial Statement Data Sets.

One zip per quarter holds the figures of every filing of that quarter; DuckDB reads them. The
figures are those that `sec_companyfacts` gives filer by filer: this source serves closed networks
and long lists. A mirror holds the zips as published (`2024q1.zip`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from signals.access import Access, Periods, Reach, Requests
from signals.account import NOT_LISTED, Account, Unit
from signals.card import Collection as Collected
from signals.card import Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files, number
from signals.fetching.partial_pull import fetch_each
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.sources.accounts.company_facts import ITEMS_SCHEMA
from signals.sources.accounts.quarter_figures import Quarter, read_quarter
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="sec_financial_statements",
    title="SEC Financial Statement Data Sets",
    publisher="U.S. Securities and Exchange Commission",
    url="https://www.sec.gov/files/dera/data/financial-statement-data-sets",
    licence=Licence(
        id="US-PD",
        url="https://www.sec.gov/about/privacy-information",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="SEC EDGAR, from the companies' own statutory filings",
    collection=Collected.PUBLIC_RECORD,
    cadence="quarterly",
    publication_lag_days=0,
    coverage="Companies that file 10-K, 20-F or 40-F with the SEC, from 2009",
    expected_rows=(0, 5_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="U.S. Securities and Exchange Commission, Financial Statement Data Sets.",
    form_verified="2026-11: address from clients; tables from a sample",
    access=Access(
        adds="the same accounts by quarter, for long lists and closed networks",
        off_because="some 600 MB are fetched, for lists with companies of the SEC alone",
    ),
    reach=Reach(by="identifier", identifiers=("cik",)),
    requests=(
        Requests(
            kilobytes=70000,
            periods=Periods(option="quarters", default=9, unit="quarters", every="quarter"),
        ),
    ),
)

TABLE = "stg_sec_financial_statements__items"

#: Quarters read where the options do not say: two years and the one under way.
_QUARTERS = 9
#: Why figures are not asked for, by their outcome in the statements.
_BEYOND = {
    "not_asked_for": "of another company, or of a filing that is not yearly",
    "of_a_part": "of a segment or of a company filed together with it",
    "of_no_item": "of an item, a period or a unit that no signal reads",
    "empty": "a figure without a value",
    "replaced": "a figure for which the filing has a better one, or which ends after it",
}
_RULES = {
    "not_a_number": ("figure_is_a_number", "figures are not numbers"),
    "contradicted": (
        "figure_is_single",
        "figures contradict others of the same tag and day in one filing, so that none is taken",
    ),
}
_QUARTER_FILE = re.compile(r"^\d{4}q[1-4](?:_\w+)?\.zip$", re.IGNORECASE)


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="zip", path="<year>q<quarter>.zip", days_before=150, is_part=True)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the quarters that had ended by the as-of date; none if no supplier has a CIK.

    Raises:
        SourceUnavailableError: the publisher cannot be reached, or the mirror holds no quarter.
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        paths = mirror_files(CARD.id, context.mirror, ["*.zip"], context.options)
        return [
            context.store.keep(CARD.id, path, key=path.stem)
            for path in paths
            if _QUARTER_FILE.match(path.name)
        ]
    if context.suppliers["cik"].null_count() == context.suppliers.height:
        return []
    count = int(number(CARD.id, context.options, "quarters", _QUARTERS))

    def ask(name: str) -> Iterator[RawFile]:
        url = f"{context.url.rstrip('/')}/{name}.zip"
        yield context.store.download(CARD.id, url, key=name, expect="zip", headers={})

    absent = (
        f"{context.url}: it has none of the {count} quarters before {context.as_of}; check the "
        "address."
    )
    return fetch_each(CARD.id, _quarters_before(context.as_of, count), ask, absent=absent)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Read the annual items of the listed companies; an unreadable zip is rejected as a whole."""
    known = context.suppliers.filter(pl.col("cik").is_not_null()).select("supplier_id", "cik")
    frames = [pl.DataFrame(schema=ITEMS_SCHEMA)]
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        try:
            quarter = read_quarter(Path(raw.path), known["cik"].unique().to_list())
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
            continue
        items = quarter.items
        account.leave_out(raw, NOT_LISTED)
        rejected.append(_count(account, raw, quarter))
        frames.append(
            items.join(known, on="cik")
            .select(
                "supplier_id",
                pl.lit(None, pl.Date).alias("period_start"),
                *(name for name in ITEMS_SCHEMA if name in items.columns),
                pl.col("period_end").alias("observed_to"),
                pl.lit(raw.origin).alias("origin"),
            )
            .select(list(ITEMS_SCHEMA))
        )
    key = ["supplier_id", "item", "concept", "period_end", "published_on", "origin"]
    rows = pl.concat(frames).sort(*key, "value").unique(key, keep="last", maintain_order=True)
    return [Staged(TABLE, rows, pl.concat(rejected), account)]


def _count(account: Account, raw: RawFile, quarter: Quarter) -> pl.DataFrame:
    """Count the figures of a quarter; rejected ones as a row for each rule."""
    by_rule = {_RULES[name][0]: quarter.outcomes.get(name, 0) for name in _RULES}
    account.count(
        Unit.ROW,
        raw,
        read=quarter.read,
        used=quarter.outcomes.get("used", 0),
        rejected=by_rule,
        out_of_scope={why: quarter.outcomes.get(name, 0) for name, why in _BEYOND.items()},
    )
    rows = [
        (raw.origin, None, rule, f"{by_rule[rule]} {reason}")
        for rule, reason in _RULES.values()
        if by_rule[rule]
    ]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def _quarters_before(as_of: dt.date, count: int) -> list[str]:
    """Names of the quarters that had ended by a day, the earliest first."""
    ended = as_of.year * 4 + (as_of.month - 1) // 3
    return [f"{i // 4}q{i % 4 + 1}" for i in range(ended - count, ended)]
