"""The decisions on questions in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reports.wording import ILO_LABELS
from scoring.questionnaires.data_points import DataPoint
from scoring.questionnaires.decisions import Decision
from signals.card import INVISIBLE_INDICATORS

DECISION_LABELS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.DO_NOT_ASK: "Do not ask",
        Decision.DROP: "Drop: known",
        Decision.NOT_RELEVANT: "Other goods",
        Decision.ASK_BUYER: "Ask your own departments",
        Decision.LOOK_UP: "Look up",
        Decision.KEEP: "Keep: cannot be seen from the desk",
        Decision.ASK_ONCE: "Ask once for all buyers",
        Decision.ASK_SUPPLIER: "Ask the supplier",
        Decision.REVIEW: "Keep until reviewed",
        Decision.OTHER_SUBJECT: "Another subject: not decided",
    }
)

_WHY: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.DO_NOT_ASK: (
            "It asks for personal data or testimony of workers. No supplier is asked for it."
        ),
        Decision.NOT_RELEVANT: "It concerns other goods than the supplier's.",
        Decision.ASK_BUYER: "Your own ledger or contracts hold it.",
        Decision.LOOK_UP: (
            "It is public: on the country, the surroundings, lists or news. The supplier is the "
            "wrong one to ask."
        ),
        Decision.ASK_ONCE: (
            "The answer is the same for every buyer: take over an earlier answer before you ask."
        ),
        Decision.ASK_SUPPLIER: "Only the supplier knows it, and the answer differs by buyer.",
        Decision.REVIEW: (
            "It has no accepted match with a data point. It is kept as it is until a person has "
            "decided."
        ),
        Decision.OTHER_SUBJECT: "It is on another subject than forced labour.",
    }
)


def why(decision: Decision, point: DataPoint | None) -> str:
    """Why a question that is not known gets its decision.

    Args:
        decision: any but `drop`, which has its evidence.
        point: the data point that the question asks for; None where it has none.
    """
    if decision is not Decision.KEEP or point is None:
        return _WHY[decision]
    unseen = [ILO_LABELS[indicator] for indicator in INVISIBLE_INDICATORS if indicator in point.ilo]
    return (
        f"No source shows it, and it bears on {' and '.join(unseen).lower()}, which cannot be "
        "seen from the desk."
    )
