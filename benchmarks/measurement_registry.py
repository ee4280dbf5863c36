"""Finds the measurements in this package by their files."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

Kind = Literal["bench", "validate"]
_KINDS: tuple[Kind, ...] = ("bench", "validate")


@dataclass(frozen=True)
class Measurement:
    """One measurement, known without importing its module."""

    id: str
    goal: str
    kind: Kind
    module: str

    def run(self) -> str:
        """Import the module and run it; its table goes to standard output.

        Returns:
            The figures for the last line.
        """
        return str(importlib.import_module(self.module).run())


def measurements(package: str = "benchmarks") -> Mapping[str, Measurement]:
    """All measurements by module name, in the order of the names.

    A module is named after its id; where a bench and a validation share one, the validation's
    module is `validate_<id>`.

    Only the constants are read from each file, so that listing needs none of the imports.

    Raises:
        ValueError: a module has an id that is not its file name, no goal, or an unknown kind.
    """
    found: dict[str, Measurement] = {}
    paths = importlib.import_module(package).__path__
    for name in sorted(info.name for info in pkgutil.iter_modules(paths)):
        text = (files(package) / f"{name}.py").read_text(encoding="utf-8")
        constants = _constants(text)
        if "ID" not in constants:
            continue
        kind = constants.get("KIND", "bench")
        own_id = name.removeprefix("validate_") if kind == "validate" else name
        if constants["ID"] != own_id or not constants.get("GOAL") or kind not in _KINDS:
            raise ValueError(
                f"{package}/{name}.py: needs ID = {own_id!r}, a GOAL, and a KIND of bench or "
                "validate"
            )
        found[name] = Measurement(own_id, constants["GOAL"], kind, f"{package}.{name}")
    return found


def _constants(text: str) -> dict[str, str]:
    """Texts assigned to ID, GOAL and KIND at the top level of a module."""
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id in {"ID", "GOAL", "KIND"} and node.value:
                found[target.id] = str(ast.literal_eval(node.value))
    return found
