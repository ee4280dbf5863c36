"""Fairness on the page: whether some supplier groups are observed or prioritised more than others.

The section is in every report, whatever the result. Differences are given with both rates, the
interval of their ratio and the size of the group; small groups are named without figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import polars as pl
from babel import Locale

from reports.bundle import ReportBundle
from reports.languages.catalogue import Translator, message
from reports.languages.sentences import Sentences
from reports.page.html_overview import record
from scoring.tune.country_effects import MIN_COUNTRIES, CountryPermutation, IncomeSlope
from scoring.tune.fairness_groups import DIMENSIONS, group_name
from scoring.tune.parity_ratio import HIGHEST_RATIO, LOWEST_RATIO, MIN_GROUP

#: Measures in the order of the columns; `k` stands for the audit budget.
COLUMNS: Mapping[str, str] = {
    "has_score": message("With a score"),
    "coverage": message("Mean coverage of evidence"),
    "flag_rate_top_tenth": message("In the top tenth"),
    "flag_rate_top_k": "In the top {count}",
}

HEADINGS: Mapping[str, str] = {
    "income_group": message("Income of the country"),
    "firm_size": message("Size of the company"),
    "language": message("Language of the country"),
    "region": message("Region"),
}
#: Regions whose name of the United Nations is another one than that of CLDR.
_NAMED_OTHERWISE = {
    "South-eastern Asia": "035", "Australia and New Zealand": "053", "Micronesia": "057",
}  # fmt: skip
_SMALLEST_SHARE = 0.0005
_LARGEST_RATIO = 100.0
_WHOLE_FROM = 9.95


def fairness_section(bundle: ReportBundle) -> dict[str, Any] | None:
    """What the template shows; None where the run did not measure it.

    Returns:
        verdict (a sentence), is_uneven (some difference is statistically significant), columns
        (headings), dimensions (heading, rows, and the names of groups too small to compare),
        effects (sentences on income and on the country-label permutation), least (smallest group
        that is reported).
    """
    table = bundle.table("fairness")
    if table is None or table.is_empty():
        return None
    reported = record(bundle.manifest, "fairness")
    words = bundle.sentences
    return {
        "verdict": _verdict(table),
        "is_uneven": bool(reported.get("failing_significant_fdr5")),
        "columns": [text.format(count=f"{bundle.top_k:,}") for text in COLUMNS.values()],
        "dimensions": [
            {
                "heading": HEADINGS[dimension],
                "rows": _rows(table, dimension, words),
                "too_small": _too_small(table, dimension, words),
            }
            for dimension in DIMENSIONS
        ],
        "effects": _effects(reported),
        "least": MIN_GROUP,
    }


def _verdict(table: pl.DataFrame) -> str:
    reported = table.filter(pl.col("within_0_80_1_25").is_in(["yes", "no", "none_elsewhere"]))
    outside = reported.filter(pl.col("within_0_80_1_25") != "yes")
    beyond = outside.filter("significant_fdr5").height
    even = f"{LOWEST_RATIO} to {HIGHEST_RATIO} times the others"
    if reported.is_empty():
        return message(
            "No two groups are large enough to be compared, so no comparison is possible."
        )
    if outside.is_empty():
        return f"All {reported.height} comparisons lie within {even}."
    if not beyond:
        return (
            f"{outside.height} of {reported.height} comparisons lie outside {even}; none of "
            "these differences is statistically significant, which in small groups does not show "
            "parity."
        )
    return (
        f"Uneven: {outside.height} of {reported.height} comparisons lie outside {even}, {beyond} "
        "of them statistically significant. Compare suppliers within a group, not across the "
        "groups that are marked."
    )


def _rows(table: pl.DataFrame, dimension: str, words: Sentences) -> list[dict[str, Any]]:
    """One row per group that is large enough, the largest first."""
    reported = table.filter(pl.col("dimension") == dimension, pl.col("suppliers").is_not_null())
    cells: dict[str, dict[str, Any]] = {}
    sizes: dict[str, int] = {}
    for row in reported.drop_nulls("group").to_dicts():
        cells.setdefault(row["group"], {})[row["measure"]] = _cell(row)
        sizes[row["group"]] = row["suppliers"]
    return [
        {
            "group": group_in_words(dimension, group, words),
            "suppliers": sizes[group],
            "cells": [by_measure[measure] for measure in COLUMNS],
        }
        for group, by_measure in sorted(cells.items(), key=lambda item: (-sizes[item[0]], item[0]))
    ]


def _too_small(table: pl.DataFrame, dimension: str, words: Sentences) -> list[str]:
    small = table.filter(pl.col("dimension") == dimension, pl.col("within_0_80_1_25") == "too_few")
    return sorted({group_in_words(dimension, group, words) for group in small["group"]})


def group_in_words(dimension: str, group: str, words: Sentences | Translator) -> str:
    """A group in a language; languages and regions as CLDR names them.

    Args:
        dimension: a key of `HEADINGS`.
        group: as in the table `fairness`.
        words: of the language.
    """
    english = group_name(dimension, group)
    if words.language == "en":
        return english
    locale = Locale.parse(words.language)
    if dimension == "language":
        return str(locale.languages.get(group, english))
    if dimension == "region":
        return str(locale.territories.get(_region_codes().get(group, ""), english))
    return words.text(english)


@cache
def _region_codes() -> Mapping[str, str]:
    """Codes of the regions of the United Nations by the names that lists have."""
    named = {name: code for code, name in Locale("en").territories.items() if code.isdigit()}
    return MappingProxyType(named | _NAMED_OTHERWISE)


def _cell(row: Mapping[str, Any]) -> dict[str, str]:
    """Both rates, their ratio in words, and whether it is marked."""
    mark = ""
    if row["within_0_80_1_25"] != "yes":
        mark = (
            message("statistically significant")
            if row["significant_fdr5"]
            else message("not significant")
        )
    return {
        "rates": f"{_share(row['rate_group'])} versus {_share(row['rate_rest'])}",
        "ratio": _ratio(row),
        "mark": mark,
    }


def _ratio(row: Mapping[str, Any]) -> str:
    if row["rate_ratio"] is None:
        return message("none among the others")
    if row["rate_ratio"] == 0:
        return (
            "none"
            if row["rate_ratio_high"] is None
            else f"0 times (to {_times(row['rate_ratio_high'])})"
        )
    if row["rate_ratio_low"] is None:
        return f"{_times(row['rate_ratio'])} times"
    interval = f"{_times(row['rate_ratio_low'])} to {_times(row['rate_ratio_high'])}"
    return f"{_times(row['rate_ratio'])} times ({interval})"


def _times(ratio: float) -> str:
    if ratio > _LARGEST_RATIO:
        return f"over {_LARGEST_RATIO:.0f}"
    return f"{ratio:.1f}" if ratio >= _WHOLE_FROM else f"{ratio:.2f}"


def _share(rate: float) -> str:
    if 0 < rate < _SMALLEST_SHARE:
        return "under 0.1 %"
    return f"{100 * rate:.{1 if 0 < 100 * rate < _WHOLE_FROM else 0}f} %"


def _effects(reported: Mapping[str, object]) -> list[str]:
    slope: Any = reported.get("income_slope")
    swap: Any = reported.get("country_permutation")
    return [
        IncomeSlope(**slope).sentence
        if slope
        else "The relation of scores to national income is not reported: GDP per head is known for "
        f"fewer than {MIN_COUNTRIES} countries (tune.countries names a table with it).",
        CountryPermutation(**swap).sentence
        if swap
        else message(
            "The effect of another country label on scores is not reported: the list has only one "
            "region."
        ),
    ]
