"""The run of a small world that several files of tests read and none changes."""

import pytest

from configs.settings import Settings
from flows.run import stages
from flows.run.work.stage_types import Published
from tests.flows.run.test_stages import request_for, write_world


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Published]:
    """Settings of a world that no test changes, and its run that no one stopped."""
    request = request_for(write_world(tmp_path_factory.mktemp("whole") / "world"))
    return request.settings, stages.run_all(request)
