"""What publishers allow, by host: how often to ask, what "too many" looks like, when to come back.

From the publishers' documentation, their clients and recorded answers, as of November 2026.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: Hosts without an entry: most publishers allow ten requests a second; stay below that.
REQUESTS_PER_SECOND = 8.0

#: A reset header beyond this is a time in seconds since 1970, else a number of seconds.
_EPOCH = 1_000_000_000.0


@dataclass(frozen=True)
class HostLimit:
    """What one host allows.

    Attributes:
        windows: pairs of seconds and requests allowed in them; requests are spread evenly.
        reset_header: the header that says when to come back.
        too_many: statuses that mean "too many" here besides 429.
        too_many_text: a sentence that means it in a body, whatever its status.
        needs_contact: whether requests without a contact e-mail are rejected.
        units: pattern whose group is the number of requests that an address counts as.
        usual_units: that number for the requests of our sources.
    """

    windows: tuple[tuple[float, int], ...] = ((1.0, int(REQUESTS_PER_SECOND)),)
    reset_header: str = ""
    too_many: frozenset[int] = frozenset()
    too_many_text: str = ""
    needs_contact: bool = False
    units: str = ""
    usual_units: int = 1

    @property
    def pause_seconds(self) -> float:
        """Seconds from one usual request to the next."""
        return self.usual_units * max(seconds / requests for seconds, requests in self.windows)

    def pause_after(self, url: str) -> float:
        """Seconds from a request of this address to the next one."""
        if not self.units:
            return self.pause_seconds
        match = re.search(self.units, url)
        return self.pause_seconds / self.usual_units * (int(match[1]) if match else 1)

    @property
    def longest_window_seconds(self) -> float:
        """Seconds after which the host has forgotten all requests."""
        return max(seconds for seconds, _ in self.windows)

    def says_too_many(self, body: bytes) -> bool:
        """Whether a body begins with the host's sentence for "too many"."""
        return bool(self.too_many_text) and (
            re.search(self.too_many_text, body[:500].decode(errors="replace"), re.I) is not None
        )


_SEC = HostLimit(needs_contact=True)

LIMITS: Mapping[str, HostLimit] = {
    "www.sec.gov": _SEC,
    "data.sec.gov": _SEC,
    "api.company-information.service.gov.uk": HostLimit(
        ((300.0, 600),), reset_header="x-ratelimit-reset"
    ),
    # Of the state's address; a gentler pace than its seven a second.
    "recherche-entreprises.api.gouv.fr": HostLimit(((1.0, 6),)),
    # No limit is published.
    "data.brreg.no": HostLimit(((1.0, 5),)),
    "api.gleif.org": HostLimit(((60.0, 60),)),
    "opensupplyhub.org": HostLimit(((60.0, 100),)),
    "api.openaq.org": HostLimit(((60.0, 60), (3600.0, 2000)), reset_header="x-ratelimit-reset"),
    "api.gdeltproject.org": HostLimit(
        ((5.0, 1),), too_many_text="limit requests to one every 5 seconds"
    ),
    # Each answer is computed; no limit is published.
    "data.malariaatlas.org": HostLimit(((1.0, 2),)),
    "modis.ornl.gov": HostLimit(((4.0, 1),)),
    # No limit is published for these two; clients that ask fast are turned away for a while.
    "power.larc.nasa.gov": HostLimit(((1.0, 1),)),
    "data.chc.ucsb.edu": HostLimit(((1.0, 4),)),
    # 5,000 transactions in ten minutes; a request of five days costs five of them.
    "firms.modaps.eosdis.nasa.gov": HostLimit(
        ((600.0, 5000),),
        too_many=frozenset({400}),
        too_many_text="transaction limit",
        units=r"/area/csv/[^/]+/[^/]+/[^/]+/(\d+)(?:/|$)",
        usual_units=5,
    ),
}


def limit_of(host: str | None, limits: Mapping[str, HostLimit] = LIMITS) -> HostLimit:
    """The limit of a host; the usual one where it has no entry."""
    return limits.get((host or "").lower(), HostLimit())


def reset_seconds(value: str | None, now: dt.datetime) -> float:
    """Seconds until a reset header's time: a number of seconds, or a time since 1970; 0 if none."""
    try:
        number = float(value or "")
    except ValueError:
        return 0.0
    return max(0.0, number - now.timestamp() if number >= _EPOCH else number)
