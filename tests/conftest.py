"""Fixtures for every room."""

from pathlib import Path

import pytest

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
