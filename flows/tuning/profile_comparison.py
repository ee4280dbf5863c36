"""Two profiles on the values of one published run, and how each finds the known cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run.history import reference_store
from flows.run.request import run_request
from flows.tuning import tuning_run
from scoring.normalisation.normalised_signals import normalise_keyed
from scoring.normalisation.peer_groups import PEER_KEYS
from scoring.scoring_model import scoring_model
from scoring.tune.fairness import Outcomes, parity
from scoring.tune.fairness_groups import fairness_groups
from scoring.tune.ranking_differences import (
    ProfileComparison,
    ProfileOrder,
    SideBySide,
    compare,
    profile_order,
    side_by_side,
)
from scoring.tune.ranking_measures import Measures, measure
from sql.warehouse import Warehouse

#: The configuration without a profile, as other tuning verbs name it.
BASE = "base"


@dataclass(frozen=True)
class Compared:
    """What was compared.

    Attributes:
        run_id: the run whose values were used.
        settings: of the two profiles.
        orders: of the two profiles.
        comparison: who moves and why.
        measures: of each profile on the known cases; None without outcomes.
        parity: by profile: how evenly groups are flagged, as `fairness.parity` gives it.
        outcomes_sha256: of the outcomes; None without.
    """

    run_id: str
    settings: tuple[Settings, Settings]
    orders: tuple[ProfileOrder, ProfileOrder]
    comparison: ProfileComparison
    measures: tuple[Measures, Measures] | None
    parity: tuple[pl.DataFrame, pl.DataFrame]
    outcomes_sha256: str | None

    def metrics(self) -> dict[str, Any]:
        """JSON-ready."""
        found: dict[str, Any] = {"run_id": self.run_id, **self.comparison.metrics()}
        for order, table in zip(self.orders, self.parity, strict=True):
            failed = table.filter(
                pl.col("within_0_80_1_25").is_in(["no", "none_elsewhere"])
                & pl.col("significant_fdr5")
            )
            found.setdefault("unfair_beyond_chance", {})[order.name] = failed.height
        if self.measures is not None:
            found["measures"] = {
                order.name: {
                    key: None if np.isnan(value) else round(float(value), 4)
                    for key, value in vars(measures).items()
                }
                for order, measures in zip(self.orders, self.measures, strict=True)
            }
        return found


def compare_profiles(
    profiles: tuple[str, str], out: Path, run: str, outcomes: Path | None, count: int | None
) -> Compared:
    """Rank the suppliers of a published run under two profiles.

    The values, the sources and the frozen peers are the run's; weights, normalisers, exponent and
    the rule on missing evidence are the profiles'.

    Raises:
        UsageError: a profile or the run is not there.
        DataRejectedError: the run or the outcomes cannot be read.
    """
    lab = tuning_run.lab_run(out, run)
    settings, orders = _ordered(lab, out, profiles, _labels(profiles))
    k = count or settings[1].scoring.top_k
    known = None if outcomes is None else tuning_run.lab_outcomes(lab, outcomes)
    measures = None
    if known is not None:
        countries = lab.suppliers.sort("supplier_id")["country_iso3"].fill_null("not known")
        group = np.array(countries.to_list(), dtype=np.str_)
        first, second = (measure(order.score, known.is_case, group, k) for order in orders)
        measures = (first, second)
    groups = fairness_groups(lab.suppliers, lab.income)
    errors = None
    if known is not None:
        drawn = known.table.filter(pl.col("selection") == "random")["entity_id"].unique()
        is_drawn = lab.normalised.supplier_ids.is_in(drawn.implode()).to_numpy()
        errors = Outcomes(known.is_case, is_drawn)
    even = [parity(groups, order.scores(), k, errors) for order in orders]
    return Compared(
        run_id=lab.run_id,
        settings=(settings[0], settings[1]),
        orders=(orders[0], orders[1]),
        comparison=compare(
            orders[0], orders[1], k, settings[1].tune.acceptance.maximum_variance_share
        ),
        measures=measures,
        parity=(even[0], even[1]),
        outcomes_sha256=None if known is None else known.sha256,
    )


def compare_several(
    profiles: Sequence[str], labels: Sequence[str], out: Path, run: str, count: int | None
) -> tuple[str, SideBySide]:
    """Rank the suppliers of a published run under several profiles, side by side.

    Args:
        profiles: names, YAML files, or `base`; what is the run's and what is theirs is as in
            `compare_profiles`.
        labels: what each is called.
        out: folder of results.
        run: id of the run, its beginning, or `latest`.
        count: the budget k; None: that of the first profile.

    Returns:
        Id of the run, and the ranks.

    Raises:
        UsageError: fewer than two profiles, or a profile or the run is not there.
        DataRejectedError: the run cannot be read.
    """
    if len(profiles) < 2:
        raise UsageError("name at least two profiles to compare")
    lab = tuning_run.lab_run(out, run)
    settings, orders = _ordered(lab, out, profiles, labels)
    return lab.run_id, side_by_side(orders, count or settings[0].scoring.top_k)


def distinct_labels(profiles: Sequence[str]) -> list[str]:
    """Short names of profiles, with a number where two are the same."""
    found: list[str] = []
    for name in (Path(profile).stem for profile in profiles):
        number = sum(one.partition(" (")[0] == name for one in found) + 1
        found.append(name if number == 1 else f"{name} ({number})")
    return found


def _ordered(
    lab: tuning_run.LabRun, out: Path, profiles: Sequence[str], labels: Sequence[str]
) -> tuple[list[Settings], list[ProfileOrder]]:
    """Settings of each profile, and the list of the run as each orders it."""
    with Warehouse(out / "warehouse.duckdb") as warehouse:
        keys = warehouse.read("peer_keys", lab.run_id).sort("supplier_id")
    used = lab.manifest["reference"]
    reference = None
    if used["mode"] != "own":
        reference = reference_store.load(out, used["version"], used["sha256"])
    settings, orders = [], []
    for name, label in zip(profiles, labels, strict=True):
        own = run_request.settings_of(None if name == BASE else name)
        settings.append(own)
        model = scoring_model(own.model_copy(update={"sources": lab.settings.sources}), lab.cards)
        normalised = normalise_keyed(
            lab.values,
            keys["supplier_id"],
            keys.select(PEER_KEYS),
            model,
            reference,
            keys["commodity_hs"] if "commodity_hs" in keys.columns else None,
        )
        orders.append(profile_order(label, normalised, model))
    return settings, orders


def _labels(profiles: tuple[str, str]) -> tuple[str, str]:
    """Short, distinct names."""
    one, other = (Path(name).stem for name in profiles)
    return (f"{one} (before)", f"{other} (after)") if one == other else (one, other)
