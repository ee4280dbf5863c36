"""Every text of the project that a person reads, with the place it is in."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
import yaml
from typer._click.core import Command
from typer.core import TyperGroup

from flows.cli.app import app
from reports.data_dictionary import output_columns
from signals.registry import signals, sources

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "flows", "reports", "scoring", "signals", "suppliers", "sql", "configs", "benchmarks",
)  # fmt: skip
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
#: They quote the denied terms.
QUOTING = ("reports/assets/denied_terms.yaml", "reports/language.py", "benchmarks/language.py")

#: Their literals are words of other people's files and news: headers, search terms, headlines.
WORD_LISTS = (
    "suppliers/intake/header_aliases.py", "suppliers/intake/person_words.py",
    "flows/demo_world/demo_news.py", "signals/sources/lists/list_headers.py",
)  # fmt: skip

#: The name of an argument or attribute before its description.
_ARGUMENT = re.compile(r"^ +\w+:(?= )", re.MULTILINE)
_JS_TEXT = re.compile(r"`(?:[^`\\]|\\.)*`|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_JS_COMMENT = re.compile(r"(?<![:\w])//.*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)
_J2_CODE = re.compile(r"\{[%{].*?[%}]\}|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.S)
_SQL_COMMENT = re.compile(r"comment on .*? is\s+'((?:[^']|'')*)'", re.IGNORECASE | re.DOTALL)
_SQL_LINE = re.compile(r"(?:^ *--.*\n?)+|--.*$", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """A text, where it is, and whether users (not only engineers) read it."""

    path: str
    where: str
    text: str
    user_text: bool = True


def all_texts() -> Iterator[Text]:
    """All texts in English."""
    yield from pages()
    yield from command_help()
    yield from assets()
    yield from cards()
    yield from output_tables()
    yield from python_texts()
    yield from sql_texts()
    yield from configuration()


def pages() -> Iterator[Text]:
    """The documentation, without the columns that list what is not written."""
    for path in [*(ROOT / name for name in PAGES), *sorted((ROOT / "docs").rglob("*.md"))]:
        text = _without_not_columns(path.read_text(encoding="utf-8"))
        yield Text(_relative(path), "page", text)


def command_help() -> Iterator[Text]:
    """What `--help` prints for each verb, but for the wrapping of its lines."""
    yield from _help_of(typer.main.get_command(app), "understory")


def command_groups() -> Iterator[tuple[str, TyperGroup]]:
    """The command and its groups by their full names, hidden ones left out."""
    yield from _groups_of(typer.main.get_command(app), "understory")


def assets() -> Iterator[Text]:
    """Templates and scripts of the report, the English notice and short form."""
    folder = ROOT / "reports" / "assets"
    for path in sorted(folder.rglob("*.j2")):
        text = path.read_text(encoding="utf-8")
        yield Text(_relative(path), "template", _J2_CODE.sub(" ", text))
        attributes = re.findall(r"(?:title|aria-label|placeholder|alt)=\"([^\"]*)\"", text)
        yield Text(_relative(path), "attributes", _J2_CODE.sub(" ", "\n".join(attributes)))
    for path in sorted(folder.rglob("*.js")):
        text = path.read_text(encoding="utf-8")
        comments = "\n".join(_JS_COMMENT.findall(text))
        yield Text(_relative(path), "comments", comments, user_text=False)
        for match in _JS_TEXT.finditer(_JS_COMMENT.sub("", text)):
            words = re.sub(r"\$\{[^}]*\}", "…", match[0])[1:-1]
            if " " in words:
                yield Text(_relative(path), f"offset {match.start()}", words)
    for path in (folder / "notices" / "en.yaml", folder / "short_forms" / "en.yaml"):
        for key, words in _strings(yaml.safe_load(path.read_text(encoding="utf-8"))):
            yield Text(_relative(path), key, words)


def notices() -> Iterator[Text]:
    """Notices in every language, by language."""
    for path in sorted((ROOT / "reports" / "assets" / "notices").glob("*.yaml")):
        for key, words in _strings(yaml.safe_load(path.read_text(encoding="utf-8"))):
            yield Text(path.stem, key, words)


def cards() -> Iterator[Text]:
    """Texts of all cards; titles of publications and their holders are quoted as they are."""
    for name, signal in signals().items():
        for key, words in _strings(signal.card.model_dump(mode="json", exclude={"references"})):
            yield Text(f"card of signal {name}", key, words)
    for name, module in sources().items():
        card = module.CARD.model_dump(mode="json", exclude={"publisher", "licence", "citation"})
        for key, words in _strings(card):
            yield Text(f"card of source {name}", key, words)


def output_tables() -> Iterator[Text]:
    """Names and meanings of the columns that a run writes."""
    for file, columns in output_columns().items():
        for column in columns.values():
            words = f"{column.name.replace('_', ' ')}: {column.kind}; {column.meaning}"
            yield Text(f"column of {file}", column.name, words)


def python_texts() -> Iterator[Text]:
    """String literals with blanks, docstrings and comments."""
    for path in _files(".py"):
        source = path.read_text(encoding="utf-8")
        name = _relative(path)
        yield from _literals(name, ast.parse(source))
        yield from _comments(name, source)


def sql_texts() -> Iterator[Text]:
    """Comments on columns, which users read, and comments in the statements."""
    for path in _files(".sql"):
        text = path.read_text(encoding="utf-8")
        for match in _SQL_COMMENT.finditer(text):
            yield Text(_relative(path), f"line {_line(text, match.start())}", match[1])
        rest = _SQL_COMMENT.sub("", text)
        for match in _SQL_LINE.finditer(rest):
            words = re.sub(r"^ *--", "", match[0], flags=re.MULTILINE)
            yield Text(_relative(path), f"comment {words.strip()[:30]!r}", words, user_text=False)


def configuration() -> Iterator[Text]:
    """Comments of the configuration files, which users read."""
    for path in _files(".yaml"):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"(?:^ *#.*\n)+|(?<=\s)#.*$", text, re.MULTILINE):
            words = re.sub(r"^ *#", "", match[0], flags=re.MULTILINE)
            yield Text(_relative(path), f"line {_line(text, match.start())}", words)


def _help_of(command: Command, name: str) -> Iterator[Text]:
    path = f"help of {name}"
    yield Text(path, "summary", " ".join((command.help or "").split()))
    for parameter in command.params:
        words = getattr(parameter, "help", None)
        if words:
            yield Text(path, str(parameter.name), words)
    if isinstance(command, TyperGroup):
        for child in command.commands.values():
            yield from _help_of(child, f"{name} {child.name}")


def _groups_of(command: Command, name: str) -> Iterator[tuple[str, TyperGroup]]:
    if isinstance(command, TyperGroup):
        yield name, command
        for child in command.commands.values():
            if not child.hidden:
                yield from _groups_of(child, f"{name} {child.name}")


def _literals(name: str, tree: ast.Module) -> Iterator[Text]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    within = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) in within:
                continue
            words = node.value
        else:
            continue
        is_docstring = id(node) in docstrings
        if is_docstring:
            words = _ARGUMENT.sub("", words)
        if " " in words and (is_docstring or name not in WORD_LISTS):
            yield Text(name, f"line {node.lineno}", words, user_text=not is_docstring)


def _comments(name: str, source: str) -> Iterator[Text]:
    """Comments of adjoining lines are one text."""
    lines: list[tuple[int, str]] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if lines and token.start[0] != lines[-1][0] + 1:
                yield _joined(name, lines)
                lines = []
            lines.append((token.start[0], token.string.lstrip("#: ")))
    if lines:
        yield _joined(name, lines)


def _joined(name: str, lines: list[tuple[int, str]]) -> Text:
    words = " ".join(text for _, text in lines)
    return Text(name, f"line {lines[0][0]}", words, user_text=False)


def _without_not_columns(page: str) -> str:
    """A page without the last column of tables whose last heading is `not`."""
    lines, in_table = [], False
    for line in page.splitlines():
        if re.search(r"\| *not *\|$", line):
            in_table = True
        elif not line.startswith("|"):
            in_table = False
        lines.append(line.rsplit("|", 2)[0] if in_table else line)
    return "\n".join(lines)


def _strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if " " in value:
            yield key, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _strings(each, f"{key}.{name}".strip("."))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _strings(each, f"{key}.{number}")


def _files(suffix: str) -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob(f"*{suffix}"))
        if _relative(path) not in QUOTING and "notices" not in path.parts
    ]


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _line(text: str, offset: int) -> int:
    return text[:offset].count("\n") + 1
