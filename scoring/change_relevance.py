"""Whether a signal, or a kind of change in the land, means anything for a sector.

The table of sector groups is configuration (Methodology 5.5): forest loss speaks of cattle and
mines, bare ground of mines and kilns, and neither of a law company. A relevance is at most 1, so it
never raises a normalised value; at 0 the signal does not apply. What a group states for a single
signal takes precedence over the kind of change that the signal sees.
"""

from __future__ import annotations

from dataclasses import dataclass

from configs.settings import SectorRelevance
from signals.card import ChangeType


@dataclass(frozen=True)
class SectorGroup:
    """One line of the table for one signal.

    Attributes:
        name: of the group.
        isic: divisions of two digits, and section letters.
        hs: chapters of two digits.
        share: relevance by the kind of change.
        stated: relevance stated for the signal itself; None: not stated.
    """

    name: str
    isic: frozenset[str]
    hs: frozenset[str]
    share: float
    stated: float | None = None


@dataclass(frozen=True)
class ChangeRelevance:
    """The table of one signal.

    Attributes:
        unknown: where neither sector nor goods are stated.
        other_sector: where they are stated but no line has them.
        lines: the sector groups.
        common: where the supplier's group does not state the signal; None: no group states it.
        sees_change: whether the signal observes a kind of change in the land.
    """

    unknown: float
    other_sector: float
    lines: tuple[SectorGroup, ...]
    common: float | None = None
    sees_change: bool = True

    def of(
        self, division: str | None, section: str | None, chapter: str | None
    ) -> tuple[float, str | None]:
        """The relevance for a supplier, and why.

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
                share = self.common if group.stated is None else group.stated
                return share, f"the sector is {group.name}"
            if nothing_stated:
                return self.common, "its sector is not stated"
            return self.common, "the table of sectors has no line for its sector"
        if found:
            line = max(found, key=lambda line: line.share)
            return line.share, f"the sector is {line.name}"
        if nothing_stated:
            return self.unknown, "its sector is not stated"
        return self.other_sector, "the table of sectors has no line for its sector"

    def _group(
        self, division: str | None, section: str | None, chapter: str | None
    ) -> SectorGroup | None:
        by_goods = [line for line in self.lines if chapter in line.hs]
        by_division = [line for line in self.lines if division in line.isic]
        by_section = [line for line in self.lines if section in line.isic]
        return next(iter((*by_goods, *by_division, *by_section)), None)


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
    return ChangeRelevance(
        unknown=table.unknown,
        other_sector=table.other_sector,
        lines=tuple(
            SectorGroup(
                line.name,
                frozenset(line.isic),
                frozenset(line.hs),
                1.0 if change is None else line.relevance.get(change.value, line.any_other_change),
                None if signal_id is None else line.signals.get(signal_id),
            )
            for line in table.sectors
        ),
        common=common,
        sees_change=change is not None,
    )
