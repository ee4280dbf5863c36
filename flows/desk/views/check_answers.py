"""From the form of the check page to the answers that are kept."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from configs.config_errors import UsageError
from flows.desk.lists.answers import VALUE_BLOCKS, no_answers
from flows.desk.lists.list_folders import shown_name

LEAVE_OUT = "-"
# As the drop-downs write countries and sectors.
_NAME_AND_CODE = re.compile(r".* \(([A-Z]{2})\)")
_CODE_AND_TITLE = re.compile(r"([0-9]{2}) .*")


def answers_of(
    form: Mapping[str, str], check: Mapping[str, Any], before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The answers with those of a form laid on top.

    Args:
        form: fields named by the position of what they answer: `a0` the choice and `t0` the words
            for finding 0, `p0` and `r0` the tick and the reason for a column on persons where the
            form asks about `persons`, `c0-3` the field of column 3 of file 0, `s0` the sheets of
            file 0, `x` what is taken back.
        check: `check.json` that the form was made from.
        before: the answers so far.

    Raises:
        UsageError: a column that seems to hold data about persons is not left out or explained.
    """
    answers = copy.deepcopy({**no_answers(), **(before or {})})
    _take_back(answers, form.get("x", ""))
    for at, file in enumerate(check["files"]):
        own = answers["files"].setdefault(file["stored"], {})
        if f"s{at}" in form:
            own["sheets"] = _known(form[f"s{at}"], [sheet["name"] for sheet in file["sheets"]])
        for position, column in enumerate(file["columns"]):
            if (chosen := form.get(f"c{at}-{position}")) is not None:
                _set_column(own, column, chosen)
    for at, finding in enumerate(check["findings"]):
        own = answers["files"].setdefault(stored_name(finding, check), {})
        choice, words = form.get(f"a{at}", "").strip(), shown_name(form.get(f"t{at}", ""))
        if finding["block"] == "drop" and finding["kind"] == "settled":
            if "persons" in form:
                _set_personal(answers, own, finding["key"], at, form)
        elif finding["block"] in VALUE_BLOCKS and (choice or words):
            answers[finding["block"]][finding["key"]] = code_of(words or choice)
        elif finding["block"] == "constants" and choice:
            own.setdefault("constants", {})[finding["key"]] = choice
        elif finding["block"] == "decimal" and choice in ("dot", "comma"):
            own["decimal"] = choice
        elif finding["rule"] == "missing_column" and words:
            own.setdefault("constants", {})[finding["key"]] = code_of(words)
        elif finding["rule"] == "missing_column" and choice:
            own.setdefault("map", {})[choice] = finding["key"]
        elif finding["rule"] == "two_columns" and choice:
            others = [one["value"] for one in finding["candidates"] if one["value"] != choice]
            own["drop"] = list(dict.fromkeys([*own.get("drop", []), *others]))
    answers["files"] = {name: own for name, own in answers["files"].items() if name and own}
    return answers


def stored_name(finding: Mapping[str, Any], check: Mapping[str, Any]) -> str:
    """The stored name of the file that a finding is about; "" where it is about all."""
    for file in check["files"]:
        name = str(file["stored"])
        if finding["file"] == name or str(finding["file"]).startswith(f"{name}, sheet "):
            return name
    return ""


def code_of(text: str) -> str:
    """What a drop-down's entry stands for: its code, or the words as they are."""
    for pattern in (_NAME_AND_CODE, _CODE_AND_TITLE):
        if found := pattern.fullmatch(text):
            return found[1]
    return text


def given_answers(answers: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """What was answered so far, each with the name by which it is taken back."""
    found = []
    for block in VALUE_BLOCKS:
        for at, (written, answer) in enumerate((answers or {}).get(block, {}).items()):
            found.append({"name": f"{block}-{at}", "written": written, "answer": answer})
    for at, (header, reason) in enumerate((answers or {}).get("not_personal", {}).items()):
        found.append({"name": f"not_personal-{at}", "written": header, "answer": reason})
    return found


def _take_back(answers: dict[str, Any], named: str) -> None:
    for name in named.split("\n"):
        block, _, number = name.partition("-")
        known = list(answers.get(block, {})) if block in (*VALUE_BLOCKS, "not_personal") else []
        if number.isdigit() and int(number) < len(known):
            answers[block][known[int(number)]] = None
    for block in (*VALUE_BLOCKS, "not_personal"):
        answers[block] = {key: value for key, value in answers[block].items() if value is not None}


def _known(lines: str, names: list[str]) -> list[str]:
    chosen = set(lines.split("\n"))
    return [name for name in names if name in chosen]


def _set_column(own: dict[str, Any], column: Mapping[str, Any], chosen: str) -> None:
    header, current = column["header"], column["field"] or ""
    if chosen == (LEAVE_OUT if column["is_dropped"] else current):
        return
    dropped = [name for name in own.get("drop", []) if name != header]
    mapped = {name: field for name, field in own.get("map", {}).items() if name != header}
    if chosen == LEAVE_OUT:
        dropped.append(header)
    elif chosen:
        mapped[header] = chosen
    own["drop"], own["map"] = dropped, mapped


def _set_personal(
    answers: dict[str, Any], own: dict[str, Any], header: str, at: int, form: Mapping[str, str]
) -> None:
    if f"p{at}" in form:
        own["drop"] = list(dict.fromkeys([*own.get("drop", []), header]))
        return
    reason = shown_name(form.get(f"r{at}", ""))
    if not reason:
        raise UsageError(
            f"the column {header!r} seems to hold data about persons; leave it out, or write why "
            "it does not"
        )
    answers["not_personal"][header] = reason
