"""Fixtures for every room."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A landing must not hang on the luck of a draw; at home the draws go on searching.
settings.register_profile("ci", derandomize=True)
if "CI" in os.environ:
    settings.load_profile("ci")

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
