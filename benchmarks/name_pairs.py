"""Hard pairs of company names, judged as a run would: precision, recall, F1 at the accept band.

Five files of labelled pairs. `name_pairs.csv` was written in one go before the matcher was changed,
`name_pairs_wide.csv` later, in one go too, before it was changed again. Both are split by a hash of
the group, so that variants of one company are never on both sides: rules are made on the tuning
half, and of the held-out half only the totals printed here are inspected (each inspection is logged
in `name_pairs_looks.md`). `name_pairs_further.csv` was written to find blind spots of the rules,
`name_pairs_scripts.csv` for scripts, translations and shortened names, and `company_pairs.csv` is
an earlier set with addresses; all of the three has been seen.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import configs
from benchmarks.shared_data import shared_data
from configs.config_errors import DataRejectedError
from suppliers.identity.match_scoring import Band, Thresholds, judge
from suppliers.identity.names import comparable, spellings
from suppliers.identity.parties import Party

ID = "name_pairs"
GOAL = (
    "held-out half of 2,513 labelled hard pairs: F1 0.90 or more and precision 0.95 or more at "
    "the accept band, F1 within 0.03 of the tuning half"
)
KIND = "validate"

Split = Literal["tuning", "held_out", "further", "scripts", "earlier"]

_BOOTSTRAP_SAMPLES = 2_000
_BOOTSTRAP_SEED = 20_261_129
_CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"
_PAIRS = _CASES / "name_pairs.csv"
_WIDE = _CASES / "name_pairs_wide.csv"
_FURTHER = _CASES / "name_pairs_further.csv"
_SCRIPTS = _CASES / "name_pairs_scripts.csv"
_EARLIER = _CASES / "company_pairs.csv"
_TITLES: Mapping[Split, str] = {
    "tuning": "tuning half",
    "held_out": "held-out half",
    "further": "further tuning pairs",
    "scripts": "pairs of many scripts",
    "earlier": "earlier pairs",
}


_FILES: Mapping[bool, str] = {False: ", first file", True: ", wide file"}


@dataclass(frozen=True)
class LabelledPair:
    """Two names and whether they are the same company.

    Attributes:
        split: which part of the pairs it belongs to.
        is_wide: it is of the second file that is split into halves.
        group: of the company; its variants are of one group.
        kind: what makes it hard.
        left: one side.
        right: the other side.
        is_same: the label.
    """

    split: Split
    is_wide: bool
    group: str
    kind: str
    left: Party
    right: Party
    is_same: bool

    @property
    def has_countries(self) -> bool:
        """Whether both sides state a country."""
        return self.left.country is not None and self.right.country is not None


@dataclass
class Tally:
    """Counts of one group of pairs at the accept band."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    reviewed: int = 0
    pairs: int = 0

    @property
    def precision(self) -> float:
        """Share of the accepted pairs that are the same company; 1 where none is accepted."""
        accepted = self.right + self.wrong
        return self.right / accepted if accepted else 1.0

    @property
    def recall(self) -> float:
        """Share of the same companies that are accepted; 1 where there are none."""
        same = self.right + self.missed
        return self.right / same if same else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def review_share(self) -> float:
        """Share of the pairs that are left to clerical review."""
        return self.reviewed / self.pairs if self.pairs else 0.0

    def add(self, is_same: bool, band: Band) -> None:
        """Count one pair."""
        self.pairs += 1
        self.right += is_same and band == "accept"
        self.wrong += not is_same and band == "accept"
        self.missed += is_same and band != "accept"
        self.reviewed += band == "review"


def run() -> str:
    """Judge every pair and print the tables.

    Returns:
        Precision, recall and F1 of both halves and of the earlier pairs.
    """
    tallies = tally_pairs()
    print(
        f"{'pairs of':<44}{'pairs':>6}{'P':>7}{'R':>7}{'F1':>7}{'wrong':>7}{'missed':>8}"
        f"{'review':>8}"
    )
    for name, tally in tallies.items():
        print(
            f"{name:<44}{tally.pairs:>6}{tally.precision:>7.3f}{tally.recall:>7.3f}"
            f"{tally.f1:>7.3f}{tally.wrong:>7}{tally.missed:>8}{tally.review_share:>8.3f}"
        )
    print(
        "P, R, F1, wrong and missed at the accept band; review: share left to clerical review; "
        "kinds without matches have no recall to lose"
    )
    intervals = bootstrap_intervals()
    for name, (low, high) in intervals.items():
        print(f"95 % interval of F1, bootstrap over groups: {name} {low:+.3f} to {high:+.3f}")
    _print_legal_forms()
    tuning, held_out, _, _, earlier = (tallies[title] for title in _TITLES.values())
    return (
        f"held out F1 {held_out.f1:.3f} (P {held_out.precision:.3f}, R {held_out.recall:.3f}) on "
        f"{held_out.pairs} pairs; tuning F1 {tuning.f1:.3f} (P {tuning.precision:.3f}, "
        f"R {tuning.recall:.3f}) on {tuning.pairs}; earlier pairs F1 {earlier.f1:.3f} on "
        f"{earlier.pairs}"
    )


def tally_pairs() -> Mapping[str, Tally]:
    """Counts by split, by parts of it, and by kind of the pairs seen.

    The parts are pairs with and without countries, and the two files of each half.

    Kinds of the held-out half are not counted apart: only its totals are inspected.
    """
    settings = configs.load().identity
    thresholds = Thresholds(settings.accept, settings.review, settings.least_distinctive)
    totals = {
        f"{title}{part}": Tally()
        for title in _TITLES.values()
        for part in ("", ", both countries stated", ", a country missing", *_FILES.values())
    }
    kinds: dict[str, Tally] = defaultdict(Tally)
    for pair in labelled_pairs():
        band = judge(pair.left, pair.right, thresholds).band
        title = _TITLES[pair.split]
        part = ", both countries stated" if pair.has_countries else ", a country missing"
        totals[title].add(pair.is_same, band)
        totals[f"{title}{part}"].add(pair.is_same, band)
        if pair.split in ("tuning", "held_out"):
            totals[f"{title}{_FILES[pair.is_wide]}"].add(pair.is_same, band)
        if pair.split != "held_out":
            kinds[f"{title}: {pair.kind}"].add(pair.is_same, band)
    counted = {name: tally for name, tally in totals.items() if tally.pairs}
    return {**counted, **dict(sorted(kinds.items()))}


def bootstrap_intervals() -> Mapping[str, tuple[float, float]]:
    """95 % intervals of F1 of both halves and of their difference, tuning less held out.

    Whole groups are drawn with replacement, as the pairs of one company are not independent.
    """
    settings = configs.load().identity
    thresholds = Thresholds(settings.accept, settings.review, settings.least_distinctive)
    groups: dict[Split, dict[str, Tally]] = {"tuning": {}, "held_out": {}}
    for pair in labelled_pairs():
        if pair.split in groups:
            tally = groups[pair.split].setdefault(pair.group, Tally())
            tally.add(pair.is_same, judge(pair.left, pair.right, thresholds).band)
    rng = np.random.default_rng(_BOOTSTRAP_SEED)
    drawn = {split: _bootstrap_f1(list(of.values()), rng) for split, of in groups.items()}
    samples = {
        "tuning half": drawn["tuning"],
        "held-out half": drawn["held_out"],
        "difference": drawn["tuning"] - drawn["held_out"],
    }
    return {
        name: (float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975)))
        for name, values in samples.items()
    }


def _bootstrap_f1(tallies: Sequence[Tally], rng: np.random.Generator) -> NDArray[np.float64]:
    """F1 of each of the resamples of groups."""
    counts = np.array([(one.right, one.wrong, one.missed) for one in tallies], dtype=np.float64)
    draws = rng.integers(0, len(tallies), (_BOOTSTRAP_SAMPLES, len(tallies)))
    right, wrong, missed = counts[draws].sum(axis=1).T
    return np.asarray(2.0 * right / (2.0 * right + wrong + missed), dtype=np.float64)


def labelled_pairs() -> Iterator[LabelledPair]:
    """All pairs of the five files."""
    files: tuple[tuple[Path, Split | None], ...] = (
        (_PAIRS, None),
        (_WIDE, None),
        (_FURTHER, "further"),
        (_SCRIPTS, "scripts"),
        (_EARLIER, "earlier"),
    )
    for path, of_file in files:
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                split = of_file or split_of(row["group"])
                left, right = (_party(row, side) for side in ("left", "right"))
                yield LabelledPair(
                    split,
                    path == _WIDE,
                    row.get("group", ""),
                    row["kind"],
                    left,
                    right,
                    row["same"] == "1",
                )


def split_of(group: str) -> Split:
    """The half to which a group of pairs belongs: the parity of a hash of its name."""
    first = hashlib.sha256(f"name_pairs/{group}".encode()).digest()[0]
    return "held_out" if first % 2 else "tuning"


def _party(row: Mapping[str, str], side: str) -> Party:
    return Party(
        side,
        spellings(row[f"{side}_name"]),
        row[f"{side}_country"] or None,
        row.get(f"{side}_address") or None,
    )


def _print_legal_forms() -> None:
    """How many jurisdictions' forms of the ISO 20275 list are taken off a name."""
    try:
        path = shared_data("finance/opensanctions_eu_entities/elf-codes-1.4.1.csv.gz")
    except DataRejectedError as error:
        print(f"legal forms: {error}")
        return
    known, total = legal_form_coverage(path)
    some = sum(1 for country in total if known.get(country))
    print(
        f"legal forms of ISO 20275: {sum(known.values())} of {sum(total.values())} known by name "
        f"or abbreviation; at least one in {some} of {len(total)} countries"
    )


def legal_form_coverage(path: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Forms that are recognised before or after a synthetic name, and all active forms, by country.

    Args:
        path: the list of entity legal forms of GLEIF, gzipped CSV.
    """
    known: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows)
        at = {name.split(" (")[0]: i for i, name in enumerate(header)}
        columns = [
            i for name, i in at.items() if name.startswith(("Entity Legal", "Abbreviations"))
        ]
        for row in rows:
            country = row[at["Country Code"]]
            if not country or row[at["ELF Status ACTV/INAC"]] != "ACTV":
                continue
            total[country] += 1
            written = [form for i in columns for form in row[i].split(";") if form.strip()]
            known[country] += any(_is_taken_off(form.strip()) for form in written)
    return dict(known), dict(total)


def _is_taken_off(form: str) -> bool:
    return any(
        comparable(name).words == ("quillmark",)
        for name in (f"Quillmark {form}", f"{form} Quillmark")
    )
