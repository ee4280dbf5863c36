"""How a signal is used for a sector: whether it applies, its weight, direction and goalposts.

The table of sector groups is configuration (Methodology 5.5): forest loss speaks of cattle and
mines, bare ground of mines and kilns, and neither of a law company. By kind of change a relevance
is at most 1, so it never raises a normalised value; at 0 the signal does not apply. What a group
states for a single signal takes precedence over the kind of change that the signal sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from configs.normalisers import Anchors, Normaliser, Threshold
from configs.sector_groups import SectorRelevance, SignalInGroup
from signals.card import ChangeType

_DIRECTION: dict[str, Literal[1, -1]] = {"higher": 1, "lower": -1}


@dataclass(frozen=True)
class GroupScale:
    """How a group turns the signal's value into a risk, where that is not as everywhere.

    Attributes:
        normaliser: how; None: as everywhere.
        direction: 1 where a higher value is riskier, -1 where a lower one is; None: as everywhere.
    """

    normaliser: Normaliser | None
    direction: Literal[1, -1] | None


@dataclass(frozen=True)
class SectorUse:
    """How a signal is used for one supplier.

    Attributes:
        share: what its normalised risk is multiplied by; 0: it does not apply.
        weight: times the signal's own weight; 1 where it does not apply.
        because: why, as part of a sentence.
        scale: number of the group's own scale, from 1; 0: as everywhere.
    """

    share: float
    weight: float
    because: str
    scale: int = 0


@dataclass(frozen=True)
class SectorGroup:
    """One line of the table for one signal.

    Attributes:
        name: of the group.
        isic: divisions of two digits, and section letters.
        hs: chapters of two digits.
        share: relevance by the kind of change.
        weight: stated for the signal itself; None: not stated.
        scale: number of its own scale, from 1; 0: as everywhere.
    """

    name: str
    isic: frozenset[str]
    hs: frozenset[str]
    share: float
    weight: float | None = None
    scale: int = 0


@dataclass(frozen=True)
class ChangeRelevance:
    """The table of one signal.

    Attributes:
        unknown: where neither sector nor goods are stated.
        other_sector: where they are stated but no line has them.
        lines: the sector groups.
        common: weight where the supplier's group does not state the signal; None: no group does.
        sees_change: whether the signal observes a kind of change in the land.
        scales: of groups that turn the value into a risk in a way of their own.
    """

    unknown: float
    other_sector: float
    lines: tuple[SectorGroup, ...]
    common: float | None = None
    sees_change: bool = True
    scales: tuple[GroupScale, ...] = ()

    def use(self, division: str | None, section: str | None, chapter: str | None) -> SectorUse:
        """How the signal is used for a supplier.

        What is stated for the signal is read from the supplier's one group: that of its goods,
        else of its division, else of its section. Of several lines by kind of change the most
        relevant holds.

        Args:
            division: ISIC division of two digits, or a section's letter.
            section: ISIC section letter.
            chapter: HS chapter of two digits.
        """
        found = [
            line
            for line in self.lines
            if division in line.isic or section in line.isic or chapter in line.hs
        ]
        nothing_stated = division is None and section is None and chapter is None
        if self.common is not None:
            group = self._group(division, section, chapter)
            if group is not None:
                weight = self.common if group.weight is None else group.weight
                return _by_weight(weight, f"the sector is {group.name}", group.scale)
            if nothing_stated:
                return _by_weight(self.common, "its sector is not stated")
            return _by_weight(self.common, "the table of sectors has no line for its sector")
        if found:
            line = max(found, key=lambda line: line.share)
            return SectorUse(line.share, 1.0, f"the sector is {line.name}")
        if nothing_stated:
            return SectorUse(self.unknown, 1.0, "its sector is not stated")
        return SectorUse(self.other_sector, 1.0, "the table of sectors has no line for its sector")

    def _group(
        self, division: str | None, section: str | None, chapter: str | None
    ) -> SectorGroup | None:
        by_goods = [line for line in self.lines if chapter in line.hs]
        by_division = [line for line in self.lines if division in line.isic]
        by_section = [line for line in self.lines if section in line.isic]
        return next(iter((*by_goods, *by_division, *by_section)), None)


def _by_weight(weight: float, because: str, scale: int = 0) -> SectorUse:
    if weight == 0:
        return SectorUse(0.0, 1.0, because)
    return SectorUse(1.0, weight, because, scale)


def change_relevance(
    table: SectorRelevance, change: ChangeType | None, signal_id: str | None = None
) -> ChangeRelevance | None:
    """The part of the configured table that speaks of one signal; None where none of it does.

    Args:
        table: the sector groups.
        change: the kind of change that the signal sees; None: none.
        signal_id: of the signal; None: the kind of change alone.
    """
    common = None if signal_id is None else table.signals.get(signal_id)
    if change is None and common is None:
        return None
    scales: list[GroupScale] = []
    lines = []
    for line in table.sectors:
        stated = None if signal_id is None else line.signals.get(signal_id)
        lines.append(
            SectorGroup(
                line.name,
                frozenset(line.isic),
                frozenset(line.hs),
                1.0 if change is None else line.relevance.get(change.value, line.any_other_change),
                None if stated is None else stated.weight,
                _number(stated, scales),
            )
        )
    return ChangeRelevance(
        unknown=table.unknown,
        other_sector=table.other_sector,
        lines=tuple(lines),
        common=common,
        sees_change=change is not None,
        scales=tuple(scales),
    )


def _number(stated: SignalInGroup | None, scales: list[GroupScale]) -> int:
    """Number of a group's own scale, added to the list where it is new; 0: as everywhere."""
    if stated is None or (stated.riskier is None and stated.normalise is None):
        return 0
    own = GroupScale(
        stated.normalise, None if stated.riskier is None else _DIRECTION[stated.riskier]
    )
    if own not in scales:
        scales.append(own)
    return scales.index(own) + 1


def scale_text(scale: GroupScale) -> str:
    """What is its own about a scale, as part of a sentence."""
    parts = []
    if scale.direction is not None:
        parts.append(f"{'higher' if scale.direction == 1 else 'lower'} values are riskier")
    match scale.normaliser:
        case Anchors(floor=floor, ceiling=ceiling):
            parts.append(f"its goalposts are {floor:g} and {ceiling:g}")
        case Threshold(at=at):
            parts.append(f"its threshold is {at:g}")
        case None:
            pass
        case _:
            parts.append("it is compared with peers alone")
    return " and ".join(parts)
