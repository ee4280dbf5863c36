"""Headlines and organisations linked to suppliers as in a run: precision and recall."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

import configs
from benchmarks.name_pairs import Tally
from suppliers.identity.match_scoring import Thresholds
from suppliers.identity.mentions import FirmFinder

ID = "article_firms"
GOAL = "precision of 0.95 or more on labelled pairs of article and supplier, with traps"
KIND = "validate"

MIN_PRECISION = 0.95
_PAIRS = Path(__file__).resolve().parents[1] / "tests" / "cases" / "article_firms.csv"


def run() -> str:
    """Lay every text to its supplier and print the table.

    Returns:
        Precision and recall of all pairs, and of headlines and organisations apart.
    """
    tallies = tally_articles()
    print(f"{'kind':<18}{'pairs':>6}{'P':>7}{'R':>7}{'wrong':>7}{'missed':>8}{'asked':>7}")
    for name, tally in tallies.items():
        print(
            f"{name:<18}{tally.pairs:>6}{tally.precision:>7.3f}{tally.recall:>7.3f}"
            f"{tally.wrong:>7}{tally.missed:>8}{tally.reviewed:>7}"
        )
    print("asked: texts in the review band, which do not count; kinds of traps have no recall")
    every = tallies["all"]
    reported = "met" if every.precision >= MIN_PRECISION else "NOT MET"
    return (
        f"precision {every.precision:.3f} ({reported}), recall {every.recall:.3f} on {every.pairs} "
        f"pairs; headlines {tallies['title'].precision:.3f} / {tallies['title'].recall:.3f}, "
        f"organisations {tallies['organisation'].precision:.3f} / "
        f"{tallies['organisation'].recall:.3f}"
    )


def tally_articles() -> Mapping[str, Tally]:
    """Counts by kind of pair, by what the company was found in, and of all."""
    settings = configs.load().identity
    thresholds = Thresholds(settings.accept, settings.review, settings.least_distinctive)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in _rows():
        supplier = pl.DataFrame(
            {
                "supplier_id": ["s"],
                "name": [row["supplier_name"]],
                "country_iso2": [row["supplier_country"]],
            }
        )
        finder, outlet = FirmFinder(supplier, thresholds), row["outlet"] or None
        if row["via"] == "title":
            found = finder.in_title(row["text"], outlet)
        else:
            located = {code for code in row["located"].split(";") if code}
            found = finder.in_organisations([row["text"]], located, outlet)
        is_same, is_accepted = row["same"] == "1", any(one.is_accepted for one in found)
        for group in (row["kind"], row["via"], "all"):
            tally = tallies[group]
            tally.pairs += 1
            tally.right += is_same and is_accepted
            tally.wrong += is_accepted and not is_same
            tally.missed += is_same and not is_accepted
            tally.reviewed += bool(found) and not is_accepted
    last = ("title", "organisation", "all")
    return {
        **{name: tallies[name] for name in tallies if name not in last},
        **{name: tallies[name] for name in last},
    }


def _rows() -> Iterator[dict[str, str]]:
    with _PAIRS.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
