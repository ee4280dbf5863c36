"""A new source: its module, its staging table, its test and its entry in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sql
from flows.scaffold.checkout import (
    BASE_CONFIGURATION,
    Scaffold,
    name_findings,
    package_files,
    raise_findings,
    render,
    text_findings,
)
from flows.scaffold.config_entry import with_entry
from flows.scaffold.unfilled import TO_FILL
from signals import registry

_FOLDER = "signals/sources"
#: Column that says what the rows of the table are about, with an identifier for the test.
_KEYS = {"country_iso3": "IDN", "supplier_id": "S1", "site_id": "P1"}


@dataclass(frozen=True)
class SourceRequest:
    """What the command line asks for.

    Attributes:
        name: id of the source.
        group: folder of `signals/sources` that it belongs to.
        key: column of the table that says what a row is about.
        title: for the card; None leaves it to be filled.
        publisher: for the card; None leaves it to be filled.
    """

    name: str
    group: str
    key: str
    title: str | None
    publisher: str | None


def source_scaffold(request: SourceRequest, root: Path) -> Scaffold:
    """The files of a new source that reads a table by year, with its card to be filled.

    Raises:
        UsageError: the name is taken or malformed, or group or key are not known; all findings
            at once.
    """
    findings = name_findings(request.name, "source", root)
    findings += text_findings({"--title": request.title, "--publisher": request.publisher})
    groups = sorted(
        path.name for path in (root / _FOLDER).iterdir() if (path / "__init__.py").is_file()
    )
    if request.group not in groups:
        findings.append(f"--group {request.group}: give one of {', '.join(groups)}")
    if request.key not in _KEYS:
        findings.append(f"--key {request.key}: give one of {', '.join(_KEYS)}")
    table = f"stg_{request.name}__values"
    if any(name.startswith(f"stg_{request.name}__") for name in sql.tables("20_staging")):
        findings.append(f"{request.name}: a staging table of this name exists; give another name")
    raise_findings(findings)
    parts = {
        "name": request.name,
        "group": request.group,
        "key": request.key,
        "example": _KEYS[request.key],
        "table": table,
        "title": request.title or f"{TO_FILL}: title",
        "publisher": request.publisher or f"{TO_FILL}: publisher",
    }
    module = f"{_FOLDER}/{request.group}/{request.name}.py"
    folder = f"tests/{_FOLDER}/{request.group}"
    test = f"{folder}/test_{request.name}.py"
    statements = f"sql/20_staging/{table}.sql"
    base = (root / BASE_CONFIGURATION).read_text(encoding="utf-8")
    known = {
        name: str(getattr(source, "__name__", "")).split(".")[-2]
        for name, source in registry.sources().items()
    }
    return Scaffold(
        new_files={
            module: render("source.py.jinja", **parts),
            statements: render("source.sql.jinja", **parts),
            **package_files(root, folder),
            test: render("source_test.py.jinja", **parts),
        },
        configuration=with_entry(
            base, "sources", render("source.yaml.jinja", **parts), request.group, known
        ),
        next_steps=(
            f"Fill the lines marked `{TO_FILL}` in {module}, {statements} and "
            f"{BASE_CONFIGURATION}; `understory check` lists them.",
            "Until the licence is filled it allows neither commercial use nor redistribution; "
            "read the publisher's terms first.",
            f"Run `pytest {test} tests/signals/test_registry.py`.",
            f"Then scaffold a signal: `understory new signal NAME --pillar PILLAR --source "
            f"{request.name}`.",
        ),
    )
