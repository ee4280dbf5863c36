"""A copy of the run that several files of tests share."""

import shutil
from pathlib import Path

import pytest

from configs.settings import Settings
from flows.run.work.stage_types import Published


@pytest.fixture
def copied(whole: tuple[Settings, Published], tmp_path: Path) -> tuple[Settings, Path]:
    """The same settings, and the outputs of that run in a folder of the test's own."""
    settings, published = whole
    return settings, shutil.copytree(published.folder.parent, tmp_path / "out", symlinks=True)
