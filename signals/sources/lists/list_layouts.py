"""Columns of published lists, layouts that are known as a whole, and which entries are read."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from signals.fetching.responses import open_body
from signals.sources.registers.entity_kinds import (
    is_named_as_company,
    kind_of_entry,
    looks_like_person,
)
from suppliers.intake.fields import FieldKind

KINDS: Mapping[str, FieldKind] = {
    "address": "address",
    "name": "text",
    "other_names": "text",
    "link": "text",
}

_LONGEST_HEADER = 65_536


@dataclass(frozen=True)
class Layout:
    """A layout of published lists that says of each entry what it is.

    Attributes:
        marks: the headers it is known by.
        drops: columns that hold what is known of persons, never read.
        columns: our column: the header, where it is not the first of the spellings.
        undivided: whether `LegalEntity` is a company here, because persons are set apart.
        blank_by_name: whether an entry of a blank kind is a company where its name has a legal
            form, because the list leaves the kind of whole lists blank.
    """

    marks: frozenset[str]
    drops: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    undivided: bool = False
    blank_by_name: bool = False


_LAYOUTS = (
    # OpenSanctions, transcripts of the EU Official Journal
    Layout(
        frozenset({"celex", "recordId", "programKey", "schema"}),
        ("nationality", "idNumber"),
        undivided=True,
    ),
    # OpenSanctions, targets.simple.csv
    Layout(
        frozenset({"id", "schema", "name", "birth_date", "dataset"}),
        ("birth_date", "phones", "emails", "identifiers"),
    ),
    # United States, Consolidated Screening List; `type` is blank in all lists that are not of the
    # Treasury, which name persons beside companies
    Layout(
        frozenset({"source", "type", "name", "alt_names", "dates_of_birth", "source_list_url"}),
        (
            "title", "citizenships", "dates_of_birth", "nationalities", "places_of_birth", "ids",
            "vessel_owner",
        ),
        {"list": "source"},
        blank_by_name=True,
    ),
)  # fmt: skip
#: Long cells of these layouts are no texts about anybody.
NAMES_IN_A_ROW = dict.fromkeys(
    ("alias", "aliases", "alt_names"), "names of one entity, set apart by ;"
)


def layout_of(path: Path) -> Layout | None:
    """The layout that a table has, if it is a known one."""
    try:
        with open_body(path) as stream:
            line = stream.readline(_LONGEST_HEADER).decode("utf-8-sig")
        headers = frozenset(next(csv.reader([line]), ()))
    except (OSError, UnicodeDecodeError, EOFError, csv.Error):
        # What is wrong with the file is said by the reader of the whole table.
        return None
    return next((layout for layout in _LAYOUTS if layout.marks <= headers), None)


def rejection_rule(
    name: str | None,
    kind: str | None,
    layout: Layout | None,
    *,
    strict: bool,
    by_name: bool = False,
) -> str | None:
    """The rule by which an entry is not read; None for a company.

    Args:
        name: of the entry.
        kind: what the list says that it is.
        layout: of the list, where it is a known one.
        strict: whether an entry without a kind is not read.
        by_name: whether one whose name has a legal form of companies is read all the same.
    """
    undivided = layout is not None and layout.undivided
    found = kind_of_entry("entity" if undivided and kind == "LegalEntity" else kind)
    by_name = by_name or (layout is not None and layout.blank_by_name)
    if by_name and not kind and is_named_as_company(name or ""):
        found = "company"
    if found == "person":
        return "person_entry"
    if found == "thing":
        return "thing_entry"
    if name is None:
        return "no_company"
    if found == "unknown" and (strict or looks_like_person(name)):
        return "unknown_kind"
    return None


def reasons(source_id: str) -> Mapping[str, str]:
    """The reason of each rule. None holds anything of the entry."""
    return {
        "person_entry": "the entry is a person; entries about persons are never read",
        "thing_entry": "the entry is a ship, an aircraft or another thing, not a company",
        "no_company": "the entry names no company",
        "unknown_kind": "the list does not say that the entry is a company, so it may be a person "
        "and is not read; name the column that says it as "
        f"sources.{source_id}.options.columns.entity_type, or set "
        f"sources.{source_id}.options.companies_only: true if the list names no persons",
    }
