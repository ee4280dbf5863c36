"""Rejections of input: one sentence each, with what is wrong and how to correct it."""

from __future__ import annotations

from configs.config_errors import DataRejectedError

__all__ = ["DataRejectedError", "Findings", "ListFaultError", "NonExtractiveError"]


class ListFaultError(DataRejectedError):
    """A fault of the columns of a list.

    Attributes:
        where: name of the file, with the sheet where several sheets are read.
        rule: the name of the rule.
        field: the field concerned.
        columns: the headers concerned, as written.
    """

    def __init__(
        self, message: str, *, where: str, rule: str, field: str, columns: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.where = where
        self.rule = rule
        self.field = field
        self.columns = columns


class NonExtractiveError(DataRejectedError):
    """Input that seems to hold person-level or worker-collected data.

    The message names the column and the rule and never holds a value.

    Attributes:
        column: the column's name as written in the file, or its position when the name itself
            looks like a value; the first one if there are several.
        rule: the name of the rule that recognised it.
        where: name of the file or source, or "" where several are meant.
    """

    def __init__(self, message: str, *, column: str, rule: str, where: str = "") -> None:
        super().__init__(message)
        self.where = where
        self.column = column
        self.rule = rule


class Findings:
    """What is wrong with one file, gathered so that one attempt names all of it."""

    def __init__(self) -> None:
        self._errors: dict[str, DataRejectedError] = {}

    def add(self, error: DataRejectedError) -> None:
        """Keep a finding; one that has been named already is kept once."""
        self._errors.setdefault(str(error), error)

    @property
    def errors(self) -> tuple[DataRejectedError, ...]:
        """What was found, in order."""
        return tuple(self._errors.values())

    def raise_all(self) -> None:
        """Raise the findings as one error with a line for each, or return if there is none.

        Raises:
            NonExtractiveError: one of them is about data on persons.
            DataRejectedError: there are others only.
        """
        if not self._errors:
            return
        message = "\n".join(self._errors)
        personal = [e for e in self._errors.values() if isinstance(e, NonExtractiveError)]
        if personal:
            raise NonExtractiveError(message, column=personal[0].column, rule=personal[0].rule)
        raise DataRejectedError(message)
