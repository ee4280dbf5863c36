"""Finds the declarations of outputs; nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from reports.outputs import declared
from reports.outputs.output import Output, TableOutput


@cache
def outputs() -> tuple[Output, ...]:
    """Every declared output, in the order to look at them.

    Raises:
        ValueError: two modules declare the same file.
    """
    names = sorted(info.name for info in pkgutil.iter_modules(declared.__path__))
    found: list[Output] = [
        importlib.import_module(f"{declared.__name__}.{name}").OUTPUT for name in names
    ]
    files = [output.file for output in found]
    for file in files:
        if files.count(file) > 1:
            raise ValueError(f"two outputs are declared with the file {file}; rename one")
    return tuple(sorted(found, key=lambda output: (output.order, output.file)))


def table_outputs() -> tuple[TableOutput, ...]:
    """The tables among the outputs, in the same order."""
    return tuple(output for output in outputs() if isinstance(output, TableOutput))
