"""Files of options in object storage: one mechanism, and every verb that takes a file has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from flows.cli.app import app
from flows.cli.stored_files import IN_SETTINGS, READ, file_parameters
from tests.flows.cli.test_app import call
from tests.flows.run.storage.bucket import BUCKET, put
from tests.flows.run.storage.conftest import server, storage

__all__ = ["server", "storage"]

#: Files to write, and secrets of the desk.
_ON_THIS_MACHINE = {"target", "evidence", "auth", "tls_certificate", "tls_key", "proxy_secret"}


def _verbs(group: typer.Typer) -> Iterator[Any]:
    for verb in group.registered_commands:
        yield verb.callback
    for below in group.registered_groups:
        if below.typer_instance is not None:
            yield from _verbs(below.typer_instance)


def test_every_file_of_a_verb_is_read_from_storage_or_is_of_this_machine() -> None:
    marks = [one for verb in _verbs(app) for one in file_parameters(verb).items()]
    assert {mark for _, mark in marks} == {READ, IN_SETTINGS, ""}
    assert {name for name, mark in marks if not mark} == _ON_THIS_MACHINE


def test_files_of_arguments_and_options_are_read_there(storage: Any, tmp_path: Path) -> None:
    put(storage, **{"a.json": "{"})
    pooled = call("questions", "pool", f"s3://{BUCKET}/a.json", f"s3://{BUCKET}/a.json")
    assert pooled.exit_code in (1, 2)
    assert "a.json" in pooled.stderr
    none = call("questions", "pool", f"s3://{BUCKET}/none.json", tmp_path / "b.json")
    assert none.exit_code == 2
    assert f"files s3://{BUCKET}/none.json: there is no object and no folder" in none.stderr


def test_profile_is_read_there_each_time(storage: Any, tmp_path: Path) -> None:
    put(storage, **{"p.yaml": "title: First\nsources: {news_csv: {mirror: s3://no-bucket/x}}\n"})
    done = call("sources", "check", "--json", "--profile", f"s3://{BUCKET}/p.yaml")
    assert done.exit_code == 1
    assert "there is no bucket no-bucket" in done.stdout
    put(storage, **{"p.yaml": "titel: Second\n"})
    assert "unknown key titel" in call("check", "--profile", f"s3://{BUCKET}/p.yaml").stderr


@pytest.mark.parametrize("sheet", ["", "#2024"])
def test_copy_lies_in_the_folder_of_results_and_keeps_its_sheet(
    storage: Any, tmp_path: Path, sheet: str
) -> None:
    from flows.cli.stored_files import with_local_files

    put(storage, **{"cases.csv": "x"})
    given: list[Path] = []

    def verb(file: Any, out: Path) -> None:
        given.append(file)

    verb.__annotations__["file"] = _file_type()
    with_local_files(verb)(file=Path(f"s3://{BUCKET}/cases.csv{sheet}"), out=tmp_path)
    assert given == [tmp_path / ".work" / "storage" / BUCKET / f"cases.csv{sheet}"]


def _file_type() -> Any:
    from typing import Annotated

    return Annotated[Path, typer.Argument(), READ]


def test_file_to_write_is_none_of_a_storage(tmp_path: Path) -> None:
    done = call("export", "--as", "risk-table", "--to", "s3://bucket/x.csv", "--out", tmp_path)
    assert done.exit_code == 2
    assert "cannot be in object storage" in done.stderr
