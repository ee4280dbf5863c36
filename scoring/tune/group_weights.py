"""Estimated weights of sector groups, shrunk towards the weights that are common to all.

Few groups have the cases for weights of their own. The common weights are estimated first, on the
pairs within every group; the ridge penalty then pulls the weights of each group towards them, so
that a group with few cases keeps the common ones. A group's table states a weight as a multiple of
the signal's common weight (`scoring.sector_relevance`), which is what `group_multiples` gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from configs.sector_groups import GREATEST_GROUP_WEIGHT
from scoring.tune.estimation_sample import Sample
from scoring.tune.ranking_measures import Floats
from scoring.tune.weight_estimator import EstimationRule, Fit, fit


@dataclass(frozen=True)
class GroupFits:
    """Weights of all groups.

    Attributes:
        common: estimated on the pairs within all groups.
        own: by group with a case, shrunk towards the common ones.
    """

    common: Fit
    own: Mapping[str, Fit]

    def of(self, group: str) -> Fit:
        """The weights of a group; the common ones where it has no case."""
        return self.own.get(group, self.common)


def group_fits(samples: Mapping[str, Sample], default: Floats) -> GroupFits:
    """Estimate common weights, and those of each group around them.

    Args:
        samples: by group its units, with the same signals and the block of the group alone, so
            that units are compared within it; a group without a case is left out.
        default: [signals] what the common weights are shrunk towards.

    Raises:
        ValueError: no group has a case.
    """
    able = {name: sample for name, sample in samples.items() if sample.is_case.any()}
    if not able:
        raise ValueError("no group has a case: there is nothing to estimate weights from")
    common = fit(_joined(list(able.values())), _rule(default))
    return GroupFits(
        common,
        {
            name: fit(sample, _rule(common.coefficient, has_scale=True))
            for name, sample in able.items()
        },
    )


def group_multiples(found: GroupFits, group: str) -> Floats:
    """[signals] weight of a group as a multiple of the common one, on a common scale.

    Shares are compared, not coefficients: a group in which all signals say more has the same
    weights. NaN where the common weight is 0, and no multiple can say anything.
    """
    own, common = found.of(group).weight, found.common.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        multiple = np.where(common > 0, own / common, np.nan)
    return np.minimum(multiple, GREATEST_GROUP_WEIGHT)


def _rule(towards: Floats, has_scale: bool = False) -> EstimationRule:
    return EstimationRule(towards, method="conditional", intervals=False, has_scale=has_scale)


def _joined(samples: list[Sample]) -> Sample:
    offsets = [sample.offset for sample in samples if sample.offset is not None]
    return Sample(
        samples[0].signals,
        np.concatenate([sample.risk for sample in samples]),
        np.concatenate([sample.level for sample in samples]),
        np.concatenate([sample.block for sample in samples]),
        np.concatenate([sample.exposure for sample in samples]),
        offset=np.concatenate(offsets) if len(offsets) == len(samples) else None,
    )
