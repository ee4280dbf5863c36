"""Pictures of the list: each with its words, and with its numbers as a table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from matplotlib.ticker import MaxNLocator

from reports.bundle import ReportBundle
from reports.languages.catalogue import Translator, message, translator
from reports.page import picture_svg as draw
from reports.page.picture_groups import changes, evidence, spend
from reports.page.picture_svg import BAND_COLOURS, PILLAR_COLOURS
from reports.page.picture_words import BAR, PILLARS, ROW, WIDTH, Picture, headers, points_in_words
from reports.wording import BAND_LABELS, PILLAR_LABELS

#: Suppliers with a line of their own.
NAMED = 20

_LABELS = 0.40
_BIN = 5


def pictures(bundle: ReportBundle, ranked: pl.DataFrame) -> list[Picture]:
    """The pictures for which the run has data, in the order of the page.

    Args:
        bundle: the run, past `reports.redistribution.disclosable`.
        ranked: `reports.tables.ranked_list.ranked_table` of the same run.
    """
    scored = ranked.filter(pl.col("rank").is_not_null())
    if scored.is_empty():
        return []
    words = translator(bundle.language)
    drawn: tuple[Callable[[], Picture | None], ...] = (
        lambda: _rank_intervals(bundle, scored, words),
        lambda: _distribution(scored, words),
        lambda: _pillars(bundle, scored, words),
        lambda: evidence(bundle, ranked, words),
        lambda: spend(bundle, scored, words),
        lambda: changes(bundle, words),
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


def _rank_intervals(
    bundle: ReportBundle, scored: pl.DataFrame, words: Translator
) -> Picture | None:
    rows = _first(bundle, scored).filter(pl.col("rank_p05").is_not_null())
    if rows.is_empty():
        return None
    shows_rank = bundle.ranks_withheld is None
    made, axes = draw.figure(WIDTH, 0.6 + ROW * rows.height, _LABELS)
    places = np.arange(rows.height)
    low, high = rows["rank_p05"].to_numpy(), rows["rank_p95"].to_numpy()
    axes.hlines(places, low, np.maximum(high, low + 0.2), color=draw.SEQUENCE, alpha=0.45, lw=5)
    if shows_rank:
        axes.scatter(rows["rank"].to_numpy(), places, s=18, color=draw.INK, zorder=3)
    axes.axvline(bundle.top_k, color=draw.MUTED, lw=1, ls="--")
    names = _names(rows)
    draw.row_labels(axes, names)
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.set_xlabel(words.text(message("Rank; dashed: audit budget")))
    lead = (
        message(
            "The dot is the rank, the bar its 90 % interval. The data cannot separate suppliers "
            "whose bars overlap."
        )
        if shows_rank
        else message(
            "The bar is the 90 % interval of the rank. The data cannot separate suppliers whose "
            "bars overlap."
        )
    )
    withheld = words.text(message("withheld"))
    ranks = [words.number(rank) if shows_rank else withheld for rank in rows["rank"]]
    return Picture(
        "intervals",
        words.text(message("How stable the ranks are")),
        words.text(lead),
        draw.svg_of(
            made,
            "intervals",
            words.text(
                message("Rank intervals of the first {number} suppliers."),
                number=words.number(rows.height),
            ),
        ),
        headers(words, message("Supplier"), message("Rank"), message("From"), message("To")),
        [
            (name, rank, words.number(a), words.number(b))
            for name, rank, a, b in zip(names, ranks, low.tolist(), high.tolist(), strict=True)
        ],
    )


def _distribution(scored: pl.DataFrame, words: Translator) -> Picture:
    made, axes = draw.figure(WIDTH, 2.6, 0.12)
    edges = np.arange(0, 100 + _BIN, _BIN)
    base = np.zeros(len(edges) - 1)
    rows, legend = [], []
    for band in reversed(tuple(BAND_COLOURS)):
        values = scored.filter(pl.col("priority_band") == band)["score"].to_numpy()
        if values.size:
            height = np.histogram(values, edges)[0]
            full = np.flatnonzero(height)
            shapes = zip(
                edges[full], edges[full + 1], base[full], (base + height)[full], strict=True
            )
            draw.bars(axes, list(shapes), BAND_COLOURS[band], 0.6, "y")
            base += height
            label = words.text(BAND_LABELS[band])
            legend.append((band.replace("_", "-"), label))
            ends = words.text(
                message("{least} to {most}"),
                least=points_in_words(words, values.min()),
                most=points_in_words(words, values.max()),
            )
            rows.append((label, words.number(values.size), ends))
    axes.set_xlim(0, 100)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(axis="y")
    axes.set_xlabel(words.text(message("Score")))
    median = points_in_words(words, float(np.median(scored["score"].to_numpy())))
    return Picture(
        "distribution",
        words.text(message("Scores and priority bands")),
        words.text(
            message("Suppliers by score, in steps of {step} points. The median score is {median}."),
            step=_BIN,
            median=median,
        ),
        draw.svg_of(
            made,
            "distribution",
            words.text(
                message("Distribution of {number} scores by band."),
                number=words.number(scored.height),
            ),
        ),
        headers(words, message("Priority band"), message("Suppliers"), message("Scores")),
        rows[::-1],
        legend[::-1],
    )


def _pillars(bundle: ReportBundle, scored: pl.DataFrame, words: Translator) -> Picture:
    first = _first(bundle, scored)
    sums = (
        bundle.contributions.filter(pl.col("pillar").is_in(PILLARS))
        .filter(pl.col("supplier_id").is_in(first["supplier_id"].implode()))
        .select("supplier_id", "pillar", "points")
        .collect()
        .pivot("pillar", index="supplier_id", values="points", aggregate_function="sum")
    )
    rows = first.select("supplier_id", "name").join(
        sums, on="supplier_id", how="left", maintain_order="left"
    )
    pillars = [pillar for pillar in PILLARS if pillar in rows.columns]
    made, axes = draw.figure(WIDTH, 0.6 + ROW * rows.height, _LABELS)
    ends = {1: np.zeros(rows.height), -1: np.zeros(rows.height)}
    for pillar in pillars:
        points = rows[pillar].fill_null(0.0).to_numpy()
        shapes = []
        for sign, end in ends.items():
            part = np.where(points * sign > 0, points, 0.0)
            shapes += [
                (end[row], end[row] + part[row], row - BAR / 2, row + BAR / 2)
                for row in np.flatnonzero(part)
            ]
            end += part
        draw.bars(axes, shapes, PILLAR_COLOURS[pillar], 0.4, "x")
    axes.axvline(0, color=draw.INK, lw=0.8)
    names = _names(rows)
    draw.row_labels(axes, names)
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.set_xlabel(words.text(message("Points from the peer median")))
    none = words.text(message("none"))
    return Picture(
        "pillars",
        words.text(message("What the first scores are made of")),
        words.text(
            message(
                "Points by pillar, to the right where they raise the score above the peer median."
            )
        ),
        draw.svg_of(
            made,
            "pillars",
            words.text(
                message("Points by pillar of the first {number} suppliers."),
                number=words.number(rows.height),
            ),
        ),
        headers(words, message("Supplier"), *(PILLAR_LABELS[pillar] for pillar in pillars)),
        [
            (name, *(none if value is None else points_in_words(words, value) for value in values))
            for name, values in zip(names, rows.select(pillars).iter_rows(), strict=True)
        ],
        [(pillar.replace("_", "-"), words.text(PILLAR_LABELS[pillar])) for pillar in pillars],
    )
