"""Shrinks noisy values to those of their peers, before anything is compared (Methodology 5.1)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scoring.normalisation.alignment import AlignedSignal
from scoring.normalisation.peer_groups import PeerGroups
from scoring.normalisation.shrinkage import shrink

Integers = NDArray[np.int64]


def shrunk(aligned: AlignedSignal, groups: PeerGroups, cell_of_row: Integers) -> AlignedSignal:
    """Shrink the usable values of one signal towards the mean of their peer group.

    Each supplier's group is the finest of its own in which enough suppliers have a value, as when
    it is compared; everybody in that group speaks for its mean, also those who have a finer one.

    Args:
        aligned: values as measured.
        groups: the peer groups of the list.
        cell_of_row: [suppliers] peer cell.
    """
    has_value = ~np.isnan(aligned.usable)
    level_of_row = groups.level_of_cell(groups.members(cell_of_row[has_value]))[cell_of_row]
    usable, stderr = aligned.usable.copy(), aligned.stderr.copy()
    shrinkage_weight = np.where(has_value, 1.0, np.nan)
    for level in np.unique(level_of_row[has_value]):
        group = groups.group_of_cell[level][cell_of_row]
        # Suppliers whose keys are unknown on this level belong to none of its groups.
        inside = has_value & (group >= 0)
        drawn = shrink(
            np.where(inside, aligned.usable, np.nan), aligned.stderr, np.maximum(group, 0)
        )
        rows = has_value & (level_of_row == level)
        usable[rows], stderr[rows] = drawn.value[rows], drawn.stderr[rows]
        shrinkage_weight[rows] = drawn.shrinkage_weight[rows]
    return replace(aligned, usable=usable, stderr=stderr, shrinkage_weight=shrinkage_weight)
