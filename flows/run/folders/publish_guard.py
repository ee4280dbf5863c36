"""The publish guard: what separates a run from the one before it so far that a person must look.

Pure comparison of two manifests and two ranked lists; what follows from it is in
`flows.run.results.publish_stage`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from configs.settings import Hold

#: Fewer suppliers in both runs, or rows of a source, say nothing of a jump or fall.
MINIMUM_COMMON, MINIMUM_ROWS = 20, 20

LEDGER = "buyer_ledger"

#: States of drift in which a signal was compared with the month before.
_COMPARED = ("usual", "watch", "alarm")


@dataclass(frozen=True)
class RunFacts:
    """A run as the guard sees it.

    Attributes:
        manifest: of the run.
        ranks: one row per listed supplier: supplier_id, rank, rank_p05, rank_p95 (null without a
            rank or an uncertainty analysis), priority_band.
    """

    manifest: Mapping[str, Any]
    ranks: pl.DataFrame

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return str(self.manifest["run_id"])

    @property
    def ranked(self) -> pl.DataFrame:
        """The rows with a rank."""
        return self.ranks.drop_nulls("rank")

    def sources(self) -> dict[str, Mapping[str, Any]]:
        """The manifest's entries of sources, by id."""
        return {str(entry["source_id"]): entry for entry in self.manifest["sources"]}

    def method(self) -> tuple[Any, Any]:
        """The configuration that decides ranks."""
        config = self.manifest["config"]
        return config.get("signals"), config.get("scoring")


@dataclass(frozen=True)
class Finding:
    """One reason to hold a run: the key of `publish.hold`, and a sentence."""

    rule: str
    sentence: str


def findings(now: RunFacts, before: RunFacts, limits: Hold) -> list[Finding]:
    """Compare a run with the one before it.

    Args:
        now: the run that is about to be published.
        before: the run that `latest` names, or the month before a past one.
        limits: `publish.hold`.

    Returns:
        What is beyond the limits, most serious first; empty where the run before ranks nobody, as
        there is nothing to protect.
    """
    if before.ranked.is_empty():
        return []
    if now.ranked.is_empty():
        count = before.ranked.height
        return [
            Finding("nothing_ranked", f"No supplier is ranked; run {before.run_id} has {count}")
        ]
    return [
        Finding(rule, sentence)
        for rule, check in _CHECKS.items()
        for sentence in check(now, before, limits)
    ]


def _list_change(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    ranked = before.ranked["supplier_id"]
    gone = int((~ranked.is_in(now.ranks["supplier_id"].implode())).sum())
    if _is_beyond(gone, ranked.len(), limits.list_change):
        yield (
            f"{gone} of {ranked.len()} ranked suppliers of run {before.run_id} are no longer on "
            "the list: if this is another list, give it a folder of its own with --out; if the "
            "list was changed on purpose, accept the run"
        )


def _ranked_fall(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    listed = now.ranks["supplier_id"].implode()
    still = before.ranked.filter(pl.col("supplier_id").is_in(listed))["supplier_id"]
    lost = int((~still.is_in(now.ranked["supplier_id"].implode())).sum())
    if _is_beyond(lost, still.len(), limits.ranked_fall):
        yield (
            f"{lost} of {still.len()} suppliers that run {before.run_id} ranks and that are still "
            f"listed have no rank ({lost / still.len():.0%})"
        )


def _source_lost(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    if not limits.source_lost:
        return
    for had, present in _spoke_before(now, before):
        rows, title = _rows(had), present["title"]
        if present["status"] == "unavailable":
            yield f"Source {title} is unavailable ({_plain(present['reason'])}) and had {rows} rows"
        elif present["status"] == "read" and not _rows(present):
            yield f"Source {title} was read and has no row; it had {rows}"


def _source_rows_fall(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    for had, present in _spoke_before(now, before):
        rows, left = _rows(had), _rows(present)
        if left and rows >= MINIMUM_ROWS and _is_beyond(rows - left, rows, limits.source_rows_fall):
            yield f"Source {present['title']} has {left} rows; it had {rows}"


def _rank_jump(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    """Intervals as shares of those ranked, so that a longer or shorter list is no jump."""
    if now.method() != before.method():
        return
    common = _as_shares(now).join(_as_shares(before), on="supplier_id", suffix="_before")
    apart = common.filter(
        (pl.col("from") > pl.col("to_before")) | (pl.col("to") < pl.col("from_before"))
    ).height
    if common.height >= MINIMUM_COMMON and _is_beyond(apart, common.height, limits.rank_jump):
        yield (
            f"The 90 % rank intervals of {apart} of {common.height} suppliers do not overlap with "
            f"those of run {before.run_id}"
        )


def _band_jump(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    if now.method() != before.method():
        return
    common = now.ranked.join(before.ranked, on="supplier_id", suffix="_before")
    moved = common.filter(pl.col("priority_band") != pl.col("priority_band_before")).height
    if common.height >= MINIMUM_COMMON and _is_beyond(moved, common.height, limits.band_jump):
        yield (
            f"{moved} of {common.height} suppliers are in another priority band than in run "
            f"{before.run_id}"
        )


def _drift(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    states = now.manifest["drift"]
    alarms = states.get("alarm", [])
    known = sum(len(names) for state, names in states.items() if state in _COMPARED)
    if _is_beyond(len(alarms), known, limits.drift):
        yield (
            f"The values of {len(alarms)} of {known} signals changed far more than from month to "
            f"month: {', '.join(alarms)}"
        )


def _ledger_days(now: RunFacts, before: RunFacts, limits: Hold) -> Iterator[str]:
    age, age_before = (_ledger_age(run) for run in (now, before))
    if age is not None and age > limits.ledger_days >= (age_before or 0):
        yield (
            f"The ledger ends {age} days before the as-of date (publish.hold.ledger_days is "
            f"{limits.ledger_days}): give the ledger of the last month"
        )


_CHECKS: Mapping[str, Callable[[RunFacts, RunFacts, Hold], Iterator[str]]] = {
    "list_change": _list_change,
    "ranked_fall": _ranked_fall,
    "source_lost": _source_lost,
    "source_rows_fall": _source_rows_fall,
    "rank_jump": _rank_jump,
    "band_jump": _band_jump,
    "drift": _drift,
    "ledger_days": _ledger_days,
}


def _is_beyond(part: int, whole: int, share: float) -> bool:
    return whole > 0 and part / whole > share


def _rows(source: Mapping[str, Any]) -> int:
    return sum(source["rows"].values())


def _spoke_before(
    now: RunFacts, before: RunFacts
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Sources that had rows, as they were and are; one switched off since is a choice."""
    present = now.sources()
    for source_id, had in before.sources().items():
        if had["status"] == "read" and _rows(had) and source_id in present:
            yield had, present[source_id]


def _as_shares(run: RunFacts) -> pl.DataFrame:
    ranked = run.ranked.drop_nulls(["rank_p05", "rank_p95"])
    count = run.ranked.height
    return ranked.select(
        "supplier_id",
        (pl.col("rank_p05").cast(pl.Float64) / count).alias("from"),
        (pl.col("rank_p95").cast(pl.Float64) / count).alias("to"),
    )


def _ledger_age(run: RunFacts) -> int | None:
    through = run.sources().get(LEDGER, {}).get("data_through")
    if through is None:
        return None
    as_of = dt.date.fromisoformat(str(run.manifest["as_of"]))
    return (as_of - dt.date.fromisoformat(str(through))).days


def _plain(reason: object) -> str:
    return str(reason).rstrip(".")
