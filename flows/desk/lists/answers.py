"""What the user answered about a list, and the profile that follows from it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import yaml

import configs
from configs import durable_files
from configs.config_errors import DataRejectedError
from flows.desk.lists.list_folders import ListFolder, SupplierListRecord, write_json

#: Blocks of answers about values.
VALUE_BLOCKS = ("countries", "sectors", "towns")
_NOT_USABLE = {
    "countries": "is not a country; write its name in English or its ISO code, such as BD",
    "sectors": "is not a known sector; choose one, or write an ISIC division, such as 14",
    "towns": "is not one known town of the country; write a larger town nearby, with its region",
}
_BEFORE = "answers-before.json"
_BANNER = (
    "# Written by the desk. The same run on the command line:\n#   understory run --workspace {}\n"
)


def no_answers() -> dict[str, Any]:
    """The answers of a new list.

    Returns:
        `files`: by stored name `sheets`, `map`, `drop`, `decimal` and `constants` as in a profile;
        `countries`, `sectors` and `towns`: value as written to the answer; `not_personal`: header
        to the reason why it holds no data about persons.
    """
    return {"files": {}, "not_personal": {}, **{block: {} for block in VALUE_BLOCKS}}


def usable(answers: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answers about values that a check can use, and a sentence for each of the others."""
    # Reading tables, which the first page needs not.
    from suppliers.intake.answers import Answers, check_answers

    kept, sentences = copy.deepcopy(dict(answers)), []
    for block in VALUE_BLOCKS:
        for written, answer in dict(kept[block]).items():
            try:
                check_answers(Answers(**{block: {written: answer}}))
            except DataRejectedError:
                del kept[block][written]
                sentences.append(f"{written}: {answer!r} {_NOT_USABLE[block]}.")
    return kept, sentences


def keep_answers_before(folder: ListFolder, answers: Mapping[str, Any] | None) -> None:
    """Keep the answers that others replace."""
    write_json(folder.path / _BEFORE, {"answers": answers})


def answers_before(folder: ListFolder) -> dict[str, Any] | None:
    """The answers that the last ones replaced; None where there were none."""
    file = folder.path / _BEFORE
    if not file.is_file():
        return None
    before: dict[str, Any] | None = json.loads(file.read_text(encoding="utf-8"))["answers"]
    return before


def suppliers_block(folder: ListFolder, record: SupplierListRecord) -> dict[str, Any]:
    """The `suppliers:` block of the list's profile."""
    answers = {**no_answers(), **(record.answers or {})}
    files = [
        {"path": str(folder.files / file.stored), **answers["files"].get(file.stored, {})}
        for file in record.files
    ]
    block: dict[str, Any] = {
        **({"files": files} if files else {}),
        "columns": {"declared_false_alarms": dict(answers["not_personal"])},
        "answers": {name: dict(answers[name]) for name in VALUE_BLOCKS},
    }
    if record.completed is not None:
        block["completed"] = str(folder.path / record.completed)
    return block


def write_settings(folder: ListFolder) -> None:
    """Write the list with all its answers as a profile.

    Raises:
        UsageError: the profile below the answers is not there.
    """
    record = folder.read()
    below = {} if record.profile is None else configs.yaml_file(folder.path / record.profile)
    profile = laid_over(
        below,
        {
            "title": record.title,
            "use": record.use,
            "sources": {name: {"enabled": on} for name, on in (record.switched or {}).items()},
            "signals": {name: {"weight": one} for name, one in (record.weights or {}).items()},
            "suppliers": suppliers_block(folder, record),
        },
    )
    text = yaml.safe_dump(profile, sort_keys=False, allow_unicode=True, width=100)
    durable_files.write_text(folder.settings_file, _BANNER.format(folder.list_id) + text)


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` over `below`, leaf by leaf; lists replace."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            merged[key] = laid_over(old, value)
        else:
            merged[key] = value
    return merged
