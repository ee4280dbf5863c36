"""A server on this machine that stands for every publisher, for tests and benchmarks.

The environment variable names its address. `https://host/path` is then asked as
`http://127.0.0.1:PORT/host/path`, also where a publisher redirects; nothing leaves the machine.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

import httpx

from configs.config_errors import UsageError

VARIABLE = "UNDERSTORY_PUBLISHERS"

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LOG = logging.getLogger("understory")


class _StandInTransport(httpx.HTTPTransport):
    def __init__(self, root: str) -> None:
        super().__init__()
        self._root = root

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in _LOOPBACK:
            return super().handle_request(request)
        target = f"{self._root}/{request.url.host}".encode() + request.url.raw_path
        return super().handle_request(
            httpx.Request(
                request.method,
                target.decode("ascii"),
                headers=request.headers,  # with the publisher's own name of host
                stream=request.stream,
                extensions=request.extensions,
            )
        )


def stand_in(environment: Mapping[str, str]) -> str | None:
    """Address of the server that stands for all publishers, without a slash at its end.

    Raises:
        UsageError: it is not on this machine.
    """
    root = environment.get(VARIABLE, "").rstrip("/")
    if not root:
        return None
    parts = urlsplit(root)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.username or parts.path:
        raise UsageError(
            f"{VARIABLE}: give an address of this machine, such as http://127.0.0.1:8080"
        )
    return root


def asked_instead(address: str, environment: Mapping[str, str]) -> str:
    """Where an address is asked: at the stand-in where one is set, else as it is.

    Args:
        address: of http, https or s3 (path style: bucket, then key).
        environment: holds the variable, or does not.

    Raises:
        UsageError: the stand-in is not on this machine.
    """
    root = stand_in(environment)
    parts = urlsplit(address)
    if root is None or parts.hostname in _LOOPBACK:
        return address
    host = f"{parts.netloc}.s3.amazonaws.com" if parts.scheme == "s3" else parts.hostname
    return f"{root}/{host}{parts.path}" + (f"?{parts.query}" if parts.query else "")


def passed_on(environment: Mapping[str, str]) -> dict[str, str]:
    """The variable as far as it is set, for a fetcher that sees no other part of the environment.

    Raises:
        UsageError: the stand-in is not on this machine.
    """
    root = stand_in(environment)
    return {} if root is None else {VARIABLE: root}


def transport(environment: Mapping[str, str]) -> httpx.BaseTransport | None:
    """How requests are sent: None for the usual way.

    Raises:
        UsageError: the stand-in is not on this machine.
    """
    root = stand_in(environment)
    if root is None:
        return None
    _warn(root)
    return _StandInTransport(root)


@cache
def _warn(root: str) -> None:
    _LOG.warning("%s is set: %s answers for every publisher; nothing is real data", VARIABLE, root)
