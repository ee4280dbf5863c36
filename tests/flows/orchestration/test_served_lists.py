"""Which lists a start of `serve` runs."""

from pathlib import Path

import pytest

from configs.config_errors import UsageError
from flows.orchestration.served_lists import FILE, Schedule, kept, to_serve
from flows.run.folders.installation import workspace_folder


def schedule(out: Path, *suppliers: str) -> Schedule:
    return Schedule(
        None, suppliers, ("scoring.top_k=5",), out,
        cron="0 6 2 * *", working_directory=Path("/work"),
    )  # fmt: skip


def test_the_schedule_of_a_workspace_is_kept_and_served_with_every_other(tmp_path: Path) -> None:
    a, b = (schedule(workspace_folder(tmp_path, name), f"{name}.csv") for name in ("a", "b"))
    own = schedule(tmp_path, "own.csv")
    assert to_serve(a) == [a]
    assert to_serve(b) == [b, a]
    assert to_serve(own) == [own, a, b]
    # Without a list, those that were kept; the installation's own is named at every start.
    assert to_serve(schedule(tmp_path)) == [a, b]
    assert list(kept(tmp_path)) == [a, b]


def test_nothing_to_serve_is_a_sentence(tmp_path: Path) -> None:
    for out in (tmp_path, workspace_folder(tmp_path, "a")):
        with pytest.raises(UsageError, match="no supplier list"):
            to_serve(schedule(out))


def test_a_file_that_is_no_schedule_is_named(tmp_path: Path) -> None:
    folder = workspace_folder(tmp_path, "a")
    folder.mkdir(parents=True)
    for content in ("", "{}", "[]"):
        (folder / FILE).write_text(content)
        with pytest.raises(UsageError, match=r"a/schedule\.json: this is no schedule"):
            list(kept(tmp_path))
