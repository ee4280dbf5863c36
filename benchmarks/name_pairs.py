"""Hard pairs of company names, judged as a run would: precision, recall, F1 at the accept band."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import configs
from benchmarks.shared_data import shared_data
from configs.config_errors import DataRejectedError
from suppliers.identity.match_scoring import Thresholds, judge
from suppliers.identity.names import comparable, spellings
from suppliers.identity.parties import Party

ID = "name_pairs"
GOAL = "F1 of 0.88 or more on 272 labelled hard pairs at the accept band"
KIND = "validate"

_PAIRS = Path(__file__).resolve().parents[1] / "tests" / "cases" / "company_pairs.csv"


@dataclass
class Tally:
    """Counts of one group of pairs at the accept band."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    asked: int = 0
    pairs: int = 0

    @property
    def precision(self) -> float:
        """Share of the accepted pairs that are the same firm; 1 where none is accepted."""
        accepted = self.right + self.wrong
        return self.right / accepted if accepted else 1.0

    @property
    def recall(self) -> float:
        """Share of the same firms that are accepted; 1 where there are none."""
        same = self.right + self.missed
        return self.right / same if same else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def run() -> str:
    """Judge every pair and print the table.

    Returns:
        Precision, recall and F1 of all pairs and of those that no rule was made on.
    """
    tallies = tally_pairs()
    print(f"{'kind':<18}{'pairs':>6}{'P':>7}{'R':>7}{'F1':>7}{'wrong':>7}{'missed':>8}{'asked':>7}")
    for name, tally in tallies.items():
        print(
            f"{name:<18}{tally.pairs:>6}{tally.precision:>7.3f}{tally.recall:>7.3f}"
            f"{tally.f1:>7.3f}{tally.wrong:>7}{tally.missed:>8}{tally.asked:>7}"
        )
    print("asked: pairs in the review band; kinds without equal firms have no recall to lose")
    _print_legal_forms()
    every, held_out = tallies["all"], tallies["held_out"]
    return (
        f"F1 {every.f1:.3f} (P {every.precision:.3f}, R {every.recall:.3f}) on {every.pairs} "
        f"pairs; held out F1 {held_out.f1:.3f} on {held_out.pairs}"
    )


def tally_pairs() -> Mapping[str, Tally]:
    """Counts by kind, by split (`tune`, `held_out`) and of all pairs."""
    settings = configs.load().identity
    thresholds = Thresholds(settings.accept, settings.review, settings.least_distinctive)
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in _rows():
        left, right = (_party(row, side) for side in ("left", "right"))
        band = judge(left, right, thresholds).band
        is_same, is_accepted = row["same"] == "1", band == "accept"
        for group in (row["kind"], row["split"], "all"):
            tally = tallies[group]
            tally.pairs += 1
            tally.right += is_same and is_accepted
            tally.wrong += is_accepted and not is_same
            tally.missed += is_same and not is_accepted
            tally.asked += band == "review"
    last = ("tune", "held_out", "all")
    return {
        **{name: tallies[name] for name in tallies if name not in last},
        **{name: tallies[name] for name in last},
    }


def _rows() -> Iterator[dict[str, str]]:
    with _PAIRS.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def _party(row: Mapping[str, str], side: str) -> Party:
    return Party(
        side,
        spellings(row[f"{side}_name"]),
        row[f"{side}_country"] or None,
        row[f"{side}_address"] or None,
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
    """Forms that are recognised behind or before a made name, and all active forms, by country.

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
