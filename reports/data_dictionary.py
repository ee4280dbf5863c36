"""The data dictionary: what every file of a run's folder is for, and what each column means.

It is read off the declarations of the outputs (`reports.outputs`); a column of a warehouse table
without a meaning of its own has the comment of that table's file in `sql/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from types import MappingProxyType

from reports.outputs.output import Column, DocumentOutput, TableOutput
from reports.outputs.registry import outputs, table_outputs
from sql.empty_tables import column_comments


@dataclass(frozen=True)
class DictionaryRow:
    """A line of the data dictionary.

    Attributes:
        file: of the run's folder.
        column: name in the header.
        type: in words, such as `whole number`.
        unit: unit or scale; empty for texts and ranks.
        comment: what it holds, and what null means where that is not plain.
    """

    file: str
    column: str
    type: str
    unit: str
    comment: str


def output_files() -> Mapping[str, str]:
    """What each file of a run's folder is for, in the order to look at them."""
    return MappingProxyType({output.file: output.content for output in outputs()})


def output_columns() -> Mapping[str, Mapping[str, Column]]:
    """The columns of each table by file name and column name, in the order of declaration."""
    described = {table.file: _described(table) for table in table_outputs()}
    for output in outputs():
        if isinstance(output, DocumentOutput):
            for file, columns in output.tables.items():
                described[file] = {column.name: column for column in columns}
    return MappingProxyType(described)


def data_dictionary() -> list[DictionaryRow]:
    """A line for every column of every table of a run's folder."""
    return [
        DictionaryRow(file, *astuple(column))
        for file, columns in output_columns().items()
        for column in columns.values()
    ]


def _described(table: TableOutput) -> Mapping[str, Column]:
    comments = column_comments(table.warehouse_table) if table.warehouse_table else {}
    return MappingProxyType(
        {
            column.name: replace(column, meaning=column.meaning or comments.get(column.name, ""))
            for column in table.columns
        }
    )
