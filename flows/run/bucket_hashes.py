"""Hashes by bucket of what the values of suppliers depend on, kept for later runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from flows.run.earlier_runs import EarlierRun
from flows.run.list_buckets import hashes_by_bucket
from flows.run.staged_tables import KnownFrames
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun
from signals.card import SignalCard

#: Columns of the list that values are finished with, by the table that they are of.
_LISTED = {
    "listed_suppliers": ("supplier_id", "country_iso3"),
    "listed_sites": (
        "site_id", "supplier_id", "latitude", "longitude", "geometry_wkt", "location_precision",
        "location_reason", "has_measurable_location",
    ),
}  # fmt: skip


def finished_by(card: SignalCard) -> Sequence[str]:
    """The tables of the list that a signal's values are finished with."""
    return tuple(_LISTED) if card.support == "site" else ("listed_suppliers",)


class BucketHashes:
    """The hashes of a run, each made when it is first asked for.

    Frames are named as `KnownFrames` has them, and tables of the list as by `finished_by`.

    Args:
        prepared: the request.
        known: what its signals may see.
        runs: earlier runs, whose hashes of the same rows are used again.

    Attributes:
        kept: of each frame that was asked for, the hashes and what they depend on.
    """

    def __init__(
        self, prepared: PreparedRun, known: KnownFrames, runs: Sequence[EarlierRun]
    ) -> None:
        self._prepared, self._known, self._runs = prepared, known, runs
        self._listed_hashes: dict[str, str] = {}
        self.kept: dict[str, dict[str, Any]] = {}

    def note(self, names: Iterable[str]) -> None:
        """Have the hashes of those frames that have buckets."""
        for name in names:
            self._hashes(name)

    def changed(self, names: Iterable[str], run: EarlierRun) -> set[int] | None:
        """The buckets of which an earlier run has other rows in any of these frames.

        Returns:
            None where one of them has no buckets, here or there.
        """
        found: set[int] = set()
        for name in names:
            now, then = self._hashes(name), run.buckets.get(name)
            if now is None or then is None:
                return None
            pairs = zip(now, then["hashes"], strict=True)
            found.update(bucket for bucket, (one, other) in enumerate(pairs) if one != other)
        return found

    def of_listed(self, name: str) -> str:
        """A hash of the rows of a table of the list."""
        if name not in self._listed_hashes:
            self._listed_hashes[name] = hash_of_frame(self._listed(name))
        return self._listed_hashes[name]

    def _hashes(self, name: str) -> Sequence[str] | None:
        if name not in self.kept:
            of = self.of_listed(name) if name in _LISTED else self._known.parted_by(name)
            if of is None:
                return None
            same = (kept for run in self._runs if (kept := run.buckets.get(name)))
            found = next((kept for kept in same if kept["of"] == of), None)
            self.kept[name] = found or {"of": of, "hashes": self._made(name)}
        hashes: Sequence[str] = self.kept[name]["hashes"]
        return hashes

    def _made(self, name: str) -> Sequence[str]:
        if name in _LISTED:
            return hashes_by_bucket(self._listed(name).lazy(), self._prepared.sites)
        return self._known.by_bucket(name)

    def _listed(self, name: str) -> pl.DataFrame:
        prepared = self._prepared
        listed = prepared.suppliers if name == "listed_suppliers" else prepared.sites
        return listed.select(_LISTED[name])
