"""Conservation: whatever comes into a source is used, rejected by a rule or out of scope.

A source keeps an `Account` while it reads and hands it back with its rows. `stage_source` is the
one way to stage a source: it settles the account against the files that came in and the rows that
were rejected. A file that nothing says anything of becomes a rejected row, and counts that do not
add up make the source unavailable: its rows are never used.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from signals.account import Account, Count, Unit, rows_by_rule
from signals.card import SourceCard
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, SourceModule, Staged
from signals.source_errors import SourceUnavailableError

#: Rule of a file that was read and gave no row, where its source states no reason of its own.
YIELDS_NOTHING = "file_yields_nothing"
_NO_ROW = "none of its content could be used: no row came of it, and no rule of the source says why"


class UnbalancedError(SourceUnavailableError):
    """What came into a source is not what was used, rejected and out of scope together."""


@dataclass(frozen=True)
class Balance:
    """The outcome for all that came in, in one unit; `read` is the sum of the others."""

    read: int
    used: int
    rejected: Mapping[str, int]
    out_of_scope: Mapping[str, int]

    def record(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "read": self.read,
            "used": self.used,
            "rejected": dict(sorted(self.rejected.items())),
            "out_of_scope": dict(sorted(self.out_of_scope.items())),
        }


@dataclass(frozen=True)
class Settled:
    """The staged tables of a source, and the outcome for its input.

    Attributes:
        tables: as the source gave them, with a rejected row for every file that yields nothing.
        balances: by unit.
    """

    tables: tuple[Staged, ...]
    balances: Mapping[Unit, Balance]


def stage_source(source: SourceModule, files: Sequence[RawFile], context: PullContext) -> Settled:
    """Stage a source and settle its account.

    Args:
        source: module of `signals.sources`.
        files: its raw files, as `pull` gave them.
        context: of the run.

    Raises:
        UnbalancedError: the counts of a unit do not add up, or the card promises a unit that the
            source did not count.
        SourceUnavailableError: the source gave up.
    """
    return settle(source.CARD, files, source.stage(files, context))


def settle(card: SourceCard, files: Sequence[RawFile], tables: Sequence[Staged]) -> Settled:
    """Settle what a source staged against the files it was given.

    Raises:
        UnbalancedError: the counts of a unit do not add up, or one that the card promises is not
            there.
    """
    account = Account.sum(one.account for one in tables)
    rejected = pl.concat([pl.DataFrame(schema=REJECTED_SCHEMA), *(one.rejected for one in tables)])
    fates = _fates(files, tables, account, rejected)
    balance = _tally(fates[raw] for raw in files)
    silent = [raw for raw in files if fates[raw] == _SILENT]
    if silent and tables:
        rows = [(raw.origin, None, YIELDS_NOTHING, _NO_ROW) for raw in silent]
        more = pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")
        first, *others = tables
        first = replace(first, rejected=pl.concat([first.rejected, more]))
        tables = [first, *others]
    balances = {Unit.FILE: balance} if files else {}
    for unit, whole in account.whole_files.items():
        balances[unit] = _tally(fates[raw] for raw in whole)
    for count in account.counts:
        of_file = _balance(count, rejected, _names_by_file(files))
        _check(card.id, count, of_file)
        balances[count.unit] = _add(balances.get(count.unit), of_file)
    promised = set(card.counts) - set(balances)
    if balance.used and promised:
        raise UnbalancedError(
            f"{card.id}: its card says that it counts {', '.join(sorted(promised))}, and "
            "it did not; count them where they are read."
        )
    return Settled(_named_briefly(tables, files), balances)


def data_through(tables: Iterable[pl.DataFrame], as_of: dt.date) -> dt.date | None:
    """The last day that a row known on the as-of date describes; None without such a row."""
    known_then = pl.col("observed_to").filter(pl.col("published_on") <= as_of).max()
    days = [rows.select(known_then).item() for rows in tables]
    known = [day for day in days if isinstance(day, dt.date)]
    # A row can describe a period that is still running.
    return min(max(known), as_of) if known else None


@dataclass(frozen=True)
class _Fate:
    """The outcome for a file: used, or why it was rejected (a rule) or is out of scope."""

    rule: str = ""
    reason: str = ""


_USED, _SILENT = _Fate(), _Fate(rule=YIELDS_NOTHING)


def _fates(
    files: Sequence[RawFile], tables: Sequence[Staged], account: Account, rejected: pl.DataFrame
) -> dict[RawFile, _Fate]:
    """The outcome for each file."""
    reached = {origin for one in tables for origin in _origins(one.rows)}
    rules = dict(
        rejected.unique("source_file", keep="first", maintain_order=True)
        .select("source_file", "rule")
        .iter_rows()
    )
    names = _names_by_file(files)
    fates = {}
    for raw in files:
        if raw in account.used_files or raw.origin in reached:
            fates[raw] = _USED
        elif raw in account.files_out_of_scope:
            fates[raw] = _Fate(reason=account.files_out_of_scope[raw])
        elif raw in account.rejected_files:
            fates[raw] = _Fate(rule=account.rejected_files[raw])
        elif named := [rules[name] for name in names[raw] if name in rules]:
            fates[raw] = _Fate(rule=named[0])
        else:
            fates[raw] = _SILENT
    return fates


def _tally(fates: Iterable[_Fate]) -> Balance:
    listed = list(fates)
    by_rule = Counter(fate.rule for fate in listed if fate.rule)
    by_reason = Counter(fate.reason for fate in listed if fate.reason)
    return Balance(len(listed), listed.count(_USED), by_rule, by_reason)


def _origins(rows: pl.DataFrame) -> set[str]:
    """Origins of staged rows; a part of a file is named after a `#`."""
    named = rows["origin"].drop_nulls().unique().to_list()
    return {*named, *(name.rsplit("#", 1)[0] for name in named)}


def _name(raw: RawFile) -> str:
    return Path(raw.origin).name


def _names(raw: RawFile) -> tuple[str, ...]:
    """What a rejected row can call a file."""
    return (raw.origin, _name(raw), raw.key, Path(raw.key).name, Path(raw.path).name, raw.path)


def _names_by_file(files: Sequence[RawFile]) -> dict[RawFile, list[str]]:
    """What a rejected row can call each file; a name of several files says which of them none."""
    every = {raw: dict.fromkeys(_names(raw)) for raw in files}
    shared = Counter(name for names in every.values() for name in names)
    return {raw: [name for name in names if shared[name] == 1] for raw, names in every.items()}


def _named_briefly(tables: Sequence[Staged], files: Sequence[RawFile]) -> tuple[Staged, ...]:
    """Name files in rejected rows by their last part, or by as much as distinguishes them."""
    alike: dict[str, set[str]] = defaultdict(set)
    for raw in files:
        alike[_name(raw)].add(raw.origin)
    named = {origin for one in tables for origin in one.rejected["source_file"].drop_nulls()}
    brief = {
        raw.origin: _apart(raw.origin, alike[_name(raw)]) for raw in files if raw.origin in named
    }
    if not brief:
        return tuple(tables)
    shown = pl.col("source_file").replace(brief)
    return tuple(replace(one, rejected=one.rejected.with_columns(shown)) for one in tables)


def _apart(origin: str, origins: Collection[str]) -> str:
    """The end of an origin, in whole parts, that none of the others has."""
    path = origin.rstrip("/").split("/")
    for parts in range(1, len(path)):
        end = "/".join(path[-parts:])
        if sum(f"/{other}".endswith(f"/{end}") for other in origins) == 1:
            return end
    return origin


def _balance(
    count: Count, rejected: pl.DataFrame, names: Mapping[RawFile, Sequence[str]]
) -> Balance:
    by_rule = count.rejected
    if by_rule is None:
        of_file = names.get(count.file, ())
        by_rule = rows_by_rule(rejected.filter(pl.col("source_file").is_in(of_file)))
    return Balance(
        count.read,
        count.used,
        {rule: n for rule, n in by_rule.items() if n},
        {reason: n for reason, n in count.out_of_scope.items() if n},
    )


def _check(source_id: str, count: Count, of_file: Balance) -> None:
    rejected, out_of_scope = sum(of_file.rejected.values()), sum(of_file.out_of_scope.values())
    if of_file.read != of_file.used + rejected + out_of_scope:
        raise UnbalancedError(
            f"{source_id}: {_name(count.file)}: {of_file.read} {count.unit}s were read, but "
            f"{of_file.used} used, {rejected} rejected and {out_of_scope} out of scope; nothing of "
            "this source is used until they add up."
        )


def _add(one: Balance | None, other: Balance) -> Balance:
    if one is None:
        return other
    return Balance(
        one.read + other.read,
        one.used + other.used,
        Counter(one.rejected) + Counter(other.rejected),
        Counter(one.out_of_scope) + Counter(other.out_of_scope),
    )
