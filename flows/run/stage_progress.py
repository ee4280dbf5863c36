"""Progress within a long stage: a line in the log now and then, in Prefect's page too."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger("understory")

_EVERY_SECONDS = 20.0


class StageProgress:
    """Logs what a stage is at, at most every 20 seconds; a short stage logs nothing.

    Args:
        title: of the stage, such as `Computing the signals`.
        total: steps, where they are counted.
        clock: seconds.
    """

    def __init__(
        self, title: str, total: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._title = title
        self._total = total
        self._clock = clock
        self._started = self._logged = clock()
        self._done = 0

    def step(self, name: str) -> None:
        """Say that a step begins."""
        now = self._clock()
        if now - self._logged >= _EVERY_SECONDS:
            self._logged = now
            count = "" if self._total is None else f" ({self._done + 1} of {self._total})"
            log.info("%s: %s%s, %.0f s so far", self._title, name, count, now - self._started)
        self._done += 1
