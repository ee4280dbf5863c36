"""A run against a server that stands for the publishers says that nothing is real."""

from pathlib import Path

import pytest

from configs.config_errors import UsageError
from flows.run.request import run_request
from flows.run.stages import prepare
from signals.fetching.stand_in import VARIABLE, passed_on


def test_a_list_that_is_not_synthetic_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9")
    (tmp_path / "list.csv").write_text("name,country\nExample Mill,Indonesia\n")
    settings = run_request.settings_of(None, (), [tmp_path / "list.csv"])
    with pytest.raises(UsageError, match="is_synthetic=true"):
        prepare(run_request.request_of(settings, "2026-10-01", tmp_path / "out", force=False))
    synthetic = settings.model_copy(update={"is_synthetic": True})
    request = run_request.request_of(synthetic, "2026-10-01", tmp_path / "out", force=False)
    assert prepare(request).suppliers.height == 1


def test_the_variable_is_passed_on_alone() -> None:
    root = "http://127.0.0.1:9"
    assert passed_on({VARIABLE: root, "SECRET": "s"}) == {VARIABLE: root}
    assert passed_on({"SECRET": "s"}) == {}
    with pytest.raises(UsageError, match="this machine"):
        passed_on({VARIABLE: "https://example.org"})
