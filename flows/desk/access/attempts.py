"""Wrong passwords: each further one from an address or for a name makes the next one wait."""

from __future__ import annotations

import time
from collections.abc import Callable

#: So many wrong ones in a row are free.
_FREE = 3
_LONGEST_SECONDS = 60.0
_FORGOTTEN_AFTER_SECONDS = 3600.0
_MOST_REMEMBERED = 2_000


class Attempts:
    """Counts wrong sign-ins, by whatever they have in common."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: Key to the number of wrong ones in a row and the time of the last.
        self._wrong: dict[str, tuple[int, float]] = {}

    def seconds_to_wait(self, *keys: str) -> int:
        """Whole seconds until the next attempt of these keys is taken; 0: now."""
        return max(self._wait_of(key) for key in keys)

    def failed(self, *keys: str) -> None:
        """Note a wrong one."""
        now = self._clock()
        for key in keys:
            count = 1 + self._wrong.pop(key, (0, now))[0]
            self._wrong[key] = count, now
        self._forget(now)

    def succeeded(self, *keys: str) -> None:
        """Forget the wrong ones."""
        for key in keys:
            self._wrong.pop(key, None)

    def _wait_of(self, key: str) -> int:
        count, last = self._wrong.get(key, (0, 0.0))
        if count <= _FREE:
            return 0
        pause = min(_LONGEST_SECONDS, 2.0 ** (count - _FREE))
        return max(0, -int(self._clock() - last - pause))

    def _forget(self, now: float) -> None:
        """Old ones, and beyond a number the oldest; they stand in the order of the last attempt."""
        for key in list(self._wrong):
            is_old = now - self._wrong[key][1] > _FORGOTTEN_AFTER_SECONDS
            if not is_old and len(self._wrong) <= _MOST_REMEMBERED:
                return
            del self._wrong[key]
