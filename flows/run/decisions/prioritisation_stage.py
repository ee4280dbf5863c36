"""Overrides, rankings under two laws, audit samples: what people decided and will decide."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Settings
from flows.run.decisions import decision_files
from flows.run.request.inputs import file_hash
from flows.run.storage.local_copies import address_of
from flows.run.work.stage_types import RunRequest
from scoring.prioritisation.audit_sampling import SelectionRule, select, travel_cells
from scoring.prioritisation.legal_rankings import legal_rankings
from scoring.prioritisation.overrides import COLUMNS, beside, checked
from signals.card import SignalCard
from signals.fetching.source_tables import read_plain_table
from suppliers.intake.days import day_of
from suppliers.intake.table_rows import SOURCE_ROW

_DATES = ("decided_on", "expires_on")


@dataclass(frozen=True)
class Decided:
    """Rankings, decisions and audit plan, separate from the scores.

    Attributes:
        legal_rankings: as `scoring.prioritisation.legal_rankings` gives them.
        overrides: as `scoring.overrides.beside` gives them; empty without a decision.
        plan: as `scoring.selection.select` gives it.
        notes: expired decisions that must be renewed, one sentence each.
        fingerprint: of the decisions of the folder that were used.
    """

    legal_rankings: pl.DataFrame
    overrides: pl.DataFrame
    plan: pl.DataFrame
    notes: tuple[str, ...]
    fingerprint: str

    def record(self) -> dict[str, object]:
        """What the manifest says of the decisions."""
        in_force = 0 if self.overrides.is_empty() else self.overrides["override"].count()
        return {"sha256": self.fingerprint, "in_force": in_force, "notes": list(self.notes)}


def file_hashes(settings: Settings) -> list[str]:
    """Hashes of the files of decisions: they are part of what a run is made from.

    Raises:
        UsageError: a named file does not exist.
    """
    return [f"{address_of(path)}:{file_hash(path)}" for path in _files(settings).values()]


def decide(
    request: RunRequest,
    scores: pl.DataFrame,
    contributions: pl.DataFrame | pl.LazyFrame,
    peers: pl.DataFrame,
    frames: tuple[pl.DataFrame, pl.DataFrame],
    cards: Mapping[str, SignalCard],
) -> Decided:
    """Compute the legal rankings and the audit plan, and apply the decisions.

    Decisions are those of the file that the settings name and those that stand in the folder of
    results; of two on the same supplier the later one holds.

    Args:
        request: of the run; its settings name the files and the budget.
        scores: columns of the scores table.
        contributions: columns of the contributions table.
        peers: columns of `peer_keys` without run_id, for the strata of the random share.
        frames: suppliers and sites.
        cards: by signal.

    Raises:
        DataRejectedError: a decision without the required reasons.
    """
    settings, as_of, out = request.settings, request.as_of, request.out
    suppliers, sites = frames
    used = decision_files.fingerprint(out)
    strength = pl.DataFrame(
        {
            "signal_id": list(cards),
            "strength": [max((link.strength for link in c.ilo), default=0) for c in cards.values()],
        }
    )
    until = last_day(as_of) if request.is_followed else None
    orders = legal_rankings(scores, contributions, suppliers, strength)
    every, away = _decisions(settings, out, suppliers["supplier_id"])
    decisions = every if until is None else every.filter(pl.col("decided_on") <= until)
    later = every.height - decisions.height
    decided = (
        pl.DataFrame()
        if decisions.is_empty()
        else beside(scores.select("supplier_id", "rank", "priority_band"), decisions, as_of)
    )
    contested = (
        decided.filter(pl.col("priority_band_is_frozen"))["supplier_id"] if decided.height else None
    )
    plan = select(
        _candidates(settings, orders, suppliers, sites, peers, contested),
        SelectionRule(
            budget=settings.scoring.top_k,
            random_share=settings.selection.random_share,
            maximum_per_country=settings.selection.maximum_per_country,
            maximum_per_travel_cell=settings.selection.maximum_per_travel_cell,
            cool_down_months=settings.selection.cool_down_months,
            seed=settings.selection.seed,
        ),
        as_of,
    )
    notes = (*_notes(decided), *_left_out(away), *_later(later, until))
    # A run that leaves decisions out is written again where `latest` comes to name it.
    return Decided(orders, decided, plan, notes, f"{used} until {until}" if later else used)


def last_day(as_of: dt.date) -> dt.date:
    """The last day of the month that a run is about."""
    return as_of.replace(day=calendar.monthrange(as_of.year, as_of.month)[1])


def _files(settings: Settings) -> dict[str, Path]:
    named = {
        "overrides": settings.overrides,
        "selection.looked_at": settings.selection.looked_at,
        "identity.listed_areas": settings.identity.listed_areas,
    }
    files = {key: Path(value) for key, value in named.items() if value is not None}
    for key, path in files.items():
        if not path.is_file():
            raise UsageError(f"{key}: file {path} not found; correct the path")
    return files


def _decisions(
    settings: Settings, out: Path, supplier_ids: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The decisions on suppliers of the list, and those of the folder on others.

    A supplier that left the list keeps its decision for the month in which it comes back.
    """
    named = _named_decisions(settings, supplier_ids)
    kept = decision_files.standing(out)
    if kept is None:
        return named, named.clear()
    is_listed = pl.col("supplier_id").is_in(supplier_ids.implode())
    own = checked(kept.filter(is_listed), supplier_ids)
    both = pl.concat([own, named], how="vertical_relaxed")
    later = both.sort("decided_on", descending=True, maintain_order=True)
    decisions = later.unique("supplier_id", keep="first", maintain_order=True)
    return decisions.sort("supplier_id"), kept.filter(~is_listed)


def _named_decisions(settings: Settings, supplier_ids: pl.Series) -> pl.DataFrame:
    path = _files(settings).get("overrides")
    if path is None:
        types = dict.fromkeys(COLUMNS, pl.String()) | dict.fromkeys(_DATES, pl.Date())
        return pl.DataFrame(schema=types)
    table = _read(path)
    lacking = [name for name in COLUMNS if name not in table.columns]
    for name in _DATES:
        if name in table.columns:
            _reject_no_date(table, name, path)
    dated = table.with_columns(day_of(name) for name in _DATES if name in table.columns)
    return checked(table if lacking else dated, supplier_ids)


def _candidates(
    settings: Settings,
    orders: pl.DataFrame,
    suppliers: pl.DataFrame,
    sites: pl.DataFrame,
    peers: pl.DataFrame,
    contested: pl.Series | None,
) -> pl.DataFrame:
    """Everyone, with the priority of severity x likelihood; a contested band gives none."""
    strata = peers.select(
        "supplier_id",
        pl.concat_str(
            [pl.col(name).fill_null("?") for name in ("region", "size", "sector_section")],
            separator=" | ",
        ).alias("stratum"),
    )
    place = sites.filter(pl.col("has_measurable_location")).sort("supplier_id", "site_id")
    first = place.group_by("supplier_id", maintain_order=True).agg(
        pl.col("latitude", "longitude").first()
    )
    cells = first.select(
        "supplier_id",
        travel_cell=pl.Series(
            travel_cells(
                first["latitude"].fill_null(float("nan")).to_numpy(),
                first["longitude"].fill_null(float("nan")).to_numpy(),
            ),
            dtype=pl.String,
        ),
    )
    is_contested = (
        pl.lit(False) if contested is None else pl.col("supplier_id").is_in(contested.implode())
    )
    return (
        suppliers.select("supplier_id", country="country_iso3")
        .join(orders.select("supplier_id", priority="csddd_priority"), on="supplier_id", how="left")
        .join(strata, on="supplier_id", how="left")
        .join(cells, on="supplier_id", how="left")
        .join(_audited(settings), on="supplier_id", how="left")
        .with_columns(is_contested=is_contested)
        .with_columns(priority=pl.when(~pl.col("is_contested")).then("priority"))
    )


def _audited(settings: Settings) -> pl.DataFrame:
    path = _files(settings).get("selection.looked_at")
    if path is None:
        return pl.DataFrame(schema={"supplier_id": pl.String, "last_looked_at": pl.Date})
    table = _read(path)
    for name in ("supplier_id", "last_looked_at"):
        if name not in table.columns:
            raise DataRejectedError(f"{path}: column {name} is missing; add it")
    filled = table.with_columns(pl.col("last_looked_at").fill_null(""))
    _reject_no_date(filled, "last_looked_at", path)
    typed = table.select("supplier_id", day_of("last_looked_at"))
    return typed.group_by("supplier_id").agg(pl.col("last_looked_at").max())


def _notes(decided: pl.DataFrame) -> tuple[str, ...]:
    if decided.is_empty():
        return ()
    expired = decided.filter(pl.col("override_has_expired")).sort("supplier_id")
    frozen = int(decided["priority_band_is_frozen"].sum())
    notes = [
        f"The decision on supplier {supplier_id} expired on {day}: make it again or take it out."
        for supplier_id, day in expired.select("supplier_id", "override_expires_on").iter_rows()
    ]
    if frozen:
        notes.append(f"{frozen} contested: their priority bands are not to be used until reviewed.")
    return tuple(notes)


def _left_out(away: pl.DataFrame) -> tuple[str, ...]:
    if away.is_empty():
        return ()
    ids = ", ".join(away["supplier_id"].sort().to_list())
    return (f"Decisions on suppliers that are not on the list are not in force: {ids}.",)


def _later(number: int, until: dt.date | None) -> tuple[str, ...]:
    if not number:
        return ()
    return (
        f"Decisions made after {until} are not shown, because a later month follows this one: "
        f"{number}.",
    )


def _read(path: Path) -> pl.DataFrame:
    return read_plain_table(path, {"supplier_id", "last_looked_at", *COLUMNS})


def _reject_no_date(table: pl.DataFrame, name: str, path: Path) -> None:
    """Reject a file with a filled cell that is no day: it would read as a day that is not given."""
    wrong = table.filter(pl.col(name).is_not_null() & day_of(name).is_null())
    if wrong.height:
        row = wrong[SOURCE_ROW][0]
        raise DataRejectedError(f"{path} row {row}: {name} is not a date; write YYYY-MM-DD")
