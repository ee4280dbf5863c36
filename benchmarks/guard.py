"""The guard against lists of persons, and how often it rejects lists of companies.

Lists that are read are run together; every file of the run is searched for what was planted. Of
the held-out half only totals are printed; each run that prints them is listed in
`tests/cases/guard_wordings_looks.md`.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.file_search import texts_of
from benchmarks.guard_inputs import leaks_of_inputs
from benchmarks.guard_lists import PlantedList, company_lists, person_lists
from configs.config_errors import DataRejectedError
from flows.run.request import run_request
from flows.run.stages import run_all
from flows.run.work.stage_types import RunRequest
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import SupplierIntake, read_suppliers

ID = "guard"
KIND = "validate"
GOAL = (
    "80 lists of persons and every other input: leaks 0, reported 100 %; 40 lists of companies in "
    "12 languages: false rejections 0"
)

_AS_OF = dt.date(2026, 3, 31)


@dataclass(frozen=True)
class Outcome:
    """What the guard made of a list.

    Attributes:
        planted: the list.
        path: its file.
        rejection: the sentence, or empty where it was read.
        intake: the list as read, or None.
    """

    planted: PlantedList
    path: Path
    rejection: str
    intake: SupplierIntake | None

    @property
    def is_reported(self) -> bool:
        """Whether the user learns of the persons."""
        if self.intake is None:
            return True
        guard, rejected = self.intake.guard, self.intake.rejected
        return bool(guard.withheld) or not rejected.is_empty()

    @property
    def is_whole(self) -> bool:
        """Whether every row of the list is read as it is."""
        return (
            self.intake is not None
            and not self.intake.guard.withheld
            and self.intake.counts["rows_rejected"] == 0
        )

    def leaks(self, texts: Sequence[str]) -> list[str]:
        """What was planted and is in one of the texts."""
        return [one for one in self.planted.planted if any(one in text for text in texts)]


def outcome(planted: PlantedList, folder: Path) -> Outcome:
    """Write a list and read it."""
    path = planted.write(folder)
    try:
        intake = read_suppliers(path, IntakeOptions(max_rejected_share=0.9))
    except DataRejectedError as error:
        return Outcome(planted, path, str(error), None)
    return Outcome(planted, path, "", intake)


def run_texts(paths: Sequence[Path], out: Path) -> list[str]:
    """Run lists together without any source, and give the texts of all files that it left."""
    base = run_request.settings_of(None, [], list(paths))
    overrides = [
        *(f"sources.{name}.enabled=false" for name in base.sources),
        "suppliers.max_rejected_share=0.9",
        "publish.minimum_sources_ok=0",
    ]
    settings = run_request.settings_of(None, overrides, list(paths))
    published = run_all(RunRequest(settings, _AS_OF, out, force=False))
    return [*texts_of(out), str(published)]


def run() -> str:
    """Read all lists, run those that are read, and search what the run left."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people = [outcome(one, _new(folder, one.name)) for one in person_lists()]
        texts = run_texts([one.path for one in people if one.intake], folder / "out")
        sentences = [one.rejection for one in people]
        companies = [outcome(one, _new(folder, one.name)) for one in company_lists()]
        of_inputs = leaks_of_inputs(folder)
    leaks = {one.planted.name: one.leaks([*texts, *sentences]) for one in people}
    wrong = [one for one in companies if not one.is_whole]
    for one in people:
        if not one.planted.is_held_out and (leaks[one.planted.name] or not one.is_reported):
            print(f"{one.planted.name}: leaks {leaks[one.planted.name]}")
    for one in wrong:
        if not one.planted.is_held_out:
            withheld = [] if one.intake is None else one.intake.guard.withheld
            print(f"{one.planted.name}: {one.rejection or withheld}")
    for held_out in (False, True):
        half = [one for one in people if one.planted.is_held_out is held_out]
        false = [one for one in wrong if one.planted.is_held_out is held_out]
        print(
            f"{'held out' if held_out else 'tuning':<9}{len(half):>4} lists of persons: "
            f"{sum(bool(leaks[one.planted.name]) for one in half)} leak, "
            f"{sum(one.is_reported for one in half)} reported; "
            f"{sum(one.planted.is_held_out is held_out for one in companies)} of companies: "
            f"{len(false)} rejected or in part"
        )
    for line in of_inputs.lines:
        print(line)
    return (
        f"{sum(map(bool, leaks.values()))} of {len(people)} lists of persons leak, "
        f"{sum(one.is_reported for one in people)} reported; {len(wrong)} of {len(companies)} "
        f"lists of companies rejected or in part; {of_inputs.leaks} of {of_inputs.tried} other "
        f"inputs leak"
    )


def _new(folder: Path, name: str) -> Path:
    own = folder / name
    own.mkdir()
    return own
