"""When a host may be asked again, and whether it may be asked at all without a contact."""

from __future__ import annotations

import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from signals.fetching.host_limits import HostLimit, limit_of
from signals.source_errors import SourceUnavailableError


class HostPacing:
    """Keeps the pauses between requests to each host.

    Args:
        limits: what each host allows.
    """

    def __init__(self, limits: Mapping[str, HostLimit]) -> None:
        self._limits = limits
        self._next_request: dict[str, float] = {}

    def limit(self, url: str) -> HostLimit:
        """What the host of an address allows."""
        return limit_of(urlsplit(url).hostname, self._limits)

    def check_contact(self, url: str, contact: str) -> None:
        """Check that a host that wants a contact gets one.

        Raises:
            SourceUnavailableError: it does not.
        """
        if self.limit(url).needs_contact and "@" not in contact:
            raise SourceUnavailableError(
                f"{url}: {urlsplit(url).hostname} rejects requests without a contact; set "
                "download.contact to your e-mail address."
            )

    def wait(self, url: str) -> None:
        """Wait until the host of an address may be asked again, and note this request."""
        host = urlsplit(url).hostname or ""
        early = self._next_request.get(host, 0.0) - time.monotonic()
        if early > 0:
            time.sleep(early)
        self._next_request[host] = time.monotonic() + self.limit(url).pause_after(url)
