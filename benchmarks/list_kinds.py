"""Lists of 7 purchasing systems and 13 languages, each read after one answered question file.

Every list is checked once, all its questions are answered at once with what is true, and the list
is read. Besides, all wordings of headers, sectors and goods are read one by one; of the held-out
half only totals are printed, and each run that prints them is listed in `list_wordings_looks.md`.
"""

from __future__ import annotations

import csv
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from benchmarks.list_exports import (
    EXPORTS,
    ROWS,
    WORDINGS,
    Export,
    Supplier,
    is_held_out,
    wordings,
    write_export,
)
from suppliers.intake.answers import Answers, town_key
from suppliers.intake.fields import match_header
from suppliers.intake.goods_words import chapters_of_words
from suppliers.intake.list_check import check_lists
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import SupplierIntake, read_suppliers
from suppliers.intake.sector_words import sector_of_words
from suppliers.places.countries import great_circle_km
from suppliers.places.town_matches import choice_name, find_town

ID = "list_kinds"
GOAL = (
    "20 lists read after one answered question file: rows kept or reported 100 %, countries "
    ">= 95 %, towns >= 90 % (wrong without asking <= 0.5 %), sectors in words >= 90 %"
)
KIND = "validate"

#: Goods with their HS chapter in 23 languages beside the main ones.
GOODS_WORDINGS = WORDINGS.with_name("goods_wordings.csv")
_NEAR_KM = 25.0


@dataclass(frozen=True)
class Outcome:
    """Figures of one list; shares are of its suppliers.

    Attributes:
        accounted: rows kept or reported.
        countries: right.
        towns: right after the answers.
        towns_wrong: wrong without asking.
        sectors: right without an answer.
        sectors_answered: right after the answers.
        sectors_wrong: wrong without asking.
        questions: open questions of the one question file.
    """

    accounted: int
    countries: int
    towns: int
    towns_wrong: int
    sectors: int
    sectors_answered: int
    sectors_wrong: int
    questions: int


def run() -> str:
    """Read every list and every wording.

    Returns:
        Shares over all lists, and the sectors in words of the held-out half.
    """
    print(
        f"{'list':<12}{'rows':>6}{'country':>9}{'town':>6}{'wrong':>7}{'sector':>8}{'answered':>10}"
        f"{'wrong':>7}{'questions':>11}{'s':>6}"
    )
    totals: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        for export in EXPORTS:
            started = time.perf_counter()
            outcome = _read(export, Path(folder))
            print(
                f"{export.id:<12}{outcome.accounted:>6}{outcome.countries:>9}{outcome.towns:>6}"
                f"{outcome.towns_wrong:>7}{outcome.sectors:>8}{outcome.sectors_answered:>10}"
                f"{outcome.sectors_wrong:>7}{outcome.questions:>11}"
                f"{time.perf_counter() - started:>6.1f}"
            )
            totals.update(vars(outcome))
            if export.codes is None:
                totals["in_words"] += ROWS - 2
                totals["words_right"] += outcome.sectors
    suppliers = len(EXPORTS) * (ROWS - 2)
    held_out = _wordings()
    return (
        f"rows {totals['accounted'] / (len(EXPORTS) * ROWS):.1%}, countries "
        f"{totals['countries'] / suppliers:.1%}, towns {totals['towns'] / suppliers:.1%} "
        f"({totals['towns_wrong'] / suppliers:.2%} wrong without asking), sectors in words "
        f"{totals['words_right'] / totals['in_words']:.1%}, of held-out wordings {held_out:.1%}"
    )


def _read(export: Export, folder: Path) -> Outcome:
    path, truth = write_export(export, folder)
    options = IntakeOptions(derive_supplier_id=True, max_rejected_share=1.0)
    check = check_lists([path], options, {})
    checked = check.files[0].options
    plain = read_suppliers(path, checked)
    questions = [finding for finding in check.findings if finding.is_open]
    sectors = {one.sector: one.division for one in truth if one.division}
    asked = {finding.key for finding in questions if finding.block == "sectors"}
    towns = {
        key: choice_name(one.town)
        for one in truth
        for key in (
            town_key(one.town.name, one.town.state, one.iso2),
            town_key(one.town.name, None, one.iso2),
        )
    }
    of_towns = {finding.key for finding in questions if finding.block == "towns"}
    countries = {one.country: one.iso2 for one in truth}
    unknown = {finding.key for finding in questions if finding.block == "countries"}
    answers = Answers(
        countries={key: countries[key] for key in unknown},
        sectors={key: sectors[key] for key in asked if key in sectors},
        # Two towns of one name and state cannot be named in an answer.
        towns={
            key: towns[key]
            for key in of_towns
            if key in towns and find_town(towns[key], key[-2:]).outcome == "town"
        },
    )
    answered = read_suppliers(path, replace(checked, answers=answers))
    before, after = _by_number(plain), _by_number(answered)
    return Outcome(
        accounted=len(after) + len(answered.rejected),
        countries=sum(after[one.number]["country_iso2"] == one.iso2 for one in truth),
        towns=sum(_near(after[one.number], one) for one in truth),
        towns_wrong=sum(
            before[one.number]["location_precision"] == "city"
            and not _near(before[one.number], one)
            for one in truth
        ),
        sectors=sum((before[one.number]["sector"] or "") == one.division for one in truth),
        sectors_answered=sum((after[one.number]["sector"] or "") == one.division for one in truth),
        sectors_wrong=sum(
            before[one.number]["sector"] not in (None, one.division) for one in truth
        ),
        questions=len(questions),
    )


def _by_number(intake: SupplierIntake) -> dict[str, dict[str, object]]:
    """Supplier with its one site, by the number of the list."""
    joined = intake.suppliers.join(
        intake.sites.select("supplier_id", "latitude", "longitude", "location_precision"),
        on="supplier_id",
        how="left",
    )
    numbers = joined.with_columns(pl.col("supplier_id").str.split(":").list.last())
    return {str(row["supplier_id"]): row for row in numbers.iter_rows(named=True)}


def _near(row: dict[str, object], truth: Supplier) -> bool:
    latitude, longitude = row["latitude"], row["longitude"]
    if not isinstance(latitude, float) or not isinstance(longitude, float):
        return False
    distance = great_circle_km(
        np.array([latitude]), np.array([longitude]), truth.town.latitude, truth.town.longitude
    )
    return bool(distance[0] <= _NEAR_KM)


def _wordings() -> float:
    """Print the totals of both halves; the share of held-out sectors that are right."""
    counts: Counter[tuple[str, bool, str]] = Counter()
    for one in wordings():
        kind, meaning = one["kind"], one["meaning"]
        held_out = is_held_out(kind, one["language"], one["text"])
        counts[kind, held_out, outcome_of(kind, one["text"], meaning)] += 1
    print(f"\n{'wordings':<10}{'half':<10}{'right':>7}{'asked':>7}{'wrong':>7}")
    for kind in ("header", "sector", "goods"):
        for held_out in (False, True):
            figures = [counts[kind, held_out, name] for name in ("right", "asked", "wrong")]
            half = "held out" if held_out else "tuning"
            print(f"{kind:<10}{half:<10}" + "".join(f"{count:>7}" for count in figures))
    _further_goods()
    right = counts["sector", True, "right"]
    return right / sum(counts["sector", True, name] for name in ("right", "asked", "wrong"))


def _further_goods() -> None:
    """Print the totals of both halves of the goods in further languages, by who wrote the words."""
    counts: Counter[tuple[str, bool, str]] = Counter()
    for one in csv.DictReader(GOODS_WORDINGS.read_text(encoding="utf-8").splitlines()):
        held_out = is_held_out("goods", one["language"], one["text"])
        outcome = outcome_of("goods", one["text"], one["chapter"])
        counts[one["source"], held_out, outcome] += 1
    print(f"\n{'further goods':<14}{'half':<10}{'right':>7}{'asked':>7}{'wrong':>7}")
    for source in ("cldr", "own"):
        for held_out in (False, True):
            figures = [counts[source, held_out, name] for name in ("right", "asked", "wrong")]
            half = "held out" if held_out else "tuning"
            print(f"{source:<14}{half:<10}" + "".join(f"{count:>7}" for count in figures))


def outcome_of(kind: str, text: str, meaning: str) -> str:
    """Whether one wording is read right, asked about or read wrong."""
    if kind == "header":
        found = match_header(text, {})
    elif kind == "sector":
        found = sector_of_words(text).division
    else:
        chapters = chapters_of_words(text)
        found = chapters[0] if len(chapters) == 1 else None
    if found is None:
        return "asked"
    return "right" if found == meaning else "wrong"
