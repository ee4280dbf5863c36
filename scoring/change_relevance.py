"""Whether a kind of change in the land means anything for a sector: r = change x relevance.

The table is configuration (Methodology 5.5): forest loss speaks of cattle and palm oil, bare ground
of mines and kilns, and neither of a law company. A relevance is at most 1, so it never raises a
normalised value.
"""

from __future__ import annotations

from dataclasses import dataclass

from configs.settings import SectorRelevance
from signals.card import ChangeType


@dataclass(frozen=True)
class ChangeRelevance:
    """The table of one kind of change.

    Attributes:
        unknown: where neither sector nor goods are stated.
        other_sector: where they are stated but no line has them.
        lines: name, ISIC codes, HS chapters and relevance of each line.
    """

    unknown: float
    other_sector: float
    lines: tuple[tuple[str, frozenset[str], frozenset[str], float], ...]

    def of(
        self, division: str | None, section: str | None, chapter: str | None
    ) -> tuple[float, str | None]:
        """The relevance for a supplier, and why; of several lines the most relevant holds.

        Args:
            division: ISIC division of two digits, or a section's letter.
            section: ISIC section letter.
            chapter: HS chapter of two digits.
        """
        found = [
            (share, name)
            for name, isic, hs, share in self.lines
            if division in isic or section in isic or chapter in hs
        ]
        if found:
            share, name = max(found, key=lambda line: line[0])
            return share, f"the sector is {name}"
        if division is None and section is None and chapter is None:
            return self.unknown, "its sector is not stated"
        return self.other_sector, "the table of sectors has no line for its sector"


def change_relevance(table: SectorRelevance, change: ChangeType) -> ChangeRelevance:
    """The part of the configured table that speaks of one kind of change."""
    return ChangeRelevance(
        unknown=table.unknown,
        other_sector=table.other_sector,
        lines=tuple(
            (
                line.name,
                frozenset(line.isic),
                frozenset(line.hs),
                line.relevance.get(change.value, line.any_other_change),
            )
            for line in table.sectors
        ),
    )
