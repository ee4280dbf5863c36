"""Pictures of the land around the first suppliers, as files of the run and on the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from reports.bundle import ReportBundle
from reports.tables.cells import csv_bytes

#: Figures in words; what follows a colon is said of each.
CAPTIONS: Mapping[str, str] = {
    "loss": "Forest lost each year, share of the forest of 2000",
    "loss_of_ground": "Tree cover lost each year, share of the land in the buffer",
    "vegetation": "NDVI around the site",
    "class_change": "Change of land cover, hectares",
}

#: Bars by year.
_LOSSES = ("loss", "loss_of_ground")

#: First year of the loss product's later method; bars on the two sides are not comparable.
_METHOD_CHANGE = "2011"

_WIDTH, _HEIGHT, _MARGIN, _TOP = 480, 180, 36, 30
_GREEN, _RUST, _GREY, _INK = "#3c7a57", "#b5472f", "#9aa7a0", "#22302a"


@dataclass(frozen=True)
class LandFigure:
    """One picture.

    Attributes:
        rank: of the supplier.
        supplier_id: whose it is.
        site_id: where.
        kind: a key of `CAPTIONS`.
        labels: of the values, in their order.
        values: what is drawn.
        broke_on: day of the confirmed breakpoint of a series; None for none.
    """

    rank: int
    supplier_id: str
    site_id: str
    kind: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    broke_on: str | None

    @property
    def caption(self) -> str:
        """What is seen, in a sentence."""
        caption = CAPTIONS[self.kind]
        if self.kind != "vegetation":
            return f"{caption}."
        reported = (
            f"breakpoint in {self.broke_on[:7]}" if self.broke_on else "no confirmed breakpoint"
        )
        return f"{caption}: {reported}."


def land_figures(bundle: ReportBundle, ranked: pl.DataFrame) -> list[LandFigure]:
    """Figures of the run, by rank; only of signals whose value may be shown.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    if bundle.land_figures is None or bundle.land_figures.is_empty():
        return []
    shown = bundle.with_values(bundle.land_figures["supplier_id"])
    ranks = ranked.filter(pl.col("rank").is_not_null()).select("supplier_id", "rank")
    rows = (
        bundle.land_figures.join(ranks, on="supplier_id")
        .join(shown, on=["supplier_id", "signal_id"], how="semi")
        .sort("rank", "supplier_id", "site_id", "figure", "at", maintain_order=True)
    )
    return [
        LandFigure(
            rank=int(part["rank"][0]),
            supplier_id=part["supplier_id"][0],
            site_id=part["site_id"][0],
            kind=part["figure"][0],
            labels=tuple(part["label"]),
            values=tuple(part["value"].round_sig_figs(4)),
            broke_on=None if part["broke_on"][0] is None else str(part["broke_on"][0]),
        )
        for part in rows.partition_by("supplier_id", "site_id", "figure", maintain_order=True)
    ]


def figure_files(bundle: ReportBundle, ranked: pl.DataFrame) -> dict[str, bytes]:
    """The figures as files: an SVG each, and a table of what they show. Nothing without figures."""
    figures = land_figures(bundle, ranked)
    if not figures:
        return {}
    if bundle.ranks_withheld:
        figures.sort(key=lambda figure: (figure.supplier_id, figure.site_id, figure.kind))
    names = [
        f"figures/{number:03d}-{figure.kind}.svg" for number, figure in enumerate(figures, start=1)
    ]
    index = pl.DataFrame(
        {
            "rank": [None if bundle.ranks_withheld else figure.rank for figure in figures],
            "supplier_id": [figure.supplier_id for figure in figures],
            "site_id": [figure.site_id for figure in figures],
            "file": [name.removeprefix("figures/") for name in names],
            "caption": [figure.caption for figure in figures],
        }
    )
    drawn = {name: svg(figure).encode("utf-8") for name, figure in zip(names, figures, strict=True)}
    return {"figures/index.csv": csv_bytes(index), **drawn}


def page_figures(
    bundle: ReportBundle, ranked: pl.DataFrame, order: pl.DataFrame
) -> dict[str, list[dict[str, object]]] | None:
    """Series and changes of class by row of the page; None without any.

    Bars of loss are left out: the page has them for all suppliers.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
        order: supplier_id and supplier (row of the page's list).
    """
    rows = dict(order.select("supplier_id", "supplier").iter_rows())
    found: dict[str, list[dict[str, object]]] = {}
    for figure in land_figures(bundle, ranked):
        if figure.kind not in _LOSSES:
            found.setdefault(str(rows[figure.supplier_id]), []).append(
                {
                    "kind": figure.kind,
                    "site": figure.site_id,
                    "caption": figure.caption,
                    "labels": list(figure.labels),
                    "values": list(figure.values),
                    "breakAt": _break_at(figure),
                }
            )
    return found or None


def svg(figure: LandFigure) -> str:
    """A picture that needs nothing else: no script, no style sheet, no font of its own."""
    drawn = {"vegetation": _line, "class_change": _rows} | dict.fromkeys(_LOSSES, _bars)
    shapes = drawn[figure.kind](figure)
    title = f"{figure.supplier_id}, site {figure.site_id}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label={quoteattr(title + ": " + figure.caption)} font-family="sans-serif" '
        f'font-size="11" fill="{_INK}">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>'
        f'<text x="8" y="16" font-weight="bold">{escape(figure.caption)}</text>'
        f"{''.join(shapes)}"
        f'<text x="{_WIDTH - 8}" y="{_HEIGHT - 6}" text-anchor="end" fill="{_GREY}">'
        f"{escape(title)}</text></svg>\n"
    )


def _bars(figure: LandFigure) -> Iterator[str]:
    most = max(*figure.values, 0.0)
    step = (_WIDTH - 2 * _MARGIN) / len(figure.values)
    floor = _HEIGHT - _MARGIN
    for position, value in enumerate(figure.values):
        height = (floor - _TOP) * value / most if most > 0 else 0.0
        left = _MARGIN + position * step
        yield (
            f'<rect x="{left:.1f}" y="{floor - height:.1f}" width="{step * 0.8:.1f}" '
            f'height="{height:.1f}" fill="{_RUST}"/>'
        )
    if _METHOD_CHANGE in figure.labels[1:]:
        x = _MARGIN + figure.labels.index(_METHOD_CHANGE) * step - step * 0.1
        yield _dashed(x, _TOP - 4, floor + 4, _GREY)
        yield (
            f'<text x="{x:.1f}" y="{floor + 14}" text-anchor="middle" fill="{_INK}">'
            f"other method from {_METHOD_CHANGE}</text>"
        )
    yield from _ends(figure.labels, floor)
    yield f'<text x="{_MARGIN - 4}" y="{_TOP + 8}" text-anchor="end">{100 * most:.2g} %</text>'


def _line(figure: LandFigure) -> Iterator[str]:
    low, high = min(*figure.values, 0.0), max(*figure.values, 1e-9)
    days = [dt.date.fromisoformat(label).toordinal() for label in figure.labels]
    step = (_WIDTH - 2 * _MARGIN) / max(days[-1] - days[0], 1)
    across = [_MARGIN + (day - days[0]) * step for day in days]
    floor = _HEIGHT - _MARGIN
    points = " ".join(
        f"{x:.1f},{floor - (floor - _TOP) * (value - low) / (high - low):.1f}"
        for x, value in zip(across, figure.values, strict=True)
    )
    yield f'<polyline points="{points}" fill="none" stroke="{_GREEN}" stroke-width="1.5"/>'
    at = _break_at(figure)
    if at is not None:
        yield _dashed(across[at], _TOP, floor, _RUST)
    yield from _ends((figure.labels[0][:7], figure.labels[-1][:7]), floor)
    yield f'<text x="{_MARGIN - 4}" y="{_TOP + 8}" text-anchor="end">{high:.2g}</text>'


def _dashed(x: float, top: float, floor: float, colour: str) -> str:
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{floor}" stroke="{colour}" '
        'stroke-width="1.5" stroke-dasharray="4 3"/>'
    )


def _rows(figure: LandFigure) -> Iterator[str]:
    most = max(figure.values)
    height = min((_HEIGHT - _TOP - 20) / len(figure.values), 24.0)
    for position, (label, value) in enumerate(zip(figure.labels, figure.values, strict=True)):
        top, width = _TOP + position * height, 180 * value / most
        middle = top + height * 0.55
        yield (
            f'<rect x="230" y="{top:.1f}" width="{width:.1f}" height="{height * 0.7:.1f}" '
            f'fill="{_GREEN}"/>'
            f'<text x="224" y="{middle:.1f}" text-anchor="end">{escape(label)}</text>'
            f'<text x="{234 + width:.1f}" y="{middle:.1f}">{value:.3g}</text>'
        )


def _ends(labels: Sequence[str], floor: float) -> Iterator[str]:
    y = floor + 14
    yield f'<text x="{_MARGIN}" y="{y}">{escape(labels[0])}</text>'
    yield f'<text x="{_WIDTH - _MARGIN}" y="{y}" text-anchor="end">{escape(labels[-1])}</text>'


def _break_at(figure: LandFigure) -> int | None:
    """Position of the breakpoint among the values: the first observation on or after its day."""
    if figure.broke_on is None:
        return None
    later = (position for position, day in enumerate(figure.labels) if day >= figure.broke_on)
    return next(later, None)
