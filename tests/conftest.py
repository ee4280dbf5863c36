"""Fixtures for every room."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A landing must not hang on the luck of a draw; at home the draws go on searching.
# What else the machine does decides how long an example takes, so none has a deadline.
settings.register_profile("home", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if "CI" in os.environ else "home")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden", action="store_true", help="rewrite the golden run instead of comparing"
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project, where it exists."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data folder ../shared/data is not here")
    return SHARED_DATA
