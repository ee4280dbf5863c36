"""One figure out of several that a filing reports for one concept or one item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signals.sources.accounts.xbrl_concepts import Concept

#: Figures nearer together than this may be one figure in two roundings.
ROUNDING_SHARE = 0.005


def one_figure(values: Sequence[float], *, is_total: bool) -> float | None:
    """The figure meant by several of one concept, period and currency in one filing.

    A figure that is another one rounded gives way to it (171,797 beside 172,000). Of different
    figures of a total, such as revenue by segment beside the whole, the largest holds the others;
    of anything else no choice is made.

    Args:
        values: as reported, at least one.
        is_total: whether the concept is a total of which slices are reported under its name.

    Returns:
        The figure, or None where several contradict one another.
    """
    precise = [
        value
        for value in set(values)
        if not any(_is_rounded(value, other) for other in set(values) if other != value)
    ]
    if len(precise) == 1:
        return precise[0]
    return max(precise, key=abs) if is_total and precise else None


def best_choice(choices: Sequence[Concept], amounts: Mapping[int, float]) -> int | None:
    """The choice of concept to take for an item: the first reported, of totals the largest.

    Companies report a slice of their revenue under a name that stands before that of the whole;
    the order of names alone would take a fall of two thirds for one.

    Args:
        choices: concepts for the item, best first.
        amounts: amount by position among the choices, for those that are reported.
    """
    if not amounts:
        return None
    first = min(amounts)
    if not choices[first].is_total:
        return first
    totals = [place for place in amounts if choices[place].is_total]
    return max(totals, key=lambda place: (abs(amounts[place]), -place))


def _is_rounded(value: float, other: float) -> bool:
    """Whether a value is another one with fewer digits."""
    if abs(value - other) > ROUNDING_SHARE * abs(other):
        return False
    return any(round(other, -digits) == value for digits in range(-2, 12) if value != other) and (
        _trailing_zeros(value) > _trailing_zeros(other)
    )


def _trailing_zeros(value: float) -> int:
    digits = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    if "." in digits:
        return -len(digits.split(".")[1])
    return len(digits) - len(digits.rstrip("0"))
