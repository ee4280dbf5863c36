"""The checkout that new files are written to, and the checks of their names."""

from __future__ import annotations

import json
import keyword
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

import signals
from configs.config_errors import UsageError
from flows.scaffold.unfilled import TO_FILL

BASE_CONFIGURATION = "configs/base.yaml"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MAX_NAME_LENGTH = 40
_MAX_TEXT_LENGTH = 60


@dataclass(frozen=True)
class Scaffold:
    """What a scaffold writes.

    Attributes:
        new_files: content by path, relative to the checkout; none of them may exist.
        configuration: `configs/base.yaml` with the new entry.
        next_steps: sentences for the author, in order.
    """

    new_files: Mapping[str, str]
    configuration: str
    next_steps: tuple[str, ...]


def checkout_root() -> Path:
    """Folder of the checkout that this program runs from.

    Raises:
        UsageError: the program was installed from a package; new files would be lost there.
    """
    root = Path(signals.__file__).resolve().parents[1]
    project = root / "pyproject.toml"
    if project.is_file():
        name = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {}).get("name")
        if name == "understory" and (root / "tests").is_dir():
            return root
    raise UsageError(
        f"understory new works in a checkout of the source alone, and this program runs from "
        f"{root}; clone the repository and run the `understory` of its own .venv"
    )


def name_findings(name: str, kind: str, root: Path) -> list[str]:
    """What is wrong with the name of a new signal or source; empty where nothing is.

    Args:
        name: id of the signal or source, and name of its module.
        kind: `signal` or `source`, for the sentences.
        root: of the checkout.
    """
    findings = []
    if not _NAME.fullmatch(name):
        findings.append(
            f"{name}: the name of a {kind} is lower-case letters, digits and underscores and "
            "begins with a letter; give one such as water_stress"
        )
    if len(name) > _MAX_NAME_LENGTH:
        findings.append(f"{name}: the name is longer than {_MAX_NAME_LENGTH} characters")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        findings.append(f"{name}: it is a keyword of Python; give another name")
    taken = sorted(
        path.relative_to(root).as_posix()
        for path in (root / "signals").rglob("*")
        if path.stem == name and (path.suffix == ".py" or path.is_dir())
    )
    findings += [f"{name}: {path} has this name; give another" for path in taken]
    return findings


def text_findings(texts: Mapping[str, str | None]) -> list[str]:
    """What is wrong with the texts given as options, by the option's name."""
    findings = []
    for option, text in texts.items():
        if text is None:
            continue
        if not text.strip() or not text.isprintable() or set(text) & set('{}"\\#'):
            findings.append(
                f"{option}: give a text in one line without braces, quotation marks, \\ and #"
            )
        if len(text) > _MAX_TEXT_LENGTH:
            findings.append(f"{option}: the text is longer than {_MAX_TEXT_LENGTH} characters")
    return findings


def raise_findings(findings: list[str]) -> None:
    """Reject the request with every finding at once.

    Raises:
        UsageError: there is a finding.
    """
    if findings:
        raise UsageError("; ".join(findings))


def write(root: Path, scaffold: Scaffold) -> tuple[str, ...]:
    """Write the files of a scaffold, or none of them.

    Returns:
        The paths written, relative to the checkout.

    Raises:
        UsageError: files exist already; all of them are named.
    """
    raise_findings(
        [
            f"{path}: the file exists and is not overwritten; remove it or give another name"
            for path in scaffold.new_files
            if (root / path).exists()
        ]
    )
    for path, content in scaffold.new_files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, encoding="utf-8")
    (root / BASE_CONFIGURATION).write_text(scaffold.configuration, encoding="utf-8")
    return (*scaffold.new_files, BASE_CONFIGURATION)


def package_files(root: Path, folder: str) -> dict[str, str]:
    """The `__init__.py` of a folder of tests that has none yet, by its path."""
    path = f"{folder}/__init__.py"
    return {} if (root / path).is_file() else {path: ""}


def render(template: str, **parts: object) -> str:
    """A template of this package with its parts filled in."""
    environment = Environment(
        autoescape=False,  # Python, SQL and YAML, from texts that `text_findings` has checked
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["quoted"] = _quoted
    environment.globals["TO_FILL"] = TO_FILL
    text = files(__package__).joinpath("templates", template).read_text(encoding="utf-8")
    return environment.from_string(text).render(**parts)


def _quoted(text: str) -> str:
    """A text in quotation marks, as Python and YAML both read it."""
    return json.dumps(text, ensure_ascii=False)
