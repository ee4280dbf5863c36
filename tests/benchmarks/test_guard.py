"""The lists of the measurement of the guard: each knows what was planted into it."""

from pathlib import Path

from benchmarks.guard import outcome
from benchmarks.guard_inputs import leaks_of_inputs
from benchmarks.guard_lists import LANGUAGES, company_lists, person_lists, wordings


def test_there_are_80_lists_of_persons_and_40_of_companies() -> None:
    people, companies = person_lists(), company_lists()
    assert (len(people), len(companies)) == (80, 40)
    assert sum(one.is_held_out for one in people) == 40
    assert all(one.planted for one in people)
    assert {one.name[-2:] for one in companies} == set(LANGUAGES)


def test_every_kind_of_wording_is_in_both_halves() -> None:
    for kind in ("testimony", "trader", "email", "phone", "name", "headers", "firm"):
        assert wordings(kind, held_out=False)
        assert wordings(kind, held_out=True)


def test_some_lists_leak_nothing(tmp_path: Path) -> None:
    tuning = [one for one in person_lists() if not one.is_held_out]
    for planted in tuning[::14]:
        found = outcome(planted, tmp_path)
        intake = found.intake
        frames = () if intake is None else (intake.suppliers, intake.sites, intake.rejected)
        assert found.leaks([found.rejection, *(str(frame.rows()) for frame in frames)]) == []
        assert found.is_reported


def test_a_list_of_companies_is_read_whole(tmp_path: Path) -> None:
    (first, *_) = company_lists()
    assert outcome(first, tmp_path).is_whole


def test_no_other_input_lets_a_person_in(tmp_path: Path) -> None:
    assert leaks_of_inputs(tmp_path).lines == ()
