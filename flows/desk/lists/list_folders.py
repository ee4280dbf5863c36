"""A list of the desk: a workspace with its record, its files, its history and its runs.

No name that a user gives becomes a part of a path as it is: the workspace has its title in plain
letters, files get names of ours, and the user's are kept in the record to be shown.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Literal

from configs import durable_files
from configs.config_errors import UsageError
from flows.desk.lists.stored_files import store_parts
from flows.desk.lists.turns import in_turn
from flows.run.folders.installation import LIST_PROFILE, is_name, name_for
from reports.languages.catalogue import message

Use = Literal["commercial", "non_commercial", "research"]
USES: tuple[Use, ...] = ("commercial", "non_commercial", "research")
#: Files that lists can be; others are rejected before they are stored.
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".geojson")
#: Settings of the list that comes with the desk, whose files are written beside them.
DEMONSTRATION_PROFILE = "world/demo.yaml"
_MOST_FILES = 50
_LONGEST_TITLE = 120


@dataclass(frozen=True)
class ListedFile:
    """One file of a list.

    Attributes:
        stored: name in the folder `files`, ours.
        label: name that the user gave it.
        bytes: size.
        sha256: of its content.
        added_at: time, as text.
    """

    stored: str
    label: str
    bytes: int
    sha256: str
    added_at: str


@dataclass(frozen=True)
class SupplierListRecord:
    """What is known about a list.

    Attributes:
        list_id: name of its workspace.
        title: that the user gave it.
        created_at: time, as text.
        files: in the order in which they were added.
        version: counts changes of files and answers.
        answers: what the user answered, see `flows.desk.lists.answers`.
        use: for which use sources are read.
        switched: sources that the user switched on or off.
        completed: stored name of the completed workbook, or None.
        profile: settings below the answers, path of a YAML file; None for the base alone.
        as_of: usual as-of date, or None for the first of the month.
        weights: of signals by id, where the user set others than the default.
    """

    list_id: str
    title: str
    created_at: str
    files: tuple[ListedFile, ...] = ()
    version: int = 1
    answers: Mapping[str, Any] | None = None
    use: Use = "commercial"
    switched: Mapping[str, bool] | None = None
    completed: str | None = None
    profile: str | None = None
    as_of: str | None = None
    weights: Mapping[str, float] | None = None

    @property
    def is_demonstration(self) -> bool:
        """Whether it is the synthetic list that comes with the desk."""
        return self.profile == DEMONSTRATION_PROFILE


@dataclass(frozen=True)
class ListFolder:
    """The folder of one list."""

    path: Path

    @property
    def list_id(self) -> str:
        """Name of the workspace."""
        return self.path.name

    @property
    def files(self) -> Path:
        """Folder of the files as they were sent."""
        return self.path / "files"

    @property
    def results(self) -> Path:
        """Folder of the runs: the workspace itself, as every verb knows it (`--workspace`)."""
        return self.path

    @property
    def jobs(self) -> Path:
        """Folder of what other processes do for the list."""
        return self.path / "jobs"

    @property
    def settings_file(self) -> Path:
        """The list with all answers as a profile (`--profile`)."""
        return self.path / LIST_PROFILE

    def read(self) -> SupplierListRecord:
        """The record."""
        record = json.loads((self.path / "list.json").read_text(encoding="utf-8"))
        files = tuple(ListedFile(**entry) for entry in record.pop("files"))
        return SupplierListRecord(**record, files=files)

    def write(self, record: SupplierListRecord, who: str, what: str) -> None:
        """Replace the record, and add a line to the history.

        Args:
            record: the new one.
            who: changed it.
            what: was changed, for people.
        """
        content = {
            **{name: getattr(record, name) for name in record.__dataclass_fields__},
            "files": [vars(file) for file in record.files],
        }
        write_json(self.path / "list.json", content)
        line = {"at": now(), "who": who, "what": what, "version": record.version}
        with (self.path / "history.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def history(self) -> list[dict[str, Any]]:
        """Changes, newest first."""
        file = self.path / "history.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        return [json.loads(line) for line in reversed(lines)]

    @contextmanager
    def changed(self, who: str, what: str) -> Iterator[list[SupplierListRecord]]:
        """Change the record while nobody else does.

        Yields:
            A list with the record; what the block puts there instead is written.
        """
        with in_turn(self.path / "list.lock"):
            held = [self.read()]
            before = held[0]
            yield held
            if held[0] != before:
                self.write(held[0], who, what)


def write_json(file: Path, value: Mapping[str, Any]) -> None:
    """Write a record whole or not at all."""
    durable_files.write_text(file, json.dumps(value, ensure_ascii=False, indent=1))


def all_lists(lists: Path) -> list[ListFolder]:
    """The lists, the newest first."""
    if not lists.is_dir():
        return []
    found = [
        ListFolder(entry)
        for entry in lists.iterdir()
        if is_name(entry.name) and (entry / "list.json").is_file()
    ]
    return sorted(found, key=lambda one: one.read().created_at, reverse=True)


def find_list(lists: Path, list_id: str) -> ListFolder | None:
    """The list of an id that came from a browser; None if there is none."""
    if not is_name(list_id) or not (lists / list_id / "list.json").is_file():
        return None
    return ListFolder(lists / list_id)


def new_list(lists: Path, title: str, who: str) -> ListFolder:
    """Make an empty list.

    Raises:
        UsageError: the title is empty.
    """
    shown = shown_name(title)
    if not shown:
        raise UsageError(message("the list has no name; give it one, such as Suppliers of 2026"))
    lists.mkdir(parents=True, exist_ok=True)
    taken = [one.name for one in lists.iterdir()]
    while True:
        folder = ListFolder(lists / name_for(shown, taken))
        try:
            folder.path.mkdir()
        except FileExistsError:
            # Another list of this title was made at the same moment.
            taken.append(folder.list_id)
            continue
        break
    folder.files.mkdir()
    record = SupplierListRecord(folder.list_id, shown, now())
    folder.write(record, who, message("made the list"))
    return folder


def delete_list(folder: ListFolder) -> None:
    """Delete a list with its files and results."""
    aside = folder.path.with_name(f".deleted-{folder.list_id}")
    folder.path.rename(aside)
    shutil.rmtree(aside)


def add_file(folder: ListFolder, label: str, content: IO[bytes], who: str) -> None:
    """Store a file that was sent, part by part.

    A file of the same label is replaced: its answers hold for the new one.

    Raises:
        UsageError: the file is no list by its name, or there are too many.
    """
    shown = shown_name(label.replace("\\", "/").rsplit("/", 1)[-1])
    suffix = Path(shown).suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{shown or 'the file'}: no supplier list has this kind of name; send one of "
            f"{', '.join(SUFFIXES)}"
        )
    with folder.changed(who, f"added the file {shown}") as held:
        record = held[0]
        known = {file.label: file for file in record.files}
        if shown not in known and len(known) >= _MOST_FILES:
            raise UsageError(f"a list has at most {_MOST_FILES} files; join some of them")
        stored = known[shown].stored if shown in known else free_name(record.files, suffix)
        size, digest = store_parts(content, folder.files / stored)
        file = ListedFile(stored, shown, size, digest, now())
        files = {**known, shown: file}
        held[0] = replace(record, files=tuple(files.values()), version=record.version + 1)


def remove_file(folder: ListFolder, stored: str, who: str) -> None:
    """Take a file off the list; an unknown name changes nothing."""
    with folder.changed(who, message("removed a file")) as held:
        record = held[0]
        kept = tuple(file for file in record.files if file.stored != stored)
        if len(kept) < len(record.files):
            (folder.files / stored).unlink(missing_ok=True)
            held[0] = replace(record, files=kept, version=record.version + 1)


def set_completed(folder: ListFolder, content: IO[bytes], who: str) -> None:
    """Store the completed workbook in place of an earlier one."""
    with folder.changed(who, message("added the completed workbook")) as held:
        store_parts(content, folder.path / "completed.xlsx")
        held[0] = replace(held[0], completed="completed.xlsx", version=held[0].version + 1)


def shown_name(text: str) -> str:
    """A name on one line, without marks that change how it is read."""
    return " ".join("".join(m if m.isprintable() else " " for m in text).split())[:_LONGEST_TITLE]


def use_of(text: str) -> Use | None:
    """A use that the settings know, or None."""
    return text if text in USES else None


def free_name(files: Iterable[ListedFile], suffix: str) -> str:
    """A name of ours that none of the files has."""
    taken = {file.stored for file in files}
    number = 1
    while (name := f"file_{number}{suffix}") in taken:
        number += 1
    return name


def now() -> str:
    """The time as text, to milliseconds."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
