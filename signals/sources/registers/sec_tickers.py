"""Names and CIK of companies listed in the United States, so that a name finds its accounts.

Reads `company_tickers.json`, its variant with exchanges, and submissions files, which add former
names, country and address. The file has no dates: see `known_since` in docs/concepts/identity.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.mirror import mirror_files
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM
from signals.sources.registers.register_rows import (
    ENTITIES,
    country_code,
    entity,
    entity_frame,
    joined,
    known_since,
    rejected_persons,
)
from suppliers.input_errors import DataRejectedError
from suppliers.intake.numbers import stated_whole

CARD = SourceCard(
    id="sec_tickers",
    title="SEC EDGAR company names",
    publisher="U.S. Securities and Exchange Commission",
    url="https://www.sec.gov/files/company_tickers.json",
    licence=Licence(
        id="US-PD",
        url="https://www.sec.gov/about/privacy-information",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="SEC EDGAR",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="About 10,000 companies listed in the United States today",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="U.S. Securities and Exchange Commission, company_tickers.json.",
    form_verified="2026-11: address and contact from clients",
    access=Access(
        adds="the CIK of companies listed in the United States, by name",
        off_because="the SEC asks for a contact address first (download.contact)",
    ),
    reach=Reach(by="name"),
    requests=(Requests(kilobytes=850),),
)

#: What EDGAR puts behind a name: the state, in slashes.
_STATE_MARK = re.compile(r"\s*/[A-Z]{2,3}/?\s*$|\s*/(?:ADR|FI|NEW)\b/?\s*$", re.IGNORECASE)
_US_STATES = frozenset(
    [
        *("AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL"),
        *("IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE"),
        *("NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "PR", "RI", "SC"),
        *("SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY"),
    ]
)


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="json", holds=("0.cik_str", "0.ticker", "0.title"))


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the file of names, or register a mirror.

    Raises:
        SourceUnavailableError: the SEC does not answer (it wants `download.contact` set).
        UsageError: the mirror does not exist.
    """
    if context.mirror is not None:
        patterns = ["*company_tickers*.json*", "*submissions*.json*"]
        paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
        return [context.store.keep(CARD.id, path, key=path.name) for path in paths]
    return [context.store.download(CARD.id, context.url, expect="json", headers={})]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per CIK; a submissions file says more of a company than the file of names."""
    plain: list[dict[str, object]] = []
    full: list[dict[str, object]] = []
    rejected = [no_rejections()]
    account = Account()
    for raw in files:
        day = known_since(context, raw, CARD.id)
        seen = {"observed_to": day, "published_on": day, "origin": raw.origin}
        try:
            content = read_json(Path(raw.path))
            if isinstance(content, dict) and "formerNames" in content:
                if not _is_company(content):
                    bad = rejected_persons(raw.origin, [1])
                    account.count(Unit.ROW, raw, read=1, used=0, rejected=rows_by_rule(bad))
                    rejected.append(bad)
                    continue
                of_file = [_submission(content, seen)]
                full += of_file
            else:
                of_file = [
                    entity(CARD.id, cik, title, cik=cik, **seen)
                    for cik, title in _names(content, Path(raw.origin).name)
                ]
                plain += of_file
            account.count(Unit.ROW, raw, read=len(of_file), used=len(of_file), rejected={})
            # A company that two files name is staged by the fuller one.
            account.use(raw)
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    return [Staged(ENTITIES, entity_frame([*plain, *full]), pl.concat(rejected), account)]


def _names(content: object, name: str) -> Iterator[tuple[str, str]]:
    rejection = DataRejectedError(f"{name}: it is no SEC file of company names; fetch it again.")
    if not isinstance(content, dict):
        raise rejection
    try:
        if "fields" in content:
            at = {field: i for i, field in enumerate(content["fields"])}
            pairs = [(row[at["cik"]], row[at["name"]]) for row in content["data"]]
        else:
            pairs = [(row["cik_str"], row["title"]) for row in content.values()]
        for cik, title in pairs:
            yield str(stated_whole(cik)).zfill(10), _STATE_MARK.sub("", str(title))
    except ODD_FORM as error:
        raise rejection from error


def _is_company(content: Mapping[str, Any]) -> bool:
    """Whether a submissions file is of a company; insiders have such files, too.

    What EDGAR calls neither `operating` nor `investment` is a company where it has a ticker, an
    industry or a state of incorporation. A file that gives no type at all is read as a company's
    only with one of these.
    """
    marks = ("tickers", "sic", "stateOfIncorporation")
    return str(content.get("entityType")).lower() in ("operating", "investment") or any(
        content.get(mark) for mark in marks
    )


def _submission(content: Mapping[str, Any], seen: Mapping[str, object]) -> dict[str, object]:
    try:
        cik = str(stated_whole(content["cik"])).zfill(10)
        name = _STATE_MARK.sub("", str(content["name"]))
        former = [str(entry["name"]) for entry in content["formerNames"]]
        place = dict((content.get("addresses") or {}).get("business") or {})
    except ODD_FORM as error:
        raise DataRejectedError(
            "a submissions file of the SEC is not of the known shape; fetch it again."
        ) from error
    code = str(place.get("stateOrCountry") or "")
    country = (
        "US" if code in _US_STATES else country_code(place.get("stateOrCountryDescription") or "")
    )
    return entity(
        CARD.id,
        cik,
        name,
        other_names=former,
        country_iso2=country,
        address=joined([place.get("street1"), place.get("zipCode"), place.get("city")]),
        cik=cik,
        **seen,
    )
