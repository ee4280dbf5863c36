"""Labels, the notices every output carries, and the phrases that no output may use.

The rules are those of responsible due diligence: an output states priority for engagement, never
guilt, and never suggests that a supplier without visible signals has been cleared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from scoring.aggregation.priority_bands import PriorityBand
from signals.card import INVISIBLE_INDICATORS, IloIndicator, Pillar, Status

DESKTOP_NOTICE = (
    "Desktop-phase screening: it ranks suppliers by priority for due diligence and gives the "
    "reasons. It is not a finding about any supplier."
)
#: Opens every ranked list on the terminal and on the server.
SCREENING = "Desktop-phase screening: priorities for due diligence, not a finding."
ILO_NOTICE = (
    "4 of 11 indicators (deception, violence, threats, document retention) are invisible to this "
    "tool; a low score is not evidence of their absence."
)
#: Short form for single rows, which are filtered and copied.
SHORT_NOTICE = "Screening, not a finding; 4 of 11 ILO indicators are invisible to it."
#: The same for each row of a table whose folder has READ-ME-FIRST.txt.
ROW_NOTICE = f"{SHORT_NOTICE.rstrip('.')} (READ-ME-FIRST.txt)."
SYNTHETIC_NOTICE = (
    "Synthetic data: every supplier, site and figure is constructed for demonstration."
)

BAND_LABELS: Mapping[str, str] = MappingProxyType(
    {
        PriorityBand.FIRST_PRIORITY.value: "First priority",
        PriorityBand.SECOND_PRIORITY.value: "Second priority",
        PriorityBand.THIRD_PRIORITY.value: "Third priority",
        PriorityBand.FEW_SIGNALS.value: "Few signals visible to this tool",
        PriorityBand.INSUFFICIENT_INFORMATION.value: "Insufficient information",
    }
)

#: Decisions of people on a supplier.
DECISION_LABELS: Mapping[str, str] = MappingProxyType(
    {"look_first": "Assess first", "look_later": "Assess later", "contested": "Contested"}
)

#: Instead of the priority band of a supplier that contests it: not to be used until reviewed.
CONTESTED_LABEL = "Contested, under review"

_UNCERTAINTY_TEXT: Mapping[str, str] = MappingProxyType(
    {
        "measurement_error": "how exactly its values are measured",
        "weights": "the weights",
        "power": "how far one serious signal may raise the whole (the exponent)",
        "normaliser": "what its values are compared with (anchors or peers)",
        "source_left_out": "a single source",
        "missing_values": "what is not known of it",
    }
)

#: Ids of what a rank may depend on most.
UNCERTAINTY_SOURCES = tuple(_UNCERTAINTY_TEXT)

STATUS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        Status.OBSERVED.value: "observed",
        Status.NOT_APPLICABLE.value: "not applicable",
        Status.NOT_DISCLOSED.value: "not disclosed",
        Status.NOT_DISCLOSED_EXEMPT.value: "not disclosed, as the law allows",
        Status.NOT_DISCLOSED_OVERDUE.value: "not disclosed although it is due by law",
        Status.NOT_COVERED.value: "not covered by the data available",
        Status.TOO_OLD.value: "too old to use",
        Status.CONTESTED.value: "contested by the supplier, under review",
    }
)

PILLAR_LABELS: Mapping[str, str] = MappingProxyType(
    {
        Pillar.FINANCIAL.value: "Financial health",
        Pillar.LAND_USE.value: "Land use",
        Pillar.ENVIRONMENT.value: "Environment",
        Pillar.SENTIMENT.value: "Public sentiment",
        Pillar.PURCHASING.value: "Your purchasing practice",
        Pillar.CONTEXT.value: "Country and sector context",
    }
)

ILO_LABELS: Mapping[IloIndicator, str] = MappingProxyType(
    {
        IloIndicator.ABUSE_OF_VULNERABILITY: "Abuse of vulnerability",
        IloIndicator.DECEPTION: "Deception",
        IloIndicator.RESTRICTION_OF_MOVEMENT: "Restriction of movement",
        IloIndicator.ISOLATION: "Isolation",
        IloIndicator.PHYSICAL_AND_SEXUAL_VIOLENCE: "Physical and sexual violence",
        IloIndicator.INTIMIDATION_AND_THREATS: "Intimidation and threats",
        IloIndicator.RETENTION_OF_IDENTITY_DOCUMENTS: "Retention of identity documents",
        IloIndicator.WITHHOLDING_OF_WAGES: "Withholding of wages",
        IloIndicator.DEBT_BONDAGE: "Debt bondage",
        IloIndicator.ABUSIVE_CONDITIONS: "Abusive working and living conditions",
        IloIndicator.EXCESSIVE_OVERTIME: "Excessive overtime",
    }
)

INVISIBLE_LABELS = tuple(ILO_LABELS[indicator] for indicator in INVISIBLE_INDICATORS)

_BANNED = (
    r"guilty",
    r"offenders?",
    r"slave factor(?:y|ies)",
    r"us(?:es|ing|ed) forced labou?r",
    r"clean",
    r"compliant",
    r"safe",
    r"certified",
    r"probability of forced labou?r",
    r"low[ -]risk",
    r"(?:drop|exit|delist|blacklist)(?:ping|ing|ted|ed)? (?:the|this|that|a) supplier",
    r"blacklist(?:ed)?",
)
_BANNED_PATTERN = re.compile(rf"(?<![\w-])(?:{'|'.join(_BANNED)})(?![\w-])", re.IGNORECASE)


def banned_phrases(text: str) -> list[str]:
    """The phrases in `text` that no output may use, as written there, in order.

    Only whole words count; runs of white space read as one space. Names of suppliers are data
    and are not to be passed through here.
    """
    return _BANNED_PATTERN.findall(" ".join(text.split()))


_OUTSIDE_INTERVAL = (
    "The rank is {} its 90 % interval: the simulations also vary weights, sources and missing "
    "values, and these move the supplier {} the list. Use the interval."
)
#: Of a rank above its interval, or below it.
ABOVE_INTERVAL = _OUTSIDE_INTERVAL.format("above", "down")
BELOW_INTERVAL = _OUTSIDE_INTERVAL.format("below", "up")


def decision_text(supplier: Mapping[str, object]) -> str | None:
    """The decision of a person that is in force, from a row of the ranked table; None without."""
    decision = supplier.get("override")
    if supplier.get("priority_band_is_frozen"):
        return "Contested: the priority band is not used until the decision has been reviewed."
    if decision is None:
        return None
    words = DECISION_LABELS.get(str(decision), str(decision))
    return f"{words}. A decision never changes the score; overrides.csv has its reason."


def shown_band(supplier: Mapping[str, object]) -> str:
    """The label of a supplier's priority band; while it is contested, that it is under review."""
    if supplier.get("priority_band_is_frozen"):
        return CONTESTED_LABEL
    return band_label(str(supplier["priority_band"]))


def band_label(priority_band: str) -> str:
    """The label of a priority band; a priority band without a label reads as its id."""
    return BAND_LABELS.get(priority_band, priority_band.replace("_", " ").capitalize())


def uncertainty_sentence(source: str | None) -> str | None:
    """What a rank depends on most, from `main_uncertainty_source`; null where it never moves.

    Version 0.1 published the sentence itself, which passes through as it is.
    """
    if source is None or source not in _UNCERTAINTY_TEXT:
        return source
    return f"Its rank depends most on {_UNCERTAINTY_TEXT[source]}."


def outside_interval(rank: int | None, low: int | None, high: int | None) -> str | None:
    """Why a rank lies outside its own interval; None where it does not or is not known."""
    if rank is None or low is None or high is None or low <= rank <= high:
        return None
    return ABOVE_INTERVAL if rank < low else BELOW_INTERVAL


def notices(is_synthetic: bool) -> tuple[str, ...]:
    """The sentences every output carries, the most important one first."""
    always = (DESKTOP_NOTICE, ILO_NOTICE)
    return (SYNTHETIC_NOTICE, *always) if is_synthetic else always


def row_notice(is_synthetic: bool) -> str:
    """The notices in short, for each row of a long table."""
    return f"Synthetic data. {ROW_NOTICE}" if is_synthetic else ROW_NOTICE
