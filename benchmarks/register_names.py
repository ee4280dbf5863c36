"""Suppliers as vendor lists write them, and the entries of registers that they are: by hand.

184 entries and 277 suppliers of 80 groups of companies in 67 countries and 40 languages, each group
with sister companies, a holding or a near namesake: 650 labelled pairs. They were written in one go
before the rules of the matcher were read. Half of the groups (by a hash) are for choosing; of the
other half only totals are printed, and each look at them is in `register_judge_looks.md`. The
entries stand in a synthetic register, so that other companies of like names are met too.
"""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import configs
from benchmarks.choosing_part import is_for_choosing
from benchmarks.synthetic_companies import rules_of
from benchmarks.synthetic_register import made_register
from benchmarks.synthetic_relations import AS_OF
from benchmarks.validity_looks import append, named_change
from suppliers.identity.linking import Link, Memory, Rules, link
from suppliers.identity.names import spellings
from suppliers.identity.parties import Party

ID = "register_names"
GOAL = "suppliers of 80 groups, labelled by hand: precision of 0.97 or more at the accept band"
KIND = "validate"

MIN_PRECISION = 0.97
BACKGROUND, SEED = 20_000, 20_261_129
#: Values of `identity.review_registers` that are compared on the choosing part.
THRESHOLDS = (0.70, 0.72, 0.74, 0.76, 0.78, 0.80, 0.82)
_CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"
LOG = _CASES / "register_judge_looks.md"


@dataclass(frozen=True)
class Case:
    """A supplier and the id of the entry that it is; None if the register does not have it."""

    party: Party
    truth: str | None
    group: str
    kind: str


@dataclass
class Outcome:
    """Counts of suppliers, and of questions."""

    suppliers: int = 0
    present: int = 0
    right: int = 0
    wrong: int = 0
    asked: int = 0
    questions: int = 0
    right_questions: int = 0

    @property
    def precision(self) -> float:
        """Share of the accepted links that are right; 1 where none is accepted."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the suppliers in the register that are linked without a question."""
        return self.right / self.present if self.present else 1.0

    def add(self, case: Case, links: Sequence[Link]) -> None:
        """Count one supplier."""
        self.suppliers += 1
        self.present += case.truth is not None
        for one in links:
            is_right = one.entry.id == case.truth
            self.right += is_right and one.is_accepted
            self.wrong += not is_right and one.is_accepted
            self.questions += not one.is_accepted
            self.right_questions += is_right and not one.is_accepted
        self.asked += any(not one.is_accepted for one in links)


def run() -> str:
    """Link the suppliers and print what is right, by kind of supplier.

    The judging part is read only if the caller names a change (`CHANGE`), and the look is logged.

    Returns:
        Precision, recall and questions of the choosing part, and of the judging part if read.
    """
    cases, entries = judge_cases()
    settings = rules_of(configs.load().identity)
    rng = random.Random(SEED)
    register = [*entries, *(replace(one, identifiers={}) for one in made_register(rng, BACKGROUND))]
    choosing = is_for_choosing([case.group for case in cases])
    chosen = [case for case, is_own in zip(cases, choosing, strict=True) if is_own]
    judged = [case for case, is_own in zip(cases, choosing, strict=True) if not is_own]
    print(f"{'kind':<16}{'suppliers':>10}{'P':>7}{'R':>7}{'wrong':>7}{'asked':>7}")
    links = links_of(chosen, register, settings)
    kinds = sorted({case.kind for case in chosen})
    for kind in (*kinds, "all"):
        one = outcome_of([case for case in chosen if kind in ("all", case.kind)], links)
        print(
            f"{kind:<16}{one.suppliers:>10}{one.precision:>7.3f}{one.recall:>7.3f}{one.wrong:>7}"
            f"{one.asked:>7}"
        )
    print("questions by `identity.review_registers`, choosing part:")
    for least in THRESHOLDS:
        at = outcome_of(
            chosen, links_of(chosen, register, replace(settings, review_registers=least))
        )
        print(
            f"  {least:.2f}: {at.asked} of {at.suppliers} suppliers asked about, "
            f"{at.right_questions} of {at.questions} questions right"
        )
    text = f"choosing part: {_figures(outcome_of(chosen, links))}"
    change = named_change()
    if change is None:
        return f"{text}; judging part not read"
    judging = outcome_of(judged, links_of(judged, register, settings))
    append([change, _figures(judging), _figures(outcome_of(chosen, links))], LOG)
    reported = "met" if judging.precision >= MIN_PRECISION else "NOT MET"
    return f"judging part: {_figures(judging)} ({reported}); {text}"


def outcome_of(cases: Sequence[Case], links: Mapping[str, Sequence[Link]]) -> Outcome:
    """Counts of the cases."""
    outcome = Outcome()
    for case in cases:
        outcome.add(case, links.get(case.party.id, ()))
    return outcome


def links_of(
    cases: Sequence[Case], register: Sequence[Party], rules: Rules
) -> Mapping[str, Sequence[Link]]:
    """Links and questions by supplier."""
    found: dict[str, list[Link]] = defaultdict(list)
    suppliers = [case.party for case in cases]
    for one in link(suppliers, "a_register", register, rules, Memory({}, frozenset(), AS_OF)):
        found[one.supplier_id].append(one)
    return found


def judge_cases() -> tuple[list[Case], list[Party]]:
    """The suppliers and the entries."""
    cases = [
        Case(_party(row, "supplier"), row["entry"] or None, row["group"], row["kind"])
        for row in _rows("register_judge_suppliers.csv")
    ]
    return cases, [_party(row, "entry") for row in _rows("register_judge_entries.csv")]


def _party(row: Mapping[str, str], key: str) -> Party:
    number = {"company_number": row["number"]} if row["number"] else {}
    return Party(row[key], spellings(row["name"]), row["country"], row["address"] or None, number)


def _rows(name: str) -> list[dict[str, str]]:
    with (_CASES / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _figures(outcome: Outcome) -> str:
    return (
        f"precision {outcome.precision:.3f}, recall {outcome.recall:.3f}, {outcome.wrong} wrong of "
        f"{outcome.right + outcome.wrong} links, {outcome.asked} of {outcome.suppliers} suppliers "
        f"asked about ({outcome.right_questions} of {outcome.questions} questions right)"
    )
