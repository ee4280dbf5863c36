"""Figures of matplotlib as SVG inside the page: its colours, its font, no style and no script.

The page's policy lets in no style but its own, so every style of the drawing becomes attributes.
Colours are named by placeholders that become variables of the page's style sheet: the picture
follows the reader's colour scheme.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any, Literal
from xml.etree.ElementTree import Element, tostring

import numpy as np
from defusedxml.ElementTree import fromstring
from markupsafe import Markup
from matplotlib import rc_context, rcParams
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from numpy.typing import NDArray

#: What a figure is drawn with, and the variable of the style sheet that takes its place.
INK, MUTED, LINE = "#000001", "#000002", "#000003"
SEQUENCE = "#000005"
BAND_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "first_priority": "#000011",
        "second_priority": "#000012",
        "third_priority": "#000013",
        "few_signals": "#000014",
    }
)
PILLAR_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "financial": "#000021",
        "land_use": "#000022",
        "environment": "#000023",
        "sentiment": "#000024",
        "purchasing": "#000025",
    }
)
WORSE, BETTER = "#000031", "#000032"
_VARIABLES: Mapping[str, str] = MappingProxyType(
    {
        INK: "ink",
        MUTED: "muted",
        LINE: "line-strong",
        SEQUENCE: "score",
        WORSE: "up",
        BETTER: "down",
        **{colour: band.replace("_", "-") for band, colour in BAND_COLOURS.items()},
        **{colour: pillar.replace("_", "-") for pillar, colour in PILLAR_COLOURS.items()},
    }
)

_FONT_POINTS = 9
_SETTINGS: Any = {
    "svg.fonttype": "none",  # the browser sets the text, in the font of the page
    "text.parse_math": False,  # a name may hold a dollar sign
    "font.size": _FONT_POINTS,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": LINE,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "grid.color": LINE,
    "grid.linewidth": 0.5,
}
_XLINK = "{http://www.w3.org/1999/xlink}href"
_LONGEST_LABEL = 26


def settings() -> AbstractContextManager[None]:
    """What every picture is drawn under; equal data give equal bytes."""
    return rc_context(_SETTINGS)


def figure(width: float, height: float, left: float) -> tuple[Figure, Axes]:
    """A figure of so many inches with room for labels at the left, and its plain axes."""
    made = Figure(figsize=(width, height))
    axes = made.add_axes((left, 0.42 / height, 0.97 - left, 1 - 0.52 / height))
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    return made, axes


def cells(
    axes: Axes, shapes: Sequence[tuple[float, float, float, float]], shades: NDArray[np.float64]
) -> None:
    """Rectangles in the colour of scores.

    Args:
        axes: to draw on.
        shapes: left, right, lower and upper end of each, in units of the axes.
        shades: opacity of each, 0 to 1.
    """
    axes.add_collection(
        PolyCollection(_corners(shapes), facecolors=SEQUENCE, alpha=shades, linewidths=0)
    )


def bars(
    axes: Axes,
    shapes: Sequence[tuple[float, float, float, float]],
    colour: str,
    edge: float,
    base: Literal["x", "y"],
) -> None:
    """Bars of one colour; the axes end where the bars begin.

    Args:
        axes: to draw on.
        shapes: left, right, lower and upper end of each, in units of the axes.
        colour: of all.
        edge: its width in points.
        base: the axis on which bars begin at 0.
    """
    drawn = PolyCollection(_corners(shapes), facecolors=colour, edgecolors=colour, linewidths=edge)
    getattr(drawn.sticky_edges, base).append(0)
    axes.add_collection(drawn)
    axes.autoscale_view()


def row_labels(axes: Axes, texts: Sequence[str]) -> None:
    """A label for each row from 0, where a tick would have it: ticks take longer to draw."""
    axes.set_yticks([])
    where, vertical, horizontal = axes.get_yaxis_text1_transform(rcParams["ytick.major.pad"])
    for row, text in enumerate(texts):
        axes.text(0, row, label(text), transform=where, va=vertical, ha=horizontal)


def _corners(
    shapes: Sequence[tuple[float, float, float, float]],
) -> list[tuple[tuple[float, float], ...]]:
    return [((a, c), (b, c), (b, d), (a, d)) for a, b, c, d in shapes]


def label(text: str) -> str:
    """A name short enough for an axis; the table beside the picture has all of it."""
    plain = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return plain if len(plain) <= _LONGEST_LABEL else f"{plain[: _LONGEST_LABEL - 1]}…"


def svg_of(drawn: Figure, name: str, words: str) -> Markup:
    """The figure as an `svg` element of the page.

    Args:
        drawn: the figure.
        name: of the picture; ids inside it begin with it.
        words: what it shows, for those who do not see it.
    """
    memory = io.BytesIO()
    with rc_context({"svg.hashsalt": name}), warnings.catch_warnings():
        # The measuring font lacks scripts that the browser's fonts have; it only sets the layout.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="Matplotlib currently does not support")
        drawn.savefig(memory, format="svg", transparent=True, metadata={"Date": None})
    root = fromstring(memory.getvalue())
    prefix = hashlib.sha256(name.encode()).hexdigest()[:6]
    for element in list(root.iter()):
        _adapt(element, prefix)
    for name_of in ("width", "height"):
        root.attrib.pop(name_of, None)
    root.attrib |= {"role": "img", "aria-label": words}
    return Markup(tostring(root, encoding="unicode"))


def _adapt(element: Element, prefix: str) -> None:
    """One element with attributes in place of styles, ids of this picture and page colours."""
    element.tag = element.tag.rpartition("}")[2]
    for child in list(element):
        if child.tag.rpartition("}")[2] in ("metadata", "style", "clipPath"):
            element.remove(child)
    for declaration in element.attrib.pop("style", "").split(";"):
        key, _, value = declaration.partition(":")
        if key.strip() and key.strip() != "font-family":
            element.attrib[key.strip()] = value.strip()
    if (target := element.attrib.pop(_XLINK, None)) is not None:
        element.attrib["href"] = f"#{prefix}{target.removeprefix('#')}"
    if "id" in element.attrib:
        element.attrib["id"] = prefix + element.attrib["id"]
    element.attrib.pop("clip-path", None)  # nothing is drawn outside the axes
    for paint in ("fill", "stroke"):
        variable = _VARIABLES.get(element.attrib.get(paint, ""))
        if variable is not None:
            element.attrib[paint] = f"var(--{variable})"
    for key in [key for key in element.attrib if key.startswith("{")]:
        del element.attrib[key]
