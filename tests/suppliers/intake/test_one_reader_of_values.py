"""Texts become numbers and days in one place, so that no source has rules of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
#: Modules that may turn texts into numbers or days by themselves. Add none: what a source needs
#: belongs into the readers.
ALLOWED: frozenset[str] = frozenset()

_READERS = frozenset({"suppliers/intake/numbers.py", "suppliers/intake/days.py"})
_PARSERS = frozenset(
    {
        "to_date", "to_datetime", "to_time", "to_integer", "to_decimal", "strptime",
        "fromisoformat",
    }
)  # fmt: skip
_TEXT_METHODS = frozenset({"get", "strip", "replace", "lower", "group", "split", "removeprefix"})


def _modules() -> list[Path]:
    folders = (
        "signals/sources", "suppliers/intake", "suppliers/relations", "suppliers/identity",
        "scoring/tune", "scoring/prioritisation",
    )  # fmt: skip
    files = ("decisions/prioritisation_stage", "request/country_groups", "request/outcome_files")
    return [
        *(path for folder in folders for path in sorted((REPOSITORY / folder).rglob("*.py"))),
        *(REPOSITORY / "flows" / "run" / f"{name}.py" for name in files),
    ]


def own_casts(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of every place where a module turns a text into a number or a day itself.

    A cast that is not strict is one of text. `float` and `int` of a record's field or of a
    text's part are such casts; those of an array's element, a computed figure or a matched group
    are not.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute):
            is_lenient = node.func.attr == "cast" and any(k.arg == "strict" for k in node.keywords)
            if node.func.attr in _PARSERS or is_lenient:
                yield node.lineno, ast.unparse(node)
        is_built_in = isinstance(node.func, ast.Name) and node.func.id in ("float", "int")
        if is_built_in and node.args and _is_of_text(node.args[0]):
            yield node.lineno, ast.unparse(node)


def _is_of_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute):
            return function.attr in _TEXT_METHODS
        return isinstance(function, ast.Name) and function.id == "str"
    if isinstance(node, ast.Subscript):
        key = node.slice
        is_name = isinstance(key, ast.Name) and key.id.isupper()
        return is_name or (isinstance(key, ast.Constant) and isinstance(key.value, str))
    return isinstance(node, ast.BoolOp) and any(map(_is_of_text, node.values))


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_source_reads_numbers_or_days_itself(path: Path) -> None:
    name = str(path.relative_to(REPOSITORY))
    if name in _READERS | ALLOWED:
        return
    assert not list(own_casts(path.read_text(encoding="utf-8")))


def test_nothing_is_allowed() -> None:
    assert not ALLOWED


@pytest.mark.parametrize(
    "planted",
    [
        'pl.col("amount").cast(pl.Float64, strict=False)',
        'pl.col("day").str.to_date("%d/%m/%Y", strict=False)',
        'pl.col("at").str.to_datetime("%Y-%m-%d %H%M")',
        'dt.date.fromisoformat(row["day"][:10])',
        'dt.datetime.strptime(text, "%Y%m%d")',
        'float(row["amount"].replace(",", "."))',
        'float(entry["val"])',
        'float(row[AREA])',
        'int(str(value))',
        'int(content.get("year") or 0)',
    ],
)  # fmt: skip
def test_a_cast_planted_in_a_source_is_found(planted: str) -> None:
    assert list(own_casts(f"def stage(rows):\n    return {planted}\n"))


@pytest.mark.parametrize(
    "fine",
    [
        'pl.col("n").cast(pl.Int32)',
        "float(values.mean())",
        "int(match[1])",
        'number_of("amount", style)',
    ],
)
def test_a_computed_figure_is_no_cast_of_text(fine: str) -> None:
    assert not list(own_casts(f"def stage(rows):\n    return {fine}\n"))
