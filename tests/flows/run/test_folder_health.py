import datetime as dt
import json
from pathlib import Path

import pytest

from flows.run.folders import folder_health
from flows.run.results import metrics


def folder(path: Path, as_of: str | None, state: str | None) -> Path:
    if as_of is not None:
        (path / "latest").mkdir(parents=True)
        (path / "latest" / "manifest.json").write_text(json.dumps({"as_of": as_of}))
    if state == "failed":
        metrics.write_failure(path, dt.date(2022, 3, 1))
    elif state is not None:
        (path / "metrics.prom").write_text(f'understory_run_state{{state="{state}"}} 1\n')
    return path


@pytest.mark.parametrize(
    ("as_of", "state", "today", "is_overdue", "is_well"),
    [
        ("2022-03-01", "published", "2022-03-20", False, True),
        ("2022-02-01", "published", "2022-03-02", False, True),
        ("2022-02-01", "published", "2022-03-03", True, False),
        ("2022-03-01", "held", "2022-03-20", False, False),
        ("2022-03-01", "failed", "2022-03-20", False, False),
        (None, None, "2022-03-02", False, False),
        (None, None, "2022-03-03", True, False),
    ],
)
def test_health_of_a_folder(
    tmp_path: Path,
    as_of: str | None,
    state: str | None,
    today: str,
    is_overdue: bool,
    is_well: bool,
) -> None:
    found = folder_health.health_of(folder(tmp_path, as_of, state), dt.date.fromisoformat(today))
    assert (found.last_result, found.latest_as_of) == (state, as_of)
    assert (found.is_overdue, found.is_well) == (is_overdue, is_well)
