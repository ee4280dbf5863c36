"""A browser for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.reports.browser import Page, chromium


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened
