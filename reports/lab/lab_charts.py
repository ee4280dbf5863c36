"""Static SVG charts of the tuning and validation page, each with a text alternative and a table.

Colours come from classes of the page's style sheet, so that its policy can forbid all others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDTH, _HEIGHT = 640.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 150.0, 28.0, 42.0
_ROW = 22.0
_LABELS = 230.0
# As many letters as fit next to the chart; the table has the full label.
_LONGEST_LABEL = 36
_COLOURS = 6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Span:
    """One row of `spans`: a value with its interval; None where it is not known.

    `other` is a second value to compare with, drawn hollow. `is_marked` sets the row off.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    other: float | None = None
    is_marked: bool = False


def lines(
    title: str,
    series: Mapping[str, Sequence[tuple[float, float]]],
    x_label: str,
    y_label: str,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    x_names: Mapping[float, str] | None = None,
) -> Markup:
    """Lines over a common axis, each named at its end.

    Args:
        title: the text alternative, for screen readers.
        series: points by name, in the order they are drawn.
        x_label: of the horizontal axis.
        y_label: of the vertical axis.
        x_range: its ends.
        y_range: its ends.
        x_names: words for positions on the horizontal axis, instead of figures.
    """
    ends: list[float] = []

    def x(value: float) -> float:
        return _LEFT + _share(value, x_range) * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        return _HEIGHT - _BOTTOM - _share(value, y_range) * (_HEIGHT - _TOP - _BOTTOM)

    parts = [_frame(title, _HEIGHT)]
    for level in ticks(y_range):
        parts.append(_line("grid", _LEFT, y(level), _WIDTH - _RIGHT, y(level)))
        parts.append(_text(_LEFT - 6, y(level) + 4, f"{level:.3g}", "end"))
    labels = x_names or dict.fromkeys(ticks(x_range), "")
    for at, name in labels.items():
        parts.append(_text(x(at), _HEIGHT - _BOTTOM + 16, name or f"{at:.3g}", "middle"))
    for number, (name, points) in enumerate(series.items()):
        shown = [(px, py) for px, py in points if px == px and py == py]
        if not shown:
            continue
        path = " ".join(f"{x(px):.1f},{y(py):.1f}" for px, py in shown)
        kind = f"line c{number % _COLOURS}"
        parts.append(Markup('<polyline class="{}" points="{}"/>').format(kind, path))
        # Names at the ends keep off each other.
        end = y(shown[-1][1])
        while any(abs(end - taken) < 13 for taken in ends):
            end += 13
        ends.append(end)
        parts.append(
            _text(x(shown[-1][0]) + 6, end + 4, name, "start", f"name t{number % _COLOURS}")
        )
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, x_label, "middle"))
    parts.append(_text(0.0, 12.0, y_label, "start"))
    return Markup("").join([*parts, Markup("</svg>")])


def spans(
    title: str, rows: Sequence[Span], value_range: tuple[float, float], even: float | None = None
) -> Markup:
    """One row per item: its value as a dot, its interval as a bar, a second value as a ring.

    Args:
        title: the text alternative, for screen readers.
        rows: from the top.
        value_range: ends of the axis; what lies beyond is drawn at the end.
        even: position of the reference line; None draws none.
    """
    height = len(rows) * _ROW + 34

    def x(value: float) -> float:
        share = min(max(_share(value, value_range), 0.0), 1.0)
        return _LABELS + share * (_WIDTH - _LABELS - 20)

    parts = [_frame(title, height)]
    bottom = height - 26
    for level in ticks(value_range):
        parts.append(_line("grid", x(level), 4, x(level), bottom))
        parts.append(_text(x(level), height - 10, f"{level:.3g}", "middle"))
    if even is not None:
        parts.append(_line("even", x(even), 4, x(even), bottom))
    for number, row in enumerate(rows):
        middle = 4 + (number + 0.5) * _ROW
        kind = "marked" if row.is_marked else "plain"
        label = row.label
        if len(label) > _LONGEST_LABEL:
            label = f"{label[: _LONGEST_LABEL - 1].rstrip()}…"
        parts.append(_text(_LABELS - 10, middle + 4, label, "end", f"label {kind}"))
        if row.low is not None and row.high is not None:
            parts.append(
                Markup(
                    '<rect class="span {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="6" rx="3"/>'
                ).format(kind, x(row.low), middle - 3, max(x(row.high) - x(row.low), 1.0))
            )
        if row.other is not None:
            parts.append(_dot(x(row.other), middle, "hollow"))
        if row.value is not None:
            parts.append(_dot(x(row.value), middle, f"dot {kind}"))
    return Markup("").join([*parts, Markup("</svg>")])


def ticks(ends: tuple[float, float]) -> list[float]:
    """Round figures within an axis, 4 to 8 of them: multiples of 1, 2 or 5 of a power of ten."""
    span = ends[1] - ends[0]
    if span <= 0:
        return [ends[0]]
    power = 10.0 ** math.floor(math.log10(span / 4))
    step = max(times * power for times in (1, 2, 5) if times * power <= span / 4 + _ROUNDING * span)
    first = math.ceil(ends[0] / step - _ROUNDING)
    last = math.floor(ends[1] / step + _ROUNDING)
    return [round(number * step, 12) for number in range(first, last + 1)]


def _frame(title: str, height: float) -> Markup:
    return Markup('<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}">').format(
        _WIDTH, height, title
    )


def _share(value: float, ends: tuple[float, float]) -> float:
    return (value - ends[0]) / ((ends[1] - ends[0]) or 1.0)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>').format(
        kind, x1, y1, x2, y2
    )


def _dot(x: float, y: float, kind: str) -> Markup:
    return Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(kind, x, y)


def _text(x: float, y: float, words: str, anchor: str, kind: str = "axis") -> Markup:
    return Markup('<text class="{} {}" x="{:.1f}" y="{:.1f}">{}</text>').format(
        kind, anchor, x, y, words
    )
