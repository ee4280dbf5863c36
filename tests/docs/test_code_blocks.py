import ast
import importlib
import re
import shlex

import pytest
import yaml
from typer.core import TyperArgument, TyperCommand

import configs
from benchmarks.measurement_registry import measurements
from configs.settings import Settings
from flows.documentation.cli_page import options, verbs
from tests.docs.pages import ROOT, Block, blocks, inline_code, written_pages
from tests.docs.project_names import is_ours

_PROGRAM = re.compile(r"^(?:\.venv/bin/)?understory\b")
_MEASUREMENT = re.compile(r"make (bench|validate) NAME=(\w+)")
_ROOMS = "flows|reports|scoring|signals|suppliers|sql|configs|benchmarks"
_OUR_PATH = re.compile(rf"^(?:{_ROOMS})/[\w/]*(?:\.py|\.csv|\.sql)?$")
_OUR_NAME = re.compile(rf"^(?:{_ROOMS})(?:\.[A-Za-z_]\w*)+(?::\w+)?$")
#: A file that a decision only supposes.
_EXAMPLE = "flows/x.py"
_MAKE_TARGETS = re.compile(r"^([a-z][\w-]*):", re.M)


def _commands(block: Block) -> list[str]:
    """The lines of a shell block, continued lines joined."""
    return block.text.replace("\\\n", " ").splitlines()


def _understory_lines() -> list[tuple[str, str]]:
    return [
        (f"{block.page}:{block.line}", line.strip())
        for block in blocks("sh", "shell", "bash", "")
        for line in _commands(block)
        if _PROGRAM.match(line.strip())
    ]


def _verb_of(words: list[str]) -> tuple[str, list[str]]:
    """The longest verb that the words begin with, and what is left for it."""
    known = verbs()
    for length in (3, 2, 1):
        name = " ".join(["understory", *words[:length]])
        if name in known:
            return name, words[length:]
    raise AssertionError(f"no verb: {' '.join(words)}")


@pytest.mark.parametrize(("where", "line"), _understory_lines())
def test_commands_parse(where: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if words in (["--help"], ["-h"]):
        return
    name, rest = _verb_of([word for word in words if word != "..."])
    with verbs()[name].make_context(name, rest):
        pass  # the parser raised nothing: every option exists and every value has its type


def test_there_are_commands_to_parse() -> None:
    assert len(_understory_lines()) > 40


@pytest.mark.parametrize("page", sorted(written_pages()))
def test_verbs_and_options_named_within_sentences_exist(page: str) -> None:
    unknown = []
    for span in inline_code(written_pages()[page]):
        if not _PROGRAM.match(span) or page == "CHANGELOG.md":
            continue
        words = [word for word in span.split()[1:] if word not in {"…", "..."}]
        plain = [word for word in words if re.fullmatch(r"[a-z]+", word)]
        if not plain or _is_group(plain):
            continue
        name, _ = _verb_of(plain)
        spelled = re.findall(r"(?<![\w-])--[a-z][a-z-]*", span)
        unknown += [word for word in spelled if word not in {*options(verbs()[name]), "--help"}]
    assert unknown == []


def _is_group(words: list[str]) -> bool:
    """Whether the words name a group of verbs alone, such as `understory tune`."""
    prefix = " ".join(["understory", *words]) + " "
    return any(name.startswith(prefix) for name in verbs())


def test_measurements_named_in_the_pages_exist() -> None:
    known = {(m.kind, m.id) for m in measurements().values()}
    named = {
        (kind, name): page
        for page, text in written_pages().items()
        for kind, name in _MEASUREMENT.findall(text)
    }
    assert named
    assert {key: page for key, page in named.items() if key not in known} == {}


def test_make_targets_named_in_the_pages_exist() -> None:
    targets = set(_MAKE_TARGETS.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {
        word: page
        for page, text in written_pages().items()
        for word in re.findall(r"(?:^|`)make ([a-z][\w-]*)", text, re.M)
    }
    assert {word: page for word, page in named.items() if word not in targets} == {}


@pytest.mark.parametrize("block", blocks("python"), ids=str)
def test_python_compiles_and_its_imports_exist(block: Block) -> None:
    tree = ast.parse(block.text)
    compile(tree, str(block), "exec")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                importlib.import_module(alias.name)
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None
            module = importlib.import_module(node.module)
            assert [a.name for a in node.names if not hasattr(module, a.name)] == []


@pytest.mark.parametrize("block", blocks("yaml", "yml"), ids=str)
def test_yaml_is_a_configuration(block: Block) -> None:
    found = yaml.safe_load(block.text)
    assert found.keys() <= Settings.model_fields.keys()
    configs.load(changes=found, local=None)


def test_every_verb_takes_its_arguments_after_its_name() -> None:
    """What the page of verbs prints as usage is what the parser takes."""
    for name, verb in verbs().items():
        assert isinstance(verb, TyperCommand)
        needed = [p for p in verb.params if isinstance(p, TyperArgument) and p.required]
        given = ["x"] * len(needed)
        named = [o for o in options(verb).values() if o.required]
        values = {
            "outcomes": "o.csv",
            "months": "3",
            "since": "2020-01",
            "pillar": "financial",
            "name": "prov",
            "law_name": "lksg",
            "language": "de",
        }
        for option in named:
            given += [option.opts[0], values.get(str(option.name), "2020-01")]
        with verb.make_context(name, given):
            pass


@pytest.mark.parametrize("page", sorted(written_pages().keys() - {"CHANGELOG.md"}))
def test_files_modules_and_keys_named_in_the_pages_exist(page: str) -> None:
    spans = inline_code(written_pages()[page])
    paths = {span for span in spans if _OUR_PATH.match(span)} - {_EXAMPLE}
    names = {span for span in spans if _OUR_NAME.match(span)}
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert sorted(missing + [name for name in names if not is_ours(name)]) == []
