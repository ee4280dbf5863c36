"""The table of sector groups: which signals apply where, with weight, direction and goalposts.

A supplier belongs to one group by the goods that are bought, else by its division, else by its
section. What a group does not state is as everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_serializer
from rapidfuzz import process

from configs.block import Block, Share
from configs.normalisers import Normaliser

#: A group may double and redouble a signal; beyond that, the group needs a model of its own.
GREATEST_GROUP_WEIGHT = 4.0


class SignalInGroup(Block):
    """One signal in one sector group. A plain number is its weight alone.

    Attributes:
        weight: times the weight that the signal has everywhere; 0: it does not apply.
        riskier: which values are; None: as on the card.
        normalise: how the value becomes a risk; None: as everywhere.
    """

    weight: Annotated[float, Field(ge=0, le=GREATEST_GROUP_WEIGHT)] = 1.0
    riskier: Literal["higher", "lower"] | None = None
    normalise: Normaliser | None = None

    @model_serializer(mode="plain")
    def _as_written(self) -> float | dict[str, Any]:
        """The number alone where nothing else is stated, so that a table has one form."""
        if self.riskier is None and self.normalise is None:
            return self.weight
        stated: dict[str, Any] = {"weight": self.weight}
        if self.riskier is not None:
            stated["riskier"] = self.riskier
        if self.normalise is not None:
            stated["normalise"] = self.normalise.model_dump(mode="json")
        return stated


def _weight_alone(given: object) -> object:
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return {"weight": given} if is_number else given


InGroup = Annotated[SignalInGroup, BeforeValidator(_weight_alone)]


class SectorLine(Block):
    """One sector group.

    Attributes:
        name: of the group, as sentences name it.
        isic: divisions (two digits) and sections (a letter).
        hs: chapters (two digits) of what is bought.
        relevance: what a normalised risk is multiplied by, by the kind of land change.
        any_other_change: the same for kinds that are not stated.
        signals: single signals; they take precedence over the kind of change.
    """

    name: str
    isic: tuple[Annotated[str, Field(pattern=r"^(\d{2}|[A-U])$")], ...]
    hs: tuple[Annotated[str, Field(pattern=r"^\d{2}$")], ...]
    relevance: dict[
        Literal[
            "vegetation_loss", "bare_or_built", "mangrove_loss", "night_light", "fire", "cropland"
        ],
        Share,
    ]
    any_other_change: Share
    signals: dict[str, InGroup] = Field(default_factory=dict)


class SectorRelevance(Block):
    """The sector groups, and what holds outside of them.

    Attributes:
        unknown: by kind of change, where neither sector nor goods are stated.
        other_sector: by kind of change, where they are stated and no group has them.
        signals: weight, times the signal's own, of groups that do not state the signal, and where
            no group is known.
        sectors: the groups.
    """

    unknown: Share
    other_sector: Share
    signals: dict[str, Annotated[float, Field(ge=0, le=GREATEST_GROUP_WEIGHT)]] = Field(
        default_factory=dict
    )
    sectors: tuple[SectorLine, ...]


def sector_group_findings(table: SectorRelevance, signal_ids: Collection[str]) -> list[str]:
    """What is wrong with a table that has the right form, a sentence each; empty: nothing.

    Args:
        table: the sector groups.
        signal_ids: the signals of the configuration.
    """
    key = "configuration key scoring.sector_relevance"
    found = [
        f"{key}.signals.{name}: no such signal{_nearest(name, signal_ids)}"
        for name in table.signals
        if name not in signal_ids
    ]
    for scheme in ("isic", "hs"):
        found.extend(
            f"{key}.sectors: {scheme} {code} is in {_both(names)}; keep it in one of them"
            for code, names in _places(table, scheme).items()
            if len(names) > 1
        )
    titles = [line.name for line in table.sectors]
    found.extend(
        f"{key}.sectors: two groups are named {name}; give each a name of its own"
        for name in sorted({name for name in titles if titles.count(name) > 1})
    )
    for line in table.sectors:
        for name in line.signals:
            where = f"{key}.sectors, group {line.name}, signals.{name}"
            if name not in signal_ids:
                found.append(f"{where}: no such signal{_nearest(name, signal_ids)}")
            elif name not in table.signals:
                found.append(
                    f"{where}: the weight for all other groups is missing; add "
                    f"scoring.sector_relevance.signals.{name} (1: as everywhere, 0: does not apply)"
                )
    return found


def _places(table: SectorRelevance, scheme: str) -> Mapping[str, list[str]]:
    places: dict[str, list[str]] = {}
    for line in table.sectors:
        for code in getattr(line, scheme):
            places.setdefault(code, []).append(line.name)
    return places


def _both(names: list[str]) -> str:
    if len(set(names)) == 1:
        return f"group {names[0]} {len(names)} times"
    return "groups " + " and ".join(names)


def _nearest(name: str, signal_ids: Collection[str]) -> str:
    nearest = process.extractOne(name, list(signal_ids))
    return f"; did you mean {nearest[0]}?" if nearest else ""
