"""Pictures of groups: evidence by country, spend by band, changes by signal."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.ticker import MaxNLocator

from reports.bundle import ReportBundle
from reports.languages.catalogue import Translator, message
from reports.page import picture_svg as draw
from reports.page.picture_changes import changes_by_signal
from reports.page.picture_svg import BAND_COLOURS
from reports.page.picture_words import BAR, PILLARS, ROW, WIDTH, Picture, headers, percent_in_words
from reports.wording import BAND_LABELS, PILLAR_LABELS
from scoring.explanation.sentences import figure as money
from signals.card import Pillar, Status

COUNTRIES, SIGNALS = 12, 12
#: More suppliers are shown as cells.
MOST_POINTS = 400

SHORT = {
    Pillar.FINANCIAL.value: message("Financial"),
    Pillar.LAND_USE.value: message("Land use"),
    Pillar.ENVIRONMENT.value: message("Environment"),
    Pillar.SENTIMENT.value: message("Sentiment"),
    Pillar.PURCHASING.value: message("Purchasing"),
}
HAS_VALUE = (Status.OBSERVED.value, Status.CONTESTED.value)


def evidence(bundle: ReportBundle, ranked: pl.DataFrame, words: Translator) -> Picture:
    """Who is known by what: share of the suppliers of a country with a value in each pillar."""
    known = (
        bundle.contributions.filter(
            pl.col("pillar").is_in(PILLARS)
            & pl.col("status").is_in(HAS_VALUE)
            & (pl.col("weight") > 0)
        )
        .select("supplier_id", "pillar")
        .unique()
        .collect(engine="streaming")
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
    called = {country: bundle.sentences.text(country or "") for country in countries}
    cells = np.array([[share.get((c, p), 0.0) for p in PILLARS] for c in countries])
    made, axes = draw.figure(WIDTH, 0.75 + 0.26 * len(countries), 0.28)
    places = [(x, y) for y, x in np.ndindex(cells.shape)]
    shapes = [(x - 0.48, x + 0.48, y - 0.46, y + 0.46) for x, y in places]
    draw.cells(axes, shapes, 0.08 + 0.42 * cells.ravel())
    for (x, y), value in zip(places, cells.ravel(), strict=True):
        axes.text(x, y, f"{100 * value:.0f}", ha="center", va="center")
    axes.set_xticks(range(len(PILLARS)), [words.text(SHORT[p]) for p in PILLARS])
    draw.row_labels(axes, [called[c] for c in countries])
    axes.set_xlim(-0.5, len(PILLARS) - 0.5)
    axes.set_ylim(len(countries) - 0.5, -0.5)
    axes.spines["bottom"].set_visible(False)
    return Picture(
        "evidence",
        words.text(message("Who is known by what")),
        words.text(
            message(
                "Share of the suppliers of a country, in percent, with a weighted value in each "
                "pillar. The {number} countries with most suppliers."
            ),
            number=words.number(len(countries)),
        ),
        draw.svg_of(
            made,
            "evidence",
            words.text(message("Share of suppliers with evidence by country and pillar.")),
        ),
        headers(
            words,
            message("Country"),
            message("Suppliers"),
            *(PILLAR_LABELS[pillar] for pillar in PILLARS),
        ),
        [
            (
                called[country],
                words.number(total),
                *(percent_in_words(words, value) for value in row),
            )
            for (country, total), row in zip(largest.iter_rows(), cells, strict=True)
        ],
    )


def spend(bundle: ReportBundle, scored: pl.DataFrame, words: Translator) -> Picture | None:
    """Annual spend against score, in the currency that most of the list has."""
    spent = bundle.suppliers.select(
        "supplier_id", "currency", spend=pl.col("annual_spend").cast(pl.Float64)
    ).filter(pl.col("spend") > 0)
    rows = scored.select("supplier_id", "score", "priority_band").join(spent, on="supplier_id")
    if rows.is_empty():
        return None
    common = rows["currency"].mode().sort().first()
    rows = rows.filter(pl.col("currency").eq_missing(pl.lit(common)))
    currency = "" if common is None else str(common)
    made, axes = draw.figure(WIDTH, 2.9, 0.16)
    if rows.height <= MOST_POINTS:
        for band, colour in BAND_COLOURS.items():
            part = rows.filter(pl.col("priority_band") == band)
            axes.scatter(part["spend"], part["score"], s=22, color=colour, alpha=0.75, lw=0)
    else:
        shade = np.log10(rows["spend"].to_numpy())
        counts, x, y = np.histogram2d(shade, rows["score"].to_numpy(), (24, 20))
        edges, full = 10**x, np.argwhere(counts)
        shapes = [(edges[i], edges[i + 1], y[j], y[j + 1]) for i, j in full]
        shades = np.log1p(counts[counts > 0]) / np.log1p(counts.max())
        draw.cells(axes, shapes, 0.15 + 0.85 * shades)
    axes.set_xscale("log")
    axes.minorticks_off()
    powers = np.log10(rows["spend"].to_numpy())
    ticks = 10.0 ** np.arange(np.ceil(powers.min()), np.floor(powers.max()) + 1)
    axes.set_xticks(ticks, [_money(bundle, float(tick)) for tick in ticks])
    axes.grid()
    axes.set_xlabel(f"{words.text(message('Your spend a year'))}, {currency}".strip(", "))
    axes.set_ylabel(words.text(message("Score")))
    by_band = rows.group_by("priority_band").agg(pl.len(), pl.col("spend").sum())
    total = float(rows["spend"].sum())
    found = {band: (n, amount) for band, n, amount in by_band.iter_rows()}
    return Picture(
        "spend",
        words.text(message("Spend against priority")),
        words.text(
            message(
                "Suppliers at the top right take much of your spend and have a high priority. "
                "Spend says how much influence you have, not how high the risk is."
            )
        ),
        draw.svg_of(
            made,
            "spend",
            words.text(
                message("Spend and score of {number} suppliers."), number=words.number(rows.height)
            ),
        ),
        headers(
            words,
            message("Priority band"),
            message("Suppliers"),
            message("Spend a year"),
            message("Share of spend"),
        ),
        [
            (
                words.text(BAND_LABELS[band]),
                words.number(found[band][0]),
                f"{_money(bundle, float(found[band][1]))} {currency}".strip(),
                percent_in_words(words, found[band][1] / total),
            )
            for band in BAND_COLOURS
            if band in found
        ],
        [
            (band.replace("_", "-"), words.text(BAND_LABELS[band]))
            for band in BAND_COLOURS
            if band in found
        ]
        if rows.height <= MOST_POINTS
        else (),
    )


def _money(bundle: ReportBundle, amount: float) -> str:
    return bundle.sentences.text(str(pl.select(money(pl.lit(amount))).item()))


def changes(bundle: ReportBundle, words: Translator) -> Picture | None:
    """Suppliers that improved and worsened, by signal."""
    rows = changes_by_signal(bundle).head(SIGNALS)
    if rows.is_empty():
        return None
    made, axes = draw.figure(WIDTH, 0.6 + ROW * rows.height, 0.44)
    for name, sign, colour in (("worse", 1, draw.WORSE), ("better", -1, draw.BETTER)):
        ends = enumerate(sign * rows[name].cast(pl.Int64))
        shapes = [(0.0, float(end), row - BAR / 2, row + BAR / 2) for row, end in ends]
        draw.bars(axes, shapes, colour, 0, "x")
    axes.axvline(0, color=draw.INK, lw=0.8)
    titles = [bundle.sentences.text(title) for title in rows["title"]]
    draw.row_labels(axes, titles)
    axes.invert_yaxis()
    axes.grid(axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(lambda value, _: words.number(abs(value)))
    axes.set_xlabel(words.text(message("Suppliers: improved to the left, worsened to the right")))
    return Picture(
        "changes",
        words.text(message("What changed, and by which signal")),
        words.text(
            message(
                "Suppliers whose value differs from the first run of the last year by more than "
                "the measurement errors."
            )
        ),
        draw.svg_of(
            made,
            "changes",
            words.text(message("Changes of {number} signals."), number=words.number(rows.height)),
        ),
        headers(words, message("Signal"), message("Improved"), message("Worsened")),
        [
            (title, words.number(a), words.number(b))
            for title, a, b in zip(titles, rows["better"], rows["worse"], strict=True)
        ],
        [
            ("down", words.text(message("improved"))),
            ("up", words.text(message("worsened"))),
        ],
    )
