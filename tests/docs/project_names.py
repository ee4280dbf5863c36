"""Names of modules, functions and configuration keys, looked up without importing them."""

import ast
import re
from functools import cache
from pathlib import Path

from flows.documentation.configuration_page import keys_of
from tests.docs.pages import ROOT


def is_ours(name: str) -> bool:
    """Whether a dotted name is a key of the configuration, a module or something in a module."""
    parts = re.split(r"[.:]", name)
    return (
        name in _configuration_keys()
        or _module_file(parts) is not None
        or parts[-1] in _top_names(_module_file(parts[:-1]))
    )


def _module_file(parts: list[str]) -> Path | None:
    """The file of a module; nothing is imported, as some modules take seconds."""
    module = ROOT.joinpath(*parts)
    files = (module.with_suffix(".py"), module / "__init__.py")
    return next((path for path in files if path.is_file()), None)


def _top_names(path: Path | None) -> set[str]:
    """What a module defines at its top level."""
    if path is None:
        return set()
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return found


@cache
def _configuration_keys() -> frozenset[str]:
    base = (ROOT / "configs" / "base.yaml").read_text(encoding="utf-8")
    return frozenset(key.name for key in keys_of(base))
