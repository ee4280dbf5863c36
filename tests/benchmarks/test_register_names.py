"""Suppliers and register entries labelled by hand: the choosing part, and the shape of the set."""

import configs
from benchmarks.choosing_part import is_for_choosing
from benchmarks.register_names import judge_cases, links_of, outcome_of
from benchmarks.synthetic_companies import rules_of


def test_the_choosing_part_is_linked_without_wrong_links() -> None:
    cases, entries = judge_cases()
    chosen = [
        case
        for case, is_own in zip(cases, is_for_choosing([c.group for c in cases]), strict=True)
        if is_own
    ]
    outcome = outcome_of(chosen, links_of(chosen, entries, rules_of(configs.load().identity)))
    assert outcome.precision >= 0.98
    assert outcome.recall >= 0.92


def test_every_supplier_is_an_entry_of_its_group_or_none() -> None:
    cases, entries = judge_cases()
    of_group: dict[str, set[str]] = {}
    for entry in entries:
        of_group.setdefault(entry.id[:3], set()).add(entry.id)
    assert sum(len(of_group[case.group]) for case in cases) >= 600
    assert all(case.truth is None or case.truth in of_group[case.group] for case in cases)
    assert sum(case.truth is None for case in cases) >= 70
