"""Pairs of companies with equal real events, one of each in a country with five times the press."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl

from signals.sentiment import labour_unrest_events
from signals.sentiment.expected_coverage import PRIOR_STORIES
from signals.sentiment.news_stories import MIN_DOMAINS, stories
from signals.sources.news.news_rows import ARTICLE_SCHEMA, ARTICLES, PRESS_DAYS, PRESS_SCHEMA

ID = "press_coverage"
GOAL = "equal events differ by noise alone after the correction, and by more without it"
KIND = "validate"

AS_OF = dt.date(2024, 1, 1)
PAIRS = 400
PRESS_FACTOR = 5.0
SEED = 20240101
FIGURE = Path(__file__).resolve().parents[1] / "docs" / "images" / "press_coverage.png"

#: Probability that the thin press reports an event of a medium-sized company.
_REPORTED = 0.6
_SIZES = {"10-49": 0.5, "250-999": 1.0, "1000+": 2.0}
_ORDINARY_EVENTS, _UNREST_SHARE = 25.0, 0.12
_COPIES = 0.4
_OUTLETS = 40
_HALF_WIDTH = 1.96


def run() -> str:
    """Simulate, measure with the signal as it is, and draw the figure.

    Returns:
        Mean difference of log values within pairs, with and without the correction, in standard
        errors, and the spread of the differences against what the signal says of itself.
    """
    truth, articles = simulate(np.random.default_rng(SEED))
    inputs = {
        ARTICLES: articles.lazy(),
        PRESS_DAYS: pl.LazyFrame(schema=PRESS_SCHEMA),
        "suppliers": truth.lazy(),
        "run": pl.LazyFrame({"as_of": [AS_OF]}),
    }
    corrected = labour_unrest_events.compute(inputs).collect()
    values = (
        truth.join(_uncorrected(inputs), on="supplier_id")
        .join(corrected.select("supplier_id", "value", "stderr"), on="supplier_id")
        .drop_nulls("value")
    )
    pairs = _pairs(values)
    print(f"{pairs.height} of {PAIRS} pairs where both have {MIN_DOMAINS} outlets or more")
    print(f"{'value':24}{'pairs':>6}{'thin':>7}{'rich':>7}{'rich - thin':>13}{'± se':>8}{'z':>8}")
    plain = _line("stories of unrest", pairs, "plain")
    adjusted = _line("against the expected", pairs, "value")
    thirds = pairs.with_columns(third=pl.col("events").rank("ordinal") * 3 // (pairs.height + 1))
    for third, name in enumerate(("fewest events", "some events", "most events")):
        _line(f"  {name}", thirds.filter(pl.col("third") == third), "value")
    apart = (pairs["value_rich"] - pairs["value"]).to_numpy()
    said = np.sqrt(pairs["stderr_rich"].to_numpy() ** 2 + pairs["stderr"].to_numpy() ** 2)
    within = float((np.abs(apart) <= _HALF_WIDTH * said).mean())
    order = values.select(pl.corr("events", "value", method="spearman")).item()
    print(f"pairs that differ by less than the signal says of its own error (95 %): {within:.1%}")
    print(f"rank correlation of the corrected value with the true number of events: {order:.2f}")
    _draw(pairs)
    is_met = abs(adjusted[1]) < _HALF_WIDTH < plain[1]
    return (
        f"rich less thin {adjusted[0]:+.2f} (z {adjusted[1]:.1f}) corrected, {plain[0]:+.2f} (z "
        f"{plain[1]:.1f}) uncorrected, in ratios to the expected number; {within:.0%} of "
        f"{pairs.height} pairs within the signal's own 95 % ({'met' if is_met else 'NOT MET'})"
    )


def _line(name: str, pairs: pl.DataFrame, column: str) -> tuple[float, float]:
    """Print the difference within pairs; give its mean and that in standard errors."""
    difference = (pairs[f"{column}_rich"] - pairs[column]).to_numpy()
    mean = float(difference.mean())
    error = float(difference.std(ddof=1) / np.sqrt(difference.size))
    print(
        f"{name:24}{pairs.height:>6}{np.mean(pairs[column].to_numpy()):>7.2f}"
        f"{np.mean(pairs[f'{column}_rich'].to_numpy()):>7.2f}{mean:>13.3f}{error:>8.3f}"
        f"{mean / error:>8.1f}"
    )
    return mean, mean / error


def simulate(random: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Companies with equal events in pairs, and the articles that their press writes of them.

    An event becomes a story of the press of its country with a probability that grows with the size
    of the company, several times where the press is rich: papers there write headlines of
    their own. Every story may be copied by other papers, which must not count.

    Returns:
        supplier_id, pair, is_rich, events (of unrest), country_iso2, sector_section,
        workforce_band; and rows of `stg_news__articles`.
    """
    firms: list[dict[str, object]] = []
    articles: list[dict[str, object]] = []
    names = list(_SIZES)
    for pair in range(PAIRS):
        size = names[int(random.integers(len(names)))]
        ordinary = int(random.poisson(_ORDINARY_EVENTS))
        unrest = int(random.poisson(_ORDINARY_EVENTS * _UNREST_SHARE * random.gamma(2.0, 0.5)))
        for is_rich in (False, True):
            firm = f"{pair:04d}-{'rich' if is_rich else 'thin'}"
            firms.append(
                {"supplier_id": firm, "pair": pair, "is_rich": is_rich, "events": unrest,
                 "country_iso2": "R" if is_rich else "T", "sector_section": "C",
                 "workforce_band": size}
            )  # fmt: skip
            mean = _REPORTED * _SIZES[size] * (PRESS_FACTOR if is_rich else 1.0)
            for count, themes in ((ordinary, []), (unrest, ["labour_unrest"])):
                for _ in range(int(random.poisson(mean, count).sum())):
                    articles += _copies(firm, is_rich, themes, len(articles), random)
    return pl.DataFrame(firms), pl.DataFrame(articles, schema=ARTICLE_SCHEMA)


def _copies(
    firm: str, is_rich: bool, themes: list[str], number: int, random: np.random.Generator
) -> list[dict[str, object]]:
    day = AS_OF - dt.timedelta(days=1 + int(random.integers(365)))
    outlets = random.permutation(_OUTLETS)[: 1 + int(random.geometric(1 - _COPIES) - 1)]
    return [
        {
            "source_id": "made", "article_id": f"{number}-{copy}", "supplier_id": firm,
            "domain": f"paper{outlet}-{'r' if is_rich else 't'}.example", "language": "english",
            "outlet_country_iso2": None, "tone": None, "themes": themes,
            "title_marks": [number * 4 + k for k in range(4)], "match_score": 1.0,
            "observed_to": day, "published_on": day, "origin": "made",
        }
        for copy, outlet in enumerate(outlets.tolist())
    ]  # fmt: skip


def _uncorrected(inputs: dict[str, pl.LazyFrame]) -> pl.DataFrame:
    """Stories of unrest against the list's mean, shrunk alike, without regard to media coverage.

    Returns:
        supplier_id, plain.
    """
    counts = (
        stories(inputs)
        .group_by("supplier_id")
        .agg(bad=pl.col("themes").list.contains("labour_unrest").sum(), reported=pl.len())
    )
    reported = counts["reported"].to_numpy()
    usual, mean = float(counts["bad"].to_numpy().sum() / reported.sum()), float(reported.mean())
    rate = (pl.col("bad") + PRIOR_STORIES * usual) / (mean + PRIOR_STORIES)
    return counts.select("supplier_id", plain=rate / usual)


def _pairs(values: pl.DataFrame) -> pl.DataFrame:
    thin, rich = (values.filter(pl.col("is_rich") == side).sort("pair") for side in (False, True))
    return thin.join(rich, on="pair", suffix="_rich")


def _draw(pairs: pl.DataFrame) -> None:
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 4.2), sharex=True, sharey=True)
    top = float(np.max(pairs.select("plain_rich", "value_rich").to_numpy()))
    for axis, column, title in (
        (axes[0], "plain", "stories of unrest, as they are"),
        (axes[1], "value", "against the coverage expected"),
    ):
        axis.scatter(pairs[column], pairs[f"{column}_rich"], s=9, alpha=0.45, color="#1b6e5a",
                     edgecolors="none")  # fmt: skip
        axis.plot([0.2, top], [0.2, top], color="#555555", linewidth=1)
        axis.set(title=title, xscale="log", yscale="log")
        axis.set_xlabel("company in the thin press (ratio to expected)")
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("company with equal events, five times the press")
    figure.tight_layout()
    figure.savefig(FIGURE, dpi=90, metadata={"Software": None})
    pyplot.close(figure)
