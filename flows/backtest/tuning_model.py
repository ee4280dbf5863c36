"""The list and its scoring model for validation and for the estimation of weights."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
import polars as pl

from configs.settings import Settings
from scoring.scoring_model import ScoringModel, scoring_model
from scoring.tune.training_sample import Units
from signals.registry import features, signals, sources


def weighted(model: ScoringModel) -> frozenset[str]:
    """Signals with a weight in the score or in the context score; others are not needed."""
    own = (signal.signal_id for signal in model.signals if signal.weight > 0)
    return frozenset((*own, *(signal.signal_id for signal in model.context_signals)))


def model_without_labels(settings: Settings, label_kinds: Collection[str]) -> ScoringModel:
    """The scoring model without weight for signals that contain such outcomes themselves.

    Args:
        settings: the effective configuration.
        label_kinds: kinds of the outcomes that judge the months.
    """
    usable = features(label_kinds)
    lines = {
        name: line if name in usable else line.model_copy(update={"weight": 0.0})
        for name, line in settings.signals.items()
    }
    cards = {name: signal.card for name, signal in signals().items()}
    source_cards = {name: module.CARD for name, module in sources().items()}
    return scoring_model(settings.model_copy(update={"signals": lines}), cards, source_cards)


def estimation_units(listed: pl.DataFrame, sites: pl.DataFrame) -> Units:
    """The list, by supplier_id, as learning sees it.

    Args:
        listed: columns of `stg_suppliers`.
        sites: columns of `stg_sites`.
    """
    by_id = listed.sort("supplier_id")
    spend = by_id["annual_spend"].cast(pl.Float64).log1p().fill_null(math.nan).to_numpy()
    return Units(by_id["supplier_id"], block_of(by_id, sites), spend)


def block_of(listed: pl.DataFrame, sites: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.str_]]:
    """Blocks that are drawn and held out whole: countries, or states of a one-country list."""
    names = listed["country_iso3"]
    if names.n_unique() == 1:
        areas = (
            sites.sort("supplier_id", "site_id")
            .group_by("supplier_id", maintain_order=True)
            .agg(pl.col("admin_area").drop_nulls().first())
        )
        names = listed.join(areas, on="supplier_id", how="left", maintain_order="left")[
            "admin_area"
        ]
    return np.array(names.fill_null("not known").to_list(), dtype=np.str_)
