"""The search of the guard through the values of one table."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from suppliers.input_errors import Findings, NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.intake.following_tables import person_table_below, rows_of_table_below
from suppliers.intake.guard_report import (
    SOLE_TRADER,
    FalseAlarm,
    GuardSettings,
    ListColumns,
    SoleTraders,
    Withheld,
)
from suppliers.intake.mixed_columns import persons_among_companies
from suppliers.intake.name_columns import name_shares
from suppliers.intake.person_names import COMPANY, company_names, person_names
from suppliers.intake.person_rejections import of_suppliers, rejection
from suppliers.intake.person_values import Detector, detectors, matches, shaped, worker_numbers
from suppliers.intake.phone_ids import phone_ids
from suppliers.intake.sole_traders import sole_traders
from suppliers.intake.table_rows import SOURCE_ROW

_SERIES = 3
_MIN_PEOPLE = 5
_PEOPLE_SHARE = 0.5
#: Fewer names than `_MIN_PEOPLE` are a list of persons where nearly all of them are.
_FEW_PEOPLE, _FEW_PEOPLE_SHARE = 3, 0.75
_LEAST_SHARE = 0.05
_SAMPLE = 2_000
_WORKER_NUMBER_SHARE = 0.5
_COMPANY_NAME_SHARE = 0.2


class ValueSearch:
    """One search through the values of a table; what it finds grows in its attributes.

    Attributes:
        alarms: rules that fired and were cleared by a declaration.
        withheld: counts of what is left out.
        declared: names of sole traders that the user declared.
        masks: column to the values that must not be used.
        persons: column of names to the declared sole traders in it.
        below: rows of a second table below the list, or None.
    """

    def __init__(
        self,
        frame: pl.DataFrame,
        columns: Mapping[str, FieldKind],
        settings: GuardSettings,
        where: str,
        wrong: Findings,
        listed: ListColumns | None,
    ) -> None:
        self._frame, self._columns, self._settings = frame, columns, settings
        self._where, self._wrong, self._listed = where, wrong, listed
        self._regions = None if listed is None else listed.regions(frame)
        self.alarms: list[FalseAlarm] = []
        self.withheld: list[Withheld] = []
        self.declared: list[SoleTraders] = []
        self.masks: dict[str, pl.Series] = {}
        self.persons: dict[str, pl.Series] = {}
        self.below: pl.Series | None = None

    def values(self) -> None:
        """Try every detector on every column of its kinds."""
        with_shape = self._with_shape()
        for column, kind in self._columns.items():
            values = self._frame.get_column(column)
            filled = len(values) - values.null_count()
            reason = self._settings.declared(column)
            for detector in with_shape[column]:
                found = matches(values, detector, self._regions)
                hits = int(found.sum())
                if hits == 0 or (detector.by_form and _by_accident(values, detector, found)):
                    continue
                fewest = detector.fewest if detector.is_bare else min(detector.fewest, filled)
                if detector.rule == "person_name" and values.filter(found).n_unique() < fewest:
                    # One name in many rows, such as that of a parent, is no list of persons.
                    continue
                if hits >= fewest and hits >= detector.least_share * filled:
                    if reason is None:
                        self._wrong.add(rejection(self._where, column, detector.rule, rows=hits))
                        break
                    self.alarms.append(FalseAlarm(self._where, column, detector.rule, reason))
                elif reason is None and self._is_certain(detector, kind, hits):
                    self._withhold(column, detector.rule, found)

    def _with_shape(self) -> dict[str, list[Detector]]:
        """The detectors of each column's kind whose shape one of its values has.

        All columns are searched in one query: most have no such value.
        """
        tried = {
            f"{column} {number}": (column, detector)
            for column, kind in self._columns.items()
            for number, detector in enumerate(detectors())
            if kind in detector.kinds and not (detector.only_in_lists and self._listed is None)
        }
        has_shape = self._frame.select(
            pl.col(column).str.contains(detector.shape).any().alias(name)
            for name, (column, detector) in tried.items()
        )
        found: dict[str, list[Detector]] = {column: [] for column in self._columns}
        for name, (column, detector) in tried.items():
            if has_shape.height and has_shape[name].item():
                found[column].append(detector)
        return found

    def _is_certain(self, detector: Detector, kind: FieldKind, hits: int) -> bool:
        """Whether the values that a detector found are left out though they reject no column."""
        if detector.is_bare and hits < _SERIES:
            # A number that stands where a name should be, in a list of suppliers.
            return kind == "text" and self._listed is not None
        return kind in detector.certain or detector.is_bare

    def table_below(self) -> None:
        """Reject a list that has a table of persons below it; leave any other table out."""
        known = [region is not None for region in self._regions or ()]
        of_column = self._listed is not None and self._listed.country is not None
        is_value = pl.Series([of_column and one for one in known], dtype=pl.Boolean)
        below = person_table_below(self._frame, list(self._columns), is_value)
        if below is None:
            if SOURCE_ROW in self._frame.columns:
                self.below = rows_of_table_below(
                    self._frame, self._frame[SOURCE_ROW], list(self._columns),
                    is_value if of_column else is_value.clear(),
                )  # fmt: skip
            return
        position, rule = below
        row = position + 2
        if SOURCE_ROW in self._frame.columns:
            row = self._frame[SOURCE_ROW][position]
        self._wrong.add(
            NonExtractiveError(
                f"{self._where}: row {row} begins a second table whose headers are person-level "
                f"(rule {rule}), which is never read; delete that table from the file.",
                column=f"row {row}",
                rule=rule,
                where=self._where,
            )
        )

    def phones_as_ids(self) -> None:
        """Reject, or withhold, identifiers that are mobile numbers."""
        for column, kind in self._columns.items():
            if kind != "identifier" or self._regions is None:
                continue
            found = phone_ids(self._frame[column], self._regions)
            hits = int(found.sum())
            reason = self._settings.declared(column)
            if not hits or reason is not None:
                if hits and reason is not None:
                    self.alarms.append(FalseAlarm(self._where, column, "phone", reason))
            elif hits >= _LEAST_SHARE * (len(found) - self._frame[column].null_count()):
                self._wrong.add(rejection(self._where, column, "phone", rows=hits))
            else:
                self._withhold(column, "phone", found)

    def names(self) -> None:
        """Reject columns of persons' names; withhold, or take as declared, sole traders."""
        if self._listed is None:
            return
        for column in self._listed.names:
            values = self._frame[column]
            filled = len(values) - values.null_count()
            reason = self._settings.declared(column)
            if not filled:
                continue
            traders = sole_traders(values)
            is_of_people = company_names(values) < _COMPANY_NAME_SHARE and _is_of_people(
                values, traders, is_named_by_user=column in self._listed.named_by_user
            )
            if is_of_people and reason is not None:
                self.alarms.append(FalseAlarm(self._where, column, "person_name", reason))
            elif is_of_people and self._settings.sole_traders is None:
                self._wrong.add(of_suppliers(self._where, column, "person_name", values))
                continue
            elif is_of_people:
                # Names of forms that are not known are hidden as well.
                traders = ~values.str.contains(COMPANY).fill_null(True) | traders
            else:
                traders = traders | _among_companies(values)
            traders = traders | self._staff(values)
            hits = int(traders.sum())
            if not hits or reason is not None:
                continue
            if self._settings.sole_traders is not None:
                self.persons[column] = traders
                self.declared.append(
                    SoleTraders(self._where, column, hits, self._settings.sole_traders)
                )
            elif hits >= _MIN_PEOPLE and hits >= _PEOPLE_SHARE * filled:
                self._wrong.add(of_suppliers(self._where, column, SOLE_TRADER, values))
            else:
                self._withhold(column, SOLE_TRADER, traders)

    def _staff(self, names: pl.Series) -> pl.Series:
        """Names without a company's word beside a number of staff: the same person is both."""
        numbered = pl.repeat(False, len(names), dtype=pl.Boolean, eager=True)
        for column, kind in self._columns.items():
            if kind == "identifier":
                numbered = numbered | worker_numbers(self._frame[column], certain=True)
        return numbered & ~names.str.contains(COMPANY).fill_null(True)

    def _share_of_staff(self, column: str) -> float:
        filled = self._frame[column].drop_nulls()
        numbers = worker_numbers(filled, certain=self._listed is not None)
        return 0.0 if filled.is_empty() else float(numbers.sum()) / len(filled)

    def names_beside_worker_numbers(self) -> None:
        """Reject names beside a column of worker numbers."""
        numbered = [
            name
            for name, kind in self._columns.items()
            if kind == "identifier"
            and (filled := self._frame[name].drop_nulls()).len()
            and worker_numbers(filled, certain=self._listed is not None).sum()
            >= _WORKER_NUMBER_SHARE * filled.len()
        ]
        named = [
            name
            for name, kind in self._columns.items()
            if kind == "text"
            and (self._listed is None or name in self._listed.names)
            and self._frame[name].null_count() < len(self._frame)
            and company_names(self._frame[name]) < _COMPANY_NAME_SHARE
        ]
        if not numbered or not named:
            return
        rule = "person_name"
        reason = self._settings.declared(numbered[0]) or self._settings.declared(named[0])
        if reason is None:
            self._wrong.add(rejection(self._where, named[0], rule))
        else:
            self.alarms.append(FalseAlarm(self._where, named[0], rule, reason))

    def _withhold(self, column: str, rule: str, found: pl.Series) -> None:
        before = self.masks.get(column)
        new = found if before is None else found & ~before
        if not new.any():
            return
        self.masks[column] = found if before is None else found | before
        self.withheld.append(Withheld(self._where, column, rule, int(new.sum())))


def _sample(names: pl.Series) -> pl.Series:
    """Names spread over a column, none of which is null."""
    apart = max(1, (len(names) - names.null_count()) // _SAMPLE)
    return names.drop_nulls().gather_every(apart)


def _among_companies(names: pl.Series) -> pl.Series:
    """Which names are those of persons among companies; all are searched if a sample has some."""
    if not persons_among_companies(_sample(names).unique().to_list()):
        return pl.repeat(False, len(names), dtype=pl.Boolean, eager=True)
    found = persons_among_companies(names.drop_nulls().unique().to_list())
    return names.is_in(list(found)).fill_null(False)


def _is_of_people(names: pl.Series, traders: pl.Series, *, is_named_by_user: bool) -> bool:
    """Whether the names, or a sample spread over them, are mostly those of persons.

    Args:
        names: of suppliers, sites or parents.
        traders: which of them show that the supplier is a sole trader; without a name beside them
            that does not, they are no list of persons.
        is_named_by_user: the header of the column says nothing of companies.
    """
    sample = _sample(names)
    if name_shares(sample.to_list()).are_of_persons(is_named_by_user=is_named_by_user):
        return True
    people = person_names(sample)
    marked = traders.filter(names.is_not_null()).gather_every(
        max(1, (len(names) - names.null_count()) // _SAMPLE)
    )
    if (people & ~marked).any():
        people = people | marked
    hits = int(people.sum())
    is_few = hits < _MIN_PEOPLE
    # One name in many rows, such as that of a parent, is no list of persons.
    if sample.filter(people).n_unique() < (_FEW_PEOPLE if is_few else 2):
        return False
    return hits >= (_FEW_PEOPLE_SHARE if is_few else _PEOPLE_SHARE) * len(sample)


def _by_accident(values: pl.Series, detector: Detector, found: pl.Series) -> bool:
    """Whether so few of the values of a shape pass that check digits fit by accident."""
    alike = values.filter(shaped(values, detector)).n_unique()
    hits = values.filter(found).n_unique()
    if detector.is_bare and hits < _SERIES <= int(found.sum()):
        # One number many times over is one accident.
        return True
    return alike >= _SERIES and 2 * hits < alike
