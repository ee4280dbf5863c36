"""What later steps rely on is written whole, and nothing half-written stays."""

import ast
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from configs import durable_files

#: Calls that leave a file which a kill may tear or a power failure may empty.
_BARE = {"write_text", "write_bytes", "write_parquet", "write_csv", "savez_compressed", "save"}
#: Written into a folder that is flushed and named as a whole, read by the same step alone, or
#: files of a checkout and of generated worlds; or a table as text, which is no file yet.
_EXEMPT = {
    "flows/documentation/messages.py",
    "flows/demo_world",
    "flows/publishers_world",
    "flows/scaffold",
    "reports/write.py",
    "signals/fetching/one_attempt.py",
    "signals/expected_form.py",
    "signals/sources/climate/grid_layers.py",
    "reports/tables/cells.py",
    "reports/exports/csv_text.py",
    "reports/exports/declared/data_package.py",
    "flows/run/history/reference_store.py",
}


def bare_writes(text: str) -> list[str]:
    """Calls that write a file, outside of a block of `written_whole` and with no flush."""
    if not any(f".{name}(" in text for name in _BARE):
        return []
    tree = ast.parse(text)
    whole = {
        inner
        for block in ast.walk(tree)
        if isinstance(block, ast.With) and "written_whole" in ast.dump(block.items[0])
        for inner in ast.walk(block)
    }
    in_memory = {
        target.id
        for made in ast.walk(tree)
        if isinstance(made, ast.Assign) and ast.unparse(made.value) == "io.BytesIO()"
        for target in made.targets
        if isinstance(target, ast.Name)
    }
    return [
        f"line {call.lineno}: {call.func.attr}"
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and call not in whole
        and not (call.args and isinstance(call.args[0], ast.Name) and call.args[0].id in in_memory)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in _BARE
        and "durable_files" not in ast.dump(call.func.value)
    ]


def test_every_writer_uses_the_one_function() -> None:
    root = Path(durable_files.__file__).parents[1]
    found = {
        f"{name}: {line}"
        for room in ("flows", "reports", "scoring", "signals", "suppliers", "sql")
        for path in sorted((root / room).rglob("*.py"))
        if not any((name := path.relative_to(root).as_posix()).startswith(one) for one in _EXEMPT)
        for line in bare_writes(path.read_text(encoding="utf-8"))
    }
    assert found == set()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("path.write_text('a')", 1),
        ("frame.write_parquet(path)", 1),
        ("with durable_files.written_whole(a) as b:\n    frame.write_parquet(b)", 0),
        ("durable_files.write_text(path, 'a')", 0),
        ("memory = io.BytesIO()\nframe.write_parquet(memory)", 0),
        ("memory = io.BytesIO()\nframe.write_parquet(path)", 1),
    ],
)
def test_a_bare_write_is_found(text: str, count: int) -> None:
    assert len(bare_writes(text)) == count


def test_an_error_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    durable_files.write_text(target, "first")
    with suppress(ValueError), durable_files.written_whole(target) as path:
        path.write_text("sec")
        raise ValueError
    assert target.read_text() == "first"
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_file_has_the_permissions_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        durable_files.write_bytes(tmp_path / "a", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


_KILLED = """
import os, signal, sys
from contextlib import suppress
from pathlib import Path
from configs import durable_files
with durable_files.written_whole(Path(sys.argv[1])) as path:
    path.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_files_of_killed_processes_are_removed_and_those_of_others_stay(tmp_path: Path) -> None:
    target = tmp_path / "below" / "a.json"
    subprocess.run([sys.executable, "-c", _KILLED, str(target)], check=False)
    assert [path.name[:9] for path in target.parent.iterdir()] == [durable_files.UNFINISHED]
    of_another = target.with_name(f"{durable_files.UNFINISHED}{os.getppid()}-1")
    of_another.touch()
    durable_files.remove_unfinished(tmp_path)
    assert list(target.parent.iterdir()) == [of_another]
