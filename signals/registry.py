"""Finds the source and signal files, and rejects cards that contradict their file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, ModuleType
from typing import cast

import polars as pl

from signals.card import Pillar, SignalCard, SourceCard
from signals.measured_validity import measured_validity
from signals.source import SourceModule

#: Folder of signal files per pillar.
PILLAR_PACKAGES = {
    Pillar.FINANCIAL: "signals.financial",
    Pillar.LAND_USE: "signals.landuse",
    Pillar.ENVIRONMENT: "signals.environment",
    Pillar.SENTIMENT: "signals.sentiment",
    Pillar.PURCHASING: "signals.purchasing",
    Pillar.CONTEXT: "signals.context",
}

Compute = Callable[[Mapping[str, pl.LazyFrame]], pl.LazyFrame]


@dataclass(frozen=True)
class Signal:
    """A signal's card and its pure `compute`."""

    card: SignalCard
    compute: Compute


@cache
def sources() -> Mapping[str, SourceModule]:
    """All source modules by id, in the order of their ids."""
    found: dict[str, SourceModule] = {}
    for module in _modules("signals.sources"):
        card: SourceCard = module.CARD
        _same_name(card.id, module)
        found[card.id] = cast(SourceModule, module)
    return MappingProxyType(dict(sorted(found.items())))


@cache
def signals() -> Mapping[str, Signal]:
    """All signals by id, in the order of their ids.

    Raises:
        ValueError: a card whose id is not its file name, whose pillar is not its folder's, or
            which names a source that does not exist; or a validity of no signal.
    """
    known_sources, validity = sources(), measured_validity()
    found: dict[str, Signal] = {}
    for pillar, package in PILLAR_PACKAGES.items():
        for module in _modules(package):
            card: SignalCard = module.CARD
            _same_name(card.id, module)
            if card.pillar is not pillar:
                raise ValueError(f"{module.__name__}: its card says pillar {card.pillar}")
            if card.id in found:
                raise ValueError(f"{module.__name__}: signal {card.id} is declared twice")
            unknown = set(card.sources) - set(known_sources)
            if unknown:
                raise ValueError(f"{module.__name__}: no source named {sorted(unknown)}")
            measured = validity.get(card.id, ())
            whole = card.model_copy(update={"validity": measured}) if measured else card
            found[card.id] = Signal(whole, module.compute)
    unknown_signals = set(validity) - set(found)
    if unknown_signals:
        raise ValueError(f"measured_validity.csv: no signal named {sorted(unknown_signals)[0]}")
    return MappingProxyType(dict(sorted(found.items())))


def features(label_kinds: Collection[str]) -> Mapping[str, Signal]:
    """The signals that may be features where outcomes of some kinds are the labels.

    Args:
        label_kinds: kinds of the outcomes, as in the file of outcomes.
    """
    known = signals().items()
    return MappingProxyType(
        {name: one for name, one in known if not set(one.card.outcome_kinds) & set(label_kinds)}
    )


def _modules(package_name: str) -> list[ModuleType]:
    package = importlib.import_module(package_name)
    found = pkgutil.walk_packages(package.__path__, f"{package_name}.")
    modules = [importlib.import_module(info.name) for info in found if not info.ispkg]
    return [module for module in modules if hasattr(module, "CARD")]


def _same_name(card_id: str, module: ModuleType) -> None:
    file_name = module.__name__.rsplit(".", 1)[-1]
    if card_id != file_name:
        raise ValueError(f"{module.__name__}: its card is named {card_id}, its file is not")
