"""The plan of a run: each source with whom it could speak for and its cost, and the next steps."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import polars as pl

from configs.settings import Settings
from flows.planning.score_yield import Flags, ScoreYield, score_yield
from flows.planning.source_costs import NOTHING, cost_of
from flows.planning.source_reach import PRECISE, TOWN, Reached, reach_of, reached
from flows.run.request.source_keys import access_text, missing_variables
from flows.run.work.stage_types import PreparedRun, is_licensed, is_set_up
from signals.access import AccessKind
from signals.card import SourceCard
from signals.measurable_sites import TOWN_LOCATION, measurable_sites
from signals.registry import signals, sources

_STEPS = 3
#: Status of sources that the configuration does not read.
_OFF = ("switched off", "no location")
#: Of steps that add equally much, the one of least effort comes first.
_EFFORT = {
    AccessKind.NONE: 0,
    AccessKind.FREE_KEY: 1,
    AccessKind.FREE_ACCOUNT: 2,
    AccessKind.OWN_DATA: 3,
    AccessKind.PAID: 4,
}


@dataclass(frozen=True)
class PlannedSource:
    """What a run would get from one source, and at what cost.

    Attributes:
        source_id: the source.
        status: `ready`, `key missing`, `switched off`, `no location` or `licence`.
        access: what access takes, in words.
        off_because: why it is not read by default, where it is not read now and needs no key.
        missing_variables: of its key, that the environment does not hold.
        suppliers: it could speak for.
        requests: of a first run with an empty store; 0 where it is read from a folder.
        megabytes: transferred by them.
        minutes: at the pace that its host allows.
        scored_with: suppliers with a score if it answers too.
        scored_without: suppliers with a score if it does not.
    """

    source_id: str
    status: str
    access: str
    off_because: str
    missing_variables: tuple[str, ...]
    suppliers: int
    requests: int
    megabytes: float
    minutes: float
    scored_with: int
    scored_without: int


@dataclass(frozen=True)
class NextStep:
    """One thing to do before the run.

    Attributes:
        subject: the source, or `coordinates` of the list.
        action: what to do.
        more_scored: suppliers more that would have a score, after the steps before it.
        coverage_before: mean share of the applicable weight that is observed, over the list.
        coverage_after: the same after the step.
    """

    subject: str
    action: str
    more_scored: int
    coverage_before: float
    coverage_after: float

    @property
    def sentence(self) -> str:
        """The step with what it brings."""
        return (
            f"{self.action}: {self.more_scored} suppliers more would be scored; mean evidence "
            f"coverage {self.coverage_before:.0%} to {self.coverage_after:.0%}"
        )


@dataclass(frozen=True)
class SourcePlan:
    """The plan of one request."""

    listed: Mapping[str, Any]
    sources: tuple[PlannedSource, ...]
    scored: int
    steps: tuple[NextStep, ...]

    def as_record(self) -> dict[str, Any]:
        """The plan as JSON-ready values."""
        return {
            "list": dict(self.listed),
            "scored_at_most": self.scored,
            "next_steps": [{**asdict(step), "sentence": step.sentence} for step in self.steps],
            "sources": [asdict(source) for source in self.sources],
        }


def plan_sources(prepared: PreparedRun, environment: Mapping[str, str] = os.environ) -> SourcePlan:
    """Plan a run of a list that is read; nothing is asked of any publisher.

    Args:
        prepared: a request whose list is read.
        environment: where keys are looked up.

    Returns:
        Sources in the order of their ids. Scores are an upper bound: every source is taken to
        answer for every supplier that it could speak for.
    """
    settings, as_of = prepared.request.settings, prepared.request.as_of
    suppliers, sites = prepared.suppliers, prepared.sites
    cards = [signal.card for signal in signals().values()]
    configured = {n: m.CARD for n, m in sources().items() if n in settings.sources}
    reach = {
        n: reached(
            reach_of(c, cards),
            suppliers,
            measurable_sites(sites, c.location_needed).drop(TOWN_LOCATION),
        )
        for n, c in configured.items()
    }
    flags = {name: what.suppliers for name, what in reach.items()}
    status = {n: _status(c, settings, environment) for n, c in configured.items()}
    ready = frozenset(name for name, state in status.items() if state == "ready")
    now = score_yield(settings, ready, flags, suppliers)
    planned = []
    for name, card in configured.items():
        source = settings.sources[name]
        cost = NOTHING
        if source.mirror is None and source.url:
            cost = cost_of(
                card, source.url, source.options, reach[name], as_of,
                has_key=not missing_variables(card, environment),
            )  # fmt: skip
        is_ready = name in ready
        other = score_yield(settings, ready ^ {name}, flags, suppliers).number
        planned.append(
            PlannedSource(
                source_id=name,
                status=status[name],
                access=access_text(card),
                off_because=card.access.off_because if status[name] in _OFF else "",
                missing_variables=()
                if source.mirror is not None
                else missing_variables(card, environment),
                suppliers=int(flags[name].sum()),
                requests=cost.requests,
                megabytes=round(cost.megabytes, 1),
                minutes=round(cost.minutes, 1),
                scored_with=now.number if is_ready else other,
                scored_without=other if is_ready else now.number,
            )
        )
    steps = _next_steps(settings, configured, status, reach, suppliers, now)
    return SourcePlan(list_counts(suppliers, sites), tuple(planned), now.number, steps)


def list_counts(suppliers: pl.DataFrame, sites: pl.DataFrame) -> dict[str, Any]:
    """Suppliers of a list by country, sector, precision of the location and identifier."""
    ids = pl.col("supplier_id")
    precise = sites.filter(
        pl.col("has_measurable_location") | pl.col("location_precision").is_in(PRECISE)
    )
    town = sites.filter(pl.col("location_precision").is_in(TOWN))
    is_precise = ids.is_in(precise["supplier_id"].unique().to_list())
    is_town = ~is_precise & ids.is_in(town["supplier_id"].unique().to_list())
    places = suppliers.select(precise=is_precise.sum(), town=is_town.sum()).row(0, named=True)
    return {
        "suppliers": suppliers.height,
        "countries": _counts(suppliers["country_iso3"]),
        "sectors": _counts(suppliers["sector_section"]),
        "locations": {**places, "unknown": suppliers.height - sum(places.values())},
        "identifiers": {
            name: suppliers.height - suppliers[name].null_count()
            for name in ("lei", "cik", "company_number", "os_id")
        },
    }


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.fill_null("not stated").value_counts(name="n")
    return dict(counted.sort("n", counted.columns[0], descending=[True, False]).rows())


def _status(card: SourceCard, settings: Settings, environment: Mapping[str, str]) -> str:
    source = settings.sources[card.id]
    if not is_licensed(card, settings):
        return "licence"
    if not source.enabled:
        return "switched off"
    if not is_set_up(source):
        return "no location"
    needs_key = source.mirror is None and card.access.required
    return "key missing" if needs_key and missing_variables(card, environment) else "ready"


def _next_steps(
    settings: Settings,
    cards: Mapping[str, SourceCard],
    status: Mapping[str, str],
    reach: Mapping[str, Reached],
    suppliers: pl.DataFrame,
    now: ScoreYield,
) -> tuple[NextStep, ...]:
    """The steps that add most scores, each after those before it; then most coverage."""
    flags = {name: what.suppliers for name, what in reach.items()}
    answering = {name for name, state in status.items() if state == "ready"}
    weighted = _weighted_sources(settings)
    candidates = [n for n, s in status.items() if s not in ("ready", "licence") and n in weighted]
    located = _all_located(reach, cards)
    steps: list[NextStep] = []
    for _ in range(_STEPS):
        options = [
            (name, score_yield(settings, {*answering, name}, flags, suppliers))
            for name in candidates
        ]
        if located is not None:
            options.append((_COORDINATES, score_yield(settings, answering, located, suppliers)))
        gains = [(name, found) for name, found in options if _gain(found, now) > (0, 0.0)]
        if not gains:
            break
        name, found = max(gains, key=lambda one: (*_gain(one[1], now), -_effort(one[0], cards)))
        if name == _COORDINATES and located is not None:
            action, flags, located = _COORDINATES_ACTION, located, None
        else:
            action = _action(cards[name], settings, status[name])
            answering.add(name)
            candidates.remove(name)
        steps.append(NextStep(name, action, found.number - now.number, _mean(now), _mean(found)))
        now = found
    return tuple(steps)


_COORDINATES = "coordinates"
_COORDINATES_ACTION = (
    "Give exact coordinates for the suppliers without them (columns latitude, longitude)"
)


def _all_located(
    reach: Mapping[str, Reached], cards: Mapping[str, SourceCard]
) -> dict[str, Flags] | None:
    """Whom sources could speak for if every supplier had coordinates; None if all have them."""
    signal_cards = [signal.card for signal in signals().values()]
    found = {}
    gains = False
    for name, what in reach.items():
        by_location = reach_of(cards[name], signal_cards).by == "location"
        found[name] = np.ones_like(what.suppliers) if by_location else what.suppliers
        gains |= by_location and not bool(what.suppliers.all())
    return found if gains else None


def _weighted_sources(settings: Settings) -> set[str]:
    """Sources of signals that weigh something for companies; areas have panels of their own."""
    known = signals()
    return {
        name
        for signal_id, line in settings.signals.items()
        if line.weight > 0
        and signal_id in known
        and known[signal_id].card.applies_to != "sourcing_area"
        for name in known[signal_id].card.sources
    }


def _gain(found: ScoreYield, now: ScoreYield) -> tuple[int, float]:
    return found.number - now.number, round(_mean(found) - _mean(now), 9)


def _mean(found: ScoreYield) -> float:
    return float(found.coverage.mean()) if found.coverage.size else 0.0


def _effort(name: str, cards: Mapping[str, SourceCard]) -> int:
    return _EFFORT[cards[name].access.kind] if name in cards else 3


def _action(card: SourceCard, settings: Settings, status: str) -> str:
    """What to do so that a source answers."""
    access, source = card.access, settings.sources[card.id]
    switch = f"set sources.{card.id}.enabled=true" if status == "switched off" else ""
    if access.kind in (AccessKind.FREE_KEY, AccessKind.PAID) and access.variables:
        what = "Register a free key" if access.kind is AccessKind.FREE_KEY else "Get a paid key"
        more = f" and {switch}" if switch else ""
        address = "" if source.url else f" and set sources.{card.id}.url"
        return (
            f"{what} for {card.id} at {access.register_at}, set {', '.join(access.variables)}"
            f"{more}{address}"
        )
    if switch and source.url:
        return f"Switch on {card.id} ({switch})"
    if access.kind is AccessKind.FREE_ACCOUNT:
        return (
            f"Download {card.title} with a free account ({access.register_at}) and name the folder "
            f"as sources.{card.id}.mirror"
        )
    return f"Name a folder of {card.title} as sources.{card.id}.mirror"
