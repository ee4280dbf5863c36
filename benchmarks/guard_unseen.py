"""The guard against lists of persons in three parts, of which one was developed on.

A list whose headers are not known is read again with its columns named by the user. What is read is
searched. Of the others only totals are printed; each look at them is listed in
`tests/cases/unseen_lists_looks.md`.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.unseen_lists import UnseenList, unseen_company_lists, unseen_person_lists
from configs.config_errors import DataRejectedError
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.read_list import SupplierIntake, read_suppliers

ID = "guard_unseen"
KIND = "validate"
GOAL = (
    "52 lists of persons and 39 of companies in three parts with other names and wordings each: "
    "leaks 0, reported 100 %, false findings of persons 0"
)

_PARTS = {"develop": "developed on", "kept": "kept apart", "later": "written later"}
_OF_THE_GUARD = "(rule "


@dataclass(frozen=True)
class Fate:
    """The outcome of a list.

    Attributes:
        word: leaks, rejected, withheld, not read, read, or other (rejected for another reason).
        detail: the sentence, or what leaked.
    """

    word: str
    detail: str = ""


def fate_of(one: UnseenList, folder: Path) -> Fate:
    """Read a list, with its columns named where its headers are not known."""
    path = one.write(folder)
    found = _read(path, IntakeOptions(max_rejected_share=0.9))
    if isinstance(found, str) and _OF_THE_GUARD not in found and one.mapped:
        options = IntakeOptions(
            max_rejected_share=0.9,
            derive_supplier_id="supplier_id" not in one.mapped.values(),
            columns=one.mapped,
            constants=one.constants,
        )
        found = _read(path, options)
    if isinstance(found, str) and _OF_THE_GUARD not in found and "derive_supplier_id" in found:
        options = IntakeOptions(max_rejected_share=0.9, derive_supplier_id=True)
        found = _read(path, options)
    if isinstance(found, str):
        leaked = [text for text in one.planted if text in found]
        if leaked:
            return Fate("leaks", f"in the sentence: {leaked}")
        return Fate("rejected" if _OF_THE_GUARD in found else "other", found)
    frames = (found.suppliers, found.sites, found.rejected, found.issues)
    texts = [*(frame.write_csv() for frame in frames), *found.notes]
    leaked = [text for text in one.planted if any(text in read for read in texts)]
    if leaked:
        return Fate("leaks", f"{len(leaked)} of {len(one.planted)}: {leaked[:3]}")
    if found.guard.withheld:
        return Fate("withheld", "; ".join(each.sentence for each in found.guard.withheld))
    if any("was not read" in note for note in found.notes):
        return Fate("not read", "; ".join(found.notes))
    if found.counts["rows_rejected"]:
        return Fate("withheld", f"{found.counts['rows_rejected']} rows")
    return Fate("read")


def _read(path: Path, options: IntakeOptions) -> SupplierIntake | str:
    try:
        return read_suppliers(path, options)
    except DataRejectedError as error:
        return str(error)


def run() -> str:
    """Read every list; print those of the developed part and totals of both."""
    lines = []
    persons, companies = unseen_person_lists(), unseen_company_lists()
    for kind, lists in (
        ("persons", persons),
        ("companies", companies),
        ("persons under headers that say nothing", [one.under_own_headers() for one in persons]),
        (
            "companies under headers that say nothing",
            [one.under_own_headers() for one in companies],
        ),
    ):
        counts: dict[str, Counter[str]] = {part: Counter() for part in _PARTS}
        for one in lists:
            with tempfile.TemporaryDirectory() as name:
                fate = fate_of(one, Path(name))
            counts[one.part][fate.word] += 1
            if one.part == "develop":
                print(
                    f"{kind[:9]:<10}{one.title[:46]:<48}{fate.word:<10}{fate.detail}"[:230].rstrip()
                )
        for part, words in counts.items():
            print(f"{kind} {part}: {', '.join(f'{n} {w}' for w, n in sorted(words.items()))}")
            lines.append(_figure(kind, part, words))
    return "; ".join(lines)


def _figure(kind: str, part: str, words: Counter[str]) -> str:
    named = _PARTS[part]
    if kind.startswith("companies"):
        wrong = words.total() - words["read"]
        return f"{wrong} of {words.total()} lists of {kind} {named} taken for persons"
    reported = words["rejected"] + words["withheld"] + words["not read"]
    return f"{words['leaks']} of {words.total()} lists of {kind} {named} leak, {reported} reported"
