"""Fixtures for every room."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


@pytest.fixture(autouse=True, scope="session")
def no_publisher_is_asked() -> Iterator[None]:
    """A test that asks for another machine fails: none may wait for, or burden, a publisher."""
    resolve = socket.getaddrinfo

    def only_this_machine(host: Any, *others: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in (None, "", "localhost", socket.gethostname()) or _is_address(name):
            return resolve(host, *others, **named)
        raise AssertionError(f"this test asks {name}; switch the source off or serve its answers")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", only_this_machine)
        yield


def _is_address(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback or name == "0.0.0.0"
    except ValueError:
        return False


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the project, where it exists."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the real data folder ../shared/data is not here")
    return SHARED_DATA
