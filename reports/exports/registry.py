"""Finds the declarations of exports; nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from reports.exports import declared
from reports.exports.export import Export


@cache
def exports() -> Mapping[str, Export]:
    """Every declared export by its name, in alphabetical order.

    Raises:
        ValueError: two modules declare the same name.
    """
    modules = sorted(info.name for info in pkgutil.iter_modules(declared.__path__))
    found: list[Export] = [
        importlib.import_module(f"{declared.__name__}.{module}").EXPORT for module in modules
    ]
    by_name = {export.name: export for export in found}
    if len(by_name) < len(found):
        raise ValueError("two exports are declared with the same name; rename one")
    return MappingProxyType(dict(sorted(by_name.items())))
