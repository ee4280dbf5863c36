"""Whole runs against the world of publishers: what they asked for, and what they found."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from configs.settings import Settings
from flows.publishers_world.publisher import Asked
from flows.publishers_world.server import World
from flows.run.request import run_request
from flows.run.stages import run_all
from flows.run.work.stage_types import Published, RunRequest
from signals.fetching.stand_in import VARIABLE


@dataclass(frozen=True)
class Traffic:
    """What one source asked for in a run.

    Attributes:
        requests: their number.
        bytes: of all answers' bodies.
    """

    requests: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class WorldRun:
    """A run and what it asked for.

    Attributes:
        published: its result.
        asked: every request with the bytes that were sent.
        traffic: sums by source.
    """

    published: Published
    asked: tuple[tuple[Asked, int], ...]
    traffic: Mapping[str, Traffic]

    @property
    def requests(self) -> int:
        """Requests of all sources."""
        return len(self.asked)

    def evidence(self) -> pl.DataFrame:
        """Columns supplier_id, pillars (with evidence that has a weight) and is_scored."""
        ranked = pl.read_parquet(self.published.folder / "ranked.parquet")
        return ranked.select(
            "supplier_id",
            pillars="pillars_with_evidence",
            is_scored=pl.col("score").is_not_null(),
        ).sort("supplier_id")


def run_month(
    world: World, suppliers: Path, out: Path, as_of: dt.date, overrides: Sequence[str] = ()
) -> WorldRun:
    """Run the default configuration for a list, with the world for all publishers.

    Args:
        world: while it runs.
        suppliers: the list.
        out: folder of the runs; a later month finds there what an earlier one kept.
        as_of: day of the run.
        overrides: changes to the configuration, as on the command line.
    """
    settings = run_request.settings_of(None, ["is_synthetic=true", *overrides], [suppliers])
    world.asked.clear()
    with _led_to(world):
        published = run_all(RunRequest(settings, as_of, out, force=False))
    sums: dict[str, Traffic] = defaultdict(Traffic)
    for asked, size in world.asked:
        name = _source_of(settings, asked)
        sums[name] = Traffic(sums[name].requests + 1, sums[name].bytes + size)
    return WorldRun(published, tuple(world.asked), dict(sums))


def _source_of(settings: Settings, asked: Asked) -> str:
    """The source that is switched on and whose address a request begins with, the longest first.

    Else the one that has its host: some publishers have other files beside the address.
    """
    of_host = {
        name: urlsplit(source.url).path
        for name, source in settings.sources.items()
        if source.enabled and urlsplit(source.url).hostname == asked.host
    }
    return max(of_host, key=lambda name: (asked.path.startswith(of_host[name]), len(of_host[name])))


@contextmanager
def _led_to(world: World) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = world.root
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
