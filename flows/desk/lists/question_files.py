"""The questionnaires of a list: their record, their files and what was found in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from configs import durable_files
from configs.config_errors import UsageError
from flows.desk.lists.list_folders import (
    ListedFile,
    ListFolder,
    free_name,
    now,
    shown_name,
    write_json,
)
from flows.desk.lists.stored_files import store_parts
from flows.desk.lists.turns import in_turn

#: As `scoring.questionnaires.reading.read_questionnaires.SUFFIXES`, which is slow to import.
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".docx", ".pdf")
_MOST_FILES = 50
_RECORD, _RESULT = "record.json", "result.json"
#: In their folder: the workbooks of decisions and of matches as the page shows them, the verbs may
#: have written others since; and what the buyer states for suppliers that answer.
DECIDED_BOOK, MATCHES_BOOK, PROMISES = "decided.xlsx", "matches.xlsx", "incentives.csv"
_PROMISES_LABEL = "incentives.json"


@dataclass(frozen=True)
class QuestionnaireRecord:
    """The questionnaires of a list.

    Attributes:
        files: in the order in which they were added.
        version: counts changes of files.
    """

    files: tuple[ListedFile, ...] = ()
    version: int = 1

    def labels(self) -> dict[str, str]:
        """The user's names of files by ours."""
        return {file.stored: file.label for file in self.files}


def questionnaire_folder(folder: ListFolder) -> Path:
    """Folder of the questionnaires as they were sent, and of what was found in them."""
    return folder.path / "questionnaires"


def read_record(folder: ListFolder) -> QuestionnaireRecord:
    """The record; an empty one where no questionnaire was sent."""
    file = questionnaire_folder(folder) / _RECORD
    if not file.is_file():
        return QuestionnaireRecord()
    record = json.loads(file.read_text(encoding="utf-8"))
    return QuestionnaireRecord(tuple(ListedFile(**one) for one in record["files"]),
                               record["version"])  # fmt: skip


def add_questionnaire(folder: ListFolder, label: str, content: IO[bytes]) -> None:
    """Store a questionnaire part by part, in place of one of the same label.

    Raises:
        UsageError: the file is no questionnaire by its name, or there are too many.
    """
    shown = shown_name(label.replace("\\", "/").rsplit("/", 1)[-1])
    suffix = Path(shown).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{shown or 'the file'}: no questionnaire has this kind of name; send one of "
            f"{', '.join(SUFFIXES)}"
        )
    with _changed(folder) as held:
        record = held[0]
        known = {file.label: file for file in record.files}
        if shown not in known and len(known) >= _MOST_FILES:
            raise UsageError(f"a list has at most {_MOST_FILES} questionnaires; remove some")
        stored = known[shown].stored if shown in known else free_name(record.files, suffix)
        size, digest = store_parts(content, questionnaire_folder(folder) / stored)
        files = {**known, shown: ListedFile(stored, shown, size, digest, now())}
        held[0] = QuestionnaireRecord(tuple(files.values()), record.version + 1)


def remove_questionnaire(folder: ListFolder, stored: str) -> None:
    """Take a questionnaire off the list; an unknown name changes nothing."""
    with _changed(folder) as held:
        record = held[0]
        kept = tuple(file for file in record.files if file.stored != stored)
        if len(kept) < len(record.files):
            (questionnaire_folder(folder) / stored).unlink(missing_ok=True)
            held[0] = replace(record, files=kept, version=record.version + 1)


def write_result(folder: ListFolder, result: Mapping[str, Any]) -> None:
    """Keep what was found."""
    write_json(questionnaire_folder(folder) / _RESULT, result)


def read_result(folder: ListFolder) -> dict[str, Any] | None:
    """What was found, if it is of the questionnaires as they are now."""
    file = questionnaire_folder(folder) / _RESULT
    if not file.is_file():
        return None
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return result if result["version"] == read_record(folder).version else None


def keep_promises(folder: ListFolder, content: bytes, label: str) -> None:
    """Keep the table of promises in place of an earlier one."""
    home = questionnaire_folder(folder)
    durable_files.write_bytes(home / PROMISES, content)
    write_json(home / _PROMISES_LABEL, {"label": label})


def read_promises_label(folder: ListFolder) -> str | None:
    """The user's name of the table of promises; None where there is none."""
    file = questionnaire_folder(folder) / _PROMISES_LABEL
    if not file.is_file():
        return None
    return str(json.loads(file.read_text(encoding="utf-8"))["label"])


def remove_promises(folder: ListFolder) -> None:
    """Take the table of promises away, where there is one."""
    for name in (_PROMISES_LABEL, PROMISES):
        (questionnaire_folder(folder) / name).unlink(missing_ok=True)


@contextmanager
def _changed(folder: ListFolder) -> Iterator[list[QuestionnaireRecord]]:
    """Change the record while nobody else does; what the block puts there instead is written."""
    home = questionnaire_folder(folder)
    home.mkdir(exist_ok=True)
    with in_turn(home / "record.lock"):
        held = [read_record(folder)]
        before = held[0]
        yield held
        if held[0] != before:
            files = [vars(file) for file in held[0].files]
            write_json(home / _RECORD, {"files": files, "version": held[0].version})
