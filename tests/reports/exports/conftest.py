"""One published run for the tests of exports and packs."""

import pytest

from reports.exports.published_run import PublishedRun
from tests.reports.exports.sample_run import published


@pytest.fixture(scope="package")
def run() -> PublishedRun:
    return published()
