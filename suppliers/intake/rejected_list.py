"""The rejection of a list names everything that must be answered, in one attempt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.list_check import check_lists
from suppliers.intake.list_files import IntakeOptions
from suppliers.intake.list_findings import ListFinding

#: Lines of one rejection; a long list has thousands of faults.
_SHOWN = 40


def with_every_finding(
    error: DataRejectedError,
    path: Path | Sequence[Path],
    options: IntakeOptions,
    own_options: Mapping[Path, IntakeOptions],
) -> DataRejectedError:
    """The rejection of a list with what its check finds besides: faults of values and rows.

    Args:
        error: the first faults, as reading the list met them.
        path: file, folder, or several of them.
        options: how lists are read.
        own_options: options of single paths, in place of `options`.

    Returns:
        An error of the same kind with a line for each finding, or the error itself where the
        check finds no more.
    """
    try:
        found = check_lists(path, options, own_options)
    except DataRejectedError:
        # An answer of the mapping file cannot be used, which the first error says.
        return error
    named = str(error)
    more = [one for one in found.findings if one.is_open and not _is_named(one, named)]
    if not more:
        return error
    # What the run would reject comes before what it would ask.
    lines = [one.sentence for kind in _KINDS for one in more if one.kind == kind]
    if len(lines) > _SHOWN:
        rest = len(lines) - _SHOWN
        lines = [*lines[:_SHOWN], f"{rest} more findings: `understory list check` names them all."]
    message = "\n".join([named, *lines])
    if isinstance(error, NonExtractiveError):
        return NonExtractiveError(message, column=error.column, rule=error.rule, where=error.where)
    return DataRejectedError(message)


_KINDS = ("rejected", "open", "settled")


def _is_named(finding: ListFinding, named: str) -> bool:
    """Whether the first error has a finding already: it names columns, and too many faulty rows."""
    if finding.rows:
        return False
    columns = [one.value for one in finding.candidates] or [finding.field]
    return (
        finding.rule in ("too_few_rows", "missing_column")
        or finding.text in named
        or all(repr(column) in named for column in columns)
    )
