"""Open Contracting (OCDS) releases of a public buyer, read as that buyer's ledger.

Contracts become orders, amendments become changes of orders. The standard has no due dates of
invoices and no lead times, so late payment and lead times are not seen. Reads JSON release and
record packages from the mirror, and a table of rates beside them (docs/how-to/ledger-template.md).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from configs.config_errors import UsageError
from signals.access import Access, AccessKind
from signals.account import NOT_THEN, Account, Unit
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import mirror_files, string_list, text
from signals.fetching.source_tables import rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.sources.buyer.buyer_ledger import reporting_currency
from signals.sources.buyer.ledger_months import Ledger, aggregate_ledger
from signals.sources.buyer.ledger_tables import LedgerOptions, parsed, read_ledger_table
from signals.sources.buyer.ocds_contracts import contracts_of, release_day
from signals.sources.buyer.ocds_parties import SupplierIndex, buyer_name, is_of_buyer
from signals.sources.buyer.ocds_releases import mappings, read_package
from suppliers.input_errors import DataRejectedError, NonExtractiveError

CARD = SourceCard(
    id="ocds",
    title="Open Contracting releases of the buyer",
    publisher="Public buyers, in the Open Contracting Data Standard",
    url="https://standard.open-contracting.org/latest/en/",
    licence=Licence(
        id="as published by the buyer",
        url="https://data.open-contracting.org/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Public procurement registers",
    collection=Collection.PUBLIC_RECORD,
    cadence="daily",
    publication_lag_days=0,
    coverage="Contracts of public buyers that publish in the standard",
    expected_rows=(0, 10_000_000),
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="Open Contracting Data Standard releases of the buyer.",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="contracts and payments of a public buyer",
    ),
)


_UNDATED = "the release has no date, so its order among the others is not known; leave it out."
#: Buyers named where none of the releases is of the user.
_BUYERS_NAMED = 8


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the JSON packages of the mirror, and tables of rates.

    Raises:
        SourceUnavailableError: the mirror holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return []
    patterns = ["*.json", "*.json.gz", "*.jsonl", "*.jsonl.gz", "rates*.csv", "rates*.parquet"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [
        context.store.keep(CARD.id, path, key="releases" if ".json" in path.name else "rates")
        for path in paths
    ]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Bring the contracts of one buyer down to months and years per supplier.

    Raises:
        UsageError: it is not said which buyer is meant.
        NonExtractiveError: the table of rates holds data about persons.
    """
    buyer = text(CARD.id, context.options, "buyer", "")
    if not buyer and files:
        raise UsageError(
            f"sources.{CARD.id}.options.buyer: say which buyer you are, by the name or identifier "
            "in the releases."
        )
    options = LedgerOptions({}, string_list(CARD.id, context.options, "drop"), None, {})
    suppliers = SupplierIndex(context.suppliers)
    rates, refused, found = [], [], []
    account = Account()
    everything: list[Mapping[str, Any]] = []
    for raw in files:
        path, name = Path(raw.path), Path(raw.origin).name
        try:
            if raw.key == "rates":
                rates.append(read_ledger_table("rates", path, options))
                account.use(raw)
            else:
                stated, broken_lines = read_package(path, name)
                refused += [_rejected(name, line, "json_line", why) for line, why in broken_lines]
                everything += stated
                own = _of_buyer(stated, buyer)
                found.append((name, own))
                _count(account, raw, stated, own, len(broken_lines), context.as_of)
        except NonExtractiveError:
            raise
        except DataRejectedError as error:
            refused.append(rejected_file(raw, error))
    refused += _without_contracts(found, everything, buyer)
    tables: dict[str, list[Any]] = {"rates": rates, "order_lines": [], "order_changes": []}
    for name, own in _latest_once(found):
        lines, changes, undated = contracts_of(own, suppliers, context.as_of)
        refused += [_rejected(name, number, "release_has_date", _UNDATED) for number in undated]
        tables["order_lines"].append(parsed("order_lines", lines, name, decimal="dot"))
        if changes.height:
            tables["order_changes"].append(parsed("order_changes", changes, name, decimal="dot"))
    ledger = Ledger(
        source_id=CARD.id,
        tables=tables,
        suppliers=context.suppliers,
        as_of=context.as_of,
        reporting_currency=reporting_currency(CARD.id, context),
        origin=f"{len(found)} files of Open Contracting releases",
    )
    aggregated = aggregate_ledger(ledger)
    months = aggregated.months
    return [
        Staged(months.table, months.rows, pl.concat([months.rejected, *refused]), account),
        aggregated.years,
    ]


def _count(
    account: Account,
    raw: RawFile,
    stated: Sequence[Mapping[str, Any]],
    own: Sequence[Mapping[str, Any]],
    broken_lines: int,
    as_of: dt.date,
) -> None:
    """Count the releases of a package."""
    days = [release_day(release.get("date")) for release in own]
    later = sum(day is not None and day > as_of.isoformat() for day in days)
    undated = sum(day is None for day in days)
    account.count(
        Unit.DOCUMENT,
        raw,
        read=len(stated) + broken_lines,
        used=len(own) - later - undated,
        rejected={"json_line": broken_lines, "release_has_date": undated},
        out_of_scope={"of another buyer": len(stated) - len(own), NOT_THEN: later},
    )


def _without_contracts(
    found: Sequence[tuple[str, Sequence[Mapping[str, Any]]]],
    everything: Sequence[Mapping[str, Any]],
    buyer: str,
) -> list[pl.DataFrame]:
    """Why files or all of them yield no order, for the list of rejected rows."""
    if everything and not any(own for _, own in found):
        others = sorted({name for one in everything if (name := buyer_name(one)) is not None})
        named = ", ".join(repr(name) for name in others[:_BUYERS_NAMED]) or "none with a name"
        reason = (
            f"none of {len(everything)} releases is of {buyer!r}; their buyers are {named}; "
            f"correct sources.{CARD.id}.options.buyer."
        )
        return [_rejected(name, None, "release_is_of_the_buyer", reason) for name, _ in found]
    return [
        _rejected(
            name,
            None,
            "release_has_contracts",
            f"{len(own)} releases of the buyer hold no contract yet (tenders or awards alone).",
        )
        for name, own in found
        if own and not any(mappings(release, "contracts") for release in own)
    ]


def _rejected(name: str, row: int | None, rule: str, reason: str) -> pl.DataFrame:
    return pl.DataFrame([(name, row, rule, reason)], schema=REJECTED_SCHEMA, orient="row")


def _of_buyer(found: list[Mapping[str, Any]], buyer: str) -> list[Mapping[str, Any]]:
    return [release for release in found if is_of_buyer(release, buyer)]


def _latest_once(
    found: list[tuple[str, list[Mapping[str, Any]]]],
) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """All releases of a contracting process under the file that reported it first.

    Registers publish a process again and again, in package after package: taken file by file,
    each of them would count as an order.
    """
    home: dict[str, str] = {}
    kept: dict[str, list[Mapping[str, Any]]] = {}
    for name, own in found:
        for release in own:
            place = home.setdefault(str(release["ocid"]), name)
            kept.setdefault(place, []).append(release)
    return list(kept.items())
