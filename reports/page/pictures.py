"""Pictures of the list: each with its words, and with its numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from markupsafe import Markup
from matplotlib.ticker import MaxNLocator

from reports.bundle import ReportBundle
from reports.page import picture_svg as draw
from reports.page.picture_changes import changes_by_signal
from reports.page.picture_svg import BAND_COLOURS, PILLAR_COLOURS
from reports.tables.shown_figures import percent_text, points_text
from reports.wording import BAND_LABELS, PILLAR_LABELS
from scoring.explanation.sentences import figure as money
from signals.card import Pillar, Status

#: Suppliers with a line of their own.
NAMED = 20
COUNTRIES = 12
SIGNALS = 12
#: More suppliers are shown as cells.
MOST_POINTS = 400

_WIDTH = 4.8
_LABELS = 0.40
_ROW = 0.23
_BIN = 5
_PILLARS = [pillar.value for pillar in Pillar if pillar is not Pillar.CONTEXT]
_SHORT = {
    Pillar.FINANCIAL.value: "Financial",
    Pillar.LAND_USE.value: "Land use",
    Pillar.ENVIRONMENT.value: "Environment",
    Pillar.SENTIMENT.value: "Sentiment",
    Pillar.PURCHASING.value: "Purchasing",
}
_HAS_VALUE = (Status.OBSERVED.value, Status.CONTESTED.value)


@dataclass(frozen=True)
class Picture:
    """One picture of the page.

    Attributes:
        name: of the picture, for addresses inside the page.
        title: heading.
        lead: how it is to be read.
        svg: the drawing, with its text alternative.
        columns: headers of its table.
        rows: the numbers that are drawn, as text.
        legend: colour (a variable of the style sheet) and meaning.
    """

    name: str
    title: str
    lead: str
    svg: Markup
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    legend: Sequence[tuple[str, str]] = ()


def pictures(bundle: ReportBundle, ranked: pl.DataFrame) -> list[Picture]:
    """The pictures for which the run has data, in the order of the page.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    scored = ranked.filter(pl.col("rank").is_not_null())
    if scored.is_empty():
        return []
    drawn: tuple[Callable[[], Picture | None], ...] = (
        lambda: _rank_intervals(bundle, scored),
        lambda: _distribution(scored),
        lambda: _pillars(bundle, scored),
        lambda: _evidence(bundle, ranked),
        lambda: _spend(bundle, scored),
        lambda: _changes(bundle),
    )
    with draw.settings():
        return [picture for one in drawn if (picture := one()) is not None]


def _first(bundle: ReportBundle, scored: pl.DataFrame) -> pl.DataFrame:
    """The suppliers with a line of their own, by the probability of the top where ranks hide."""
    if bundle.ranks_withheld is None:
        return scored.head(NAMED)
    return scored.sort("prob_top_k", "rank_p05", descending=[True, False]).head(NAMED)


def _names(rows: pl.DataFrame) -> list[str]:
    return [name or supplier for name, supplier in rows.select("name", "supplier_id").iter_rows()]


def _rank_intervals(bundle: ReportBundle, scored: pl.DataFrame) -> Picture | None:
    rows = _first(bundle, scored).filter(pl.col("rank_p05").is_not_null())
    if rows.is_empty():
        return None
    shows_rank = bundle.ranks_withheld is None
    made, axes = draw.figure(_WIDTH, 0.6 + _ROW * rows.height, _LABELS)
    places = np.arange(rows.height)
    low, high = rows["rank_p05"].to_numpy(), rows["rank_p95"].to_numpy()
    axes.hlines(places, low, np.maximum(high, low + 0.2), color=draw.SEQUENCE, alpha=0.45, lw=5)
    if shows_rank:
        axes.scatter(rows["rank"].to_numpy(), places, s=18, color=draw.INK, zorder=3)
    axes.axvline(bundle.top_k, color=draw.MUTED, lw=1, ls="--")
    names = _names(rows)
    axes.set_yticks(places, [draw.label(name) for name in names])
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.set_xlabel("Rank; dashed: audit budget")
    dot = "The dot is the rank, the bar" if shows_rank else "The bar is"
    ranks = [str(rank) if shows_rank else "withheld" for rank in rows["rank"]]
    return Picture(
        "intervals",
        "How stable the ranks are",
        f"{dot} its 90 % interval. The data cannot separate suppliers whose bars overlap.",
        draw.svg_of(made, "intervals", f"Rank intervals of the first {rows.height} suppliers."),
        ("Supplier", "Rank", "From", "To"),
        [
            (name, rank, f"{a:,}", f"{b:,}")
            for name, rank, a, b in zip(names, ranks, low.tolist(), high.tolist(), strict=True)
        ],
    )


def _distribution(scored: pl.DataFrame) -> Picture:
    made, axes = draw.figure(_WIDTH, 2.6, 0.12)
    edges = np.arange(0, 100 + _BIN, _BIN)
    base = np.zeros(len(edges) - 1)
    rows, legend = [], []
    for band in reversed(tuple(BAND_COLOURS)):
        values = scored.filter(pl.col("priority_band") == band)["score"].to_numpy()
        if values.size:
            height = np.histogram(values, edges)[0]
            axes.bar(edges[:-1], height, _BIN, base, align="edge", color=BAND_COLOURS[band], lw=0.6)
            base += height
            legend.append((band.replace("_", "-"), BAND_LABELS[band]))
            ends = f"{points_text(values.min())} to {points_text(values.max())}"
            rows.append((BAND_LABELS[band], f"{values.size:,}", ends))
    axes.set_xlim(0, 100)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y")
    axes.set_xlabel("Score")
    median = points_text(float(np.median(scored["score"].to_numpy())))
    return Picture(
        "distribution",
        "Scores and priority bands",
        f"Suppliers by score, in steps of {_BIN} points. The median score is {median}.",
        draw.svg_of(made, "distribution", f"Distribution of {scored.height:,} scores by band."),
        ("Priority band", "Suppliers", "Scores"),
        rows[::-1],
        legend[::-1],
    )


def _pillars(bundle: ReportBundle, scored: pl.DataFrame) -> Picture:
    first = _first(bundle, scored)
    sums = (
        bundle.contributions.filter(pl.col("pillar").is_in(_PILLARS))
        .join(first.select("supplier_id"), on="supplier_id", how="semi")
        .pivot("pillar", index="supplier_id", values="points", aggregate_function="sum")
    )
    rows = first.select("supplier_id", "name").join(
        sums, on="supplier_id", how="left", maintain_order="left"
    )
    pillars = [pillar for pillar in _PILLARS if pillar in rows.columns]
    made, axes = draw.figure(_WIDTH, 0.6 + _ROW * rows.height, _LABELS)
    places = np.arange(rows.height)
    ends = {1: np.zeros(rows.height), -1: np.zeros(rows.height)}
    for pillar in pillars:
        points = rows[pillar].fill_null(0.0).to_numpy()
        for sign, end in ends.items():
            part = np.where(points * sign > 0, points, 0.0)
            full = np.flatnonzero(part)
            axes.barh(
                places[full], part[full], 0.7, end[full], color=PILLAR_COLOURS[pillar], lw=0.4
            )
            end += part
    axes.axvline(0, color=draw.INK, lw=0.8)
    names = _names(rows)
    axes.set_yticks(places, [draw.label(name) for name in names])
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.set_xlabel("Points from the peer median")
    return Picture(
        "pillars",
        "What the first scores are made of",
        "Points by pillar, to the right where they raise the score above the peer median.",
        draw.svg_of(made, "pillars", f"Points by pillar of the first {rows.height} suppliers."),
        ("Supplier", *(PILLAR_LABELS[pillar] for pillar in pillars)),
        [
            (name, *("none" if value is None else points_text(value) for value in values))
            for name, values in zip(names, rows.select(pillars).iter_rows(), strict=True)
        ],
        [(pillar.replace("_", "-"), PILLAR_LABELS[pillar]) for pillar in pillars],
    )


def _evidence(bundle: ReportBundle, ranked: pl.DataFrame) -> Picture:
    """Who is known by what: share of the suppliers of a country with a value in each pillar."""
    known = (
        bundle.contributions.filter(
            pl.col("pillar").is_in(_PILLARS)
            & pl.col("status").is_in(_HAS_VALUE)
            & (pl.col("weight") > 0)
        )
        .select("supplier_id", "pillar")
        .unique()
    )
    counted = ranked.group_by("country").agg(suppliers=pl.len())
    largest = counted.sort("suppliers", "country", descending=[True, False]).head(COUNTRIES)
    seen = (
        known.join(ranked.select("supplier_id", "country"), on="supplier_id")
        .group_by("country", "pillar")
        .agg(n=pl.len())
    )
    share = {
        (country, pillar): n / total
        for country, pillar, n, total in seen.join(largest, on="country").iter_rows()
    }
    countries = largest["country"].to_list()
    cells = np.array([[share.get((c, p), 0.0) for p in _PILLARS] for c in countries])
    made, axes = draw.figure(_WIDTH, 0.75 + 0.26 * len(countries), 0.28)
    for (y, x), value in np.ndenumerate(cells):
        axes.fill(
            [x - 0.48, x + 0.48, x + 0.48, x - 0.48], [y - 0.46, y - 0.46, y + 0.46, y + 0.46],
            color=draw.SEQUENCE, alpha=0.08 + 0.42 * value, lw=0,
        )  # fmt: skip
        axes.text(x, y, f"{100 * value:.0f}", ha="center", va="center")
    axes.set_xticks(range(len(_PILLARS)), [_SHORT[p] for p in _PILLARS])
    axes.set_yticks(range(len(countries)), [draw.label(country) for country in countries])
    axes.set_xlim(-0.5, len(_PILLARS) - 0.5)
    axes.set_ylim(len(countries) - 0.5, -0.5)
    axes.spines["bottom"].set_visible(False)
    return Picture(
        "evidence",
        "Who is known by what",
        "Share of the suppliers of a country, in percent, with a weighted value in each pillar. "
        f"The {len(countries)} countries with most suppliers.",
        draw.svg_of(made, "evidence", "Share of suppliers with evidence by country and pillar."),
        ("Country", "Suppliers", *(PILLAR_LABELS[pillar] for pillar in _PILLARS)),
        [
            (country, f"{total:,}", *(percent_text(float(value)) for value in row))
            for (country, total), row in zip(largest.iter_rows(), cells, strict=True)
        ],
    )


def _spend(bundle: ReportBundle, scored: pl.DataFrame) -> Picture | None:
    spend = bundle.suppliers.select(
        "supplier_id", "currency", spend=pl.col("annual_spend").cast(pl.Float64)
    ).filter(pl.col("spend") > 0)
    rows = scored.select("supplier_id", "score", "priority_band").join(spend, on="supplier_id")
    if rows.is_empty():
        return None
    common = rows["currency"].mode().sort().first()
    rows = rows.filter(pl.col("currency").eq_missing(pl.lit(common)))
    currency = "" if common is None else str(common)
    made, axes = draw.figure(_WIDTH, 2.9, 0.16)
    if rows.height <= MOST_POINTS:
        for band, colour in BAND_COLOURS.items():
            part = rows.filter(pl.col("priority_band") == band)
            axes.scatter(part["spend"], part["score"], s=22, color=colour, alpha=0.75, lw=0)
    else:
        shade = np.log10(rows["spend"].to_numpy())
        counts, x, y = np.histogram2d(shade, rows["score"].to_numpy(), (24, 20))
        for i, j in np.argwhere(counts):
            alpha = 0.15 + 0.85 * np.log1p(counts[i, j]) / np.log1p(counts.max())
            axes.fill(
                10 ** x[[i, i + 1, i + 1, i]], y[[j, j, j + 1, j + 1]],
                color=draw.SEQUENCE, alpha=float(alpha), lw=0,
            )  # fmt: skip
    axes.set_xscale("log")
    axes.minorticks_off()
    powers = np.log10(rows["spend"].to_numpy())
    ticks = 10.0 ** np.arange(np.ceil(powers.min()), np.floor(powers.max()) + 1)
    axes.set_xticks(ticks, [_money(float(tick)) for tick in ticks])
    axes.grid()
    axes.set_xlabel(f"Your spend a year, {currency}".strip(", "))
    axes.set_ylabel("Score")
    by_band = rows.group_by("priority_band").agg(pl.len(), pl.col("spend").sum())
    total = float(rows["spend"].sum())
    found = {band: (n, amount) for band, n, amount in by_band.iter_rows()}
    return Picture(
        "spend",
        "Spend against priority",
        "Suppliers at the top right take much of your spend and have a high priority. "
        "Spend says how much influence you have, not how high the risk is.",
        draw.svg_of(made, "spend", f"Spend and score of {rows.height:,} suppliers."),
        ("Priority band", "Suppliers", "Spend a year", "Share of spend"),
        [
            (
                BAND_LABELS[band],
                f"{found[band][0]:,}",
                f"{_money(float(found[band][1]))} {currency}".strip(),
                percent_text(found[band][1] / total),
            )
            for band in BAND_COLOURS
            if band in found
        ],
        [(band.replace("_", "-"), BAND_LABELS[band]) for band in BAND_COLOURS if band in found]
        if rows.height <= MOST_POINTS
        else (),
    )


def _money(amount: float) -> str:
    return str(pl.select(money(pl.lit(amount))).item())


def _changes(bundle: ReportBundle) -> Picture | None:
    rows = changes_by_signal(bundle).head(SIGNALS)
    if rows.is_empty():
        return None
    made, axes = draw.figure(_WIDTH, 0.6 + _ROW * rows.height, 0.44)
    places = np.arange(rows.height)
    worse, better = (rows[name].cast(pl.Int64).to_numpy() for name in ("worse", "better"))
    axes.barh(places, worse, 0.7, color=draw.WORSE, lw=0)
    axes.barh(places, -better, 0.7, color=draw.BETTER, lw=0)
    axes.axvline(0, color=draw.INK, lw=0.8)
    axes.set_yticks(places, [draw.label(title) for title in rows["title"]])
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
    axes.set_xlabel("Suppliers: improved to the left, worsened to the right")
    return Picture(
        "changes",
        "What changed, and by which signal",
        "Suppliers whose value differs from the first run of the last year by more than the "
        "measurement errors.",
        draw.svg_of(made, "changes", f"Changes of {rows.height} signals."),
        ("Signal", "Improved", "Worsened"),
        [(title, f"{a:,}", f"{b:,}") for title, a, b in rows.select(
            "title", "better", "worse").iter_rows()],
        [("down", "improved"), ("up", "worsened")],
    )  # fmt: skip
