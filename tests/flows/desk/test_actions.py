"""What the page does the command line does: the table of the docs names every action."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from configs.settings import Settings
from flows.cli.app import app
from flows.desk.pages import ALL_PAGES

_DOCS = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "desk.md"
_TABLE = _DOCS.read_text("utf-8").partition("## The same by command")[2].partition("\n## ")[0]
_ROWS = [
    (actions.split(", "), without)
    for actions, without in re.findall(r"^\| ([^|`]+) \| (.+) \|$", _TABLE, re.MULTILINE)
    if actions != "Action"
]
_COMMANDS = sorted({one for _, text in _ROWS for one in re.findall(r"`understory ([^`]+)`", text)})
_KEYS = sorted({one for _, text in _ROWS for one in re.findall(r"`([a-z_]+[a-zA-Z_.]*)`", text)})


def test_the_table_names_every_action_once() -> None:
    named = [action for actions, _ in _ROWS for action in actions]
    assert sorted(named) == sorted(page.action for page in ALL_PAGES if page.action)


@pytest.mark.parametrize("text", _COMMANDS)
def test_a_command_of_the_table_is_there_with_its_options(text: str) -> None:
    command: Any = get_command(app)
    words = text.split()
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("key", _KEYS)
def test_a_key_of_the_table_is_one_of_the_settings(key: str) -> None:
    schema = Settings.model_json_schema()
    found: Any = schema
    for name in key.split("."):
        found = schema["$defs"][found["$ref"].rpartition("/")[2]] if "$ref" in found else found
        found = found["additionalProperties"] if name == "NAME" else found["properties"][name]
