"""Fixtures of the signals' tests."""

from collections.abc import Iterator

import pytest

from tests.signals.web import Web, serve


@pytest.fixture
def web() -> Iterator[Web]:
    with serve() as served:
        yield served
