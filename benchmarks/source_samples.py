"""A few small files of every source, as the tests of the sources make them.

`python -m benchmarks.source_samples` runs those tests, keeps what they stage, and writes
`tests/cases/source_samples.zip`; with paths of tests, samples of other sources stay as they are.
Nothing of it comes from a publisher.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import json
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from configs.settings import Download
from signals.fetching.fetch import Fetcher
from signals.fetching.raw_store import ContentStore
from signals.registry import sources
from signals.source import PullContext, RawFile, Staged
from suppliers.identity.match_scoring import Thresholds

_ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = _ROOT / "tests" / "cases" / "source_samples.zip"
_TESTS = [
    str(_ROOT / "tests" / "signals" / part) for part in ("sources", "context", "test_area_panel.py")
]
_MOST_BYTES, _MOST_PACKED, _MOST_FILES, _OF_A_SOURCE = 3_000_000, 60_000, 12, 3
#: The archive is the same whenever it is written.
_TIME = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Sample:
    """What a source was given to stage.

    Attributes:
        source_id: the source.
        name: of the sample, such as `firms/1`.
        record: as-of date, address, options, origin, key and version of each file, and the names
            of files beside them that they point to.
        suppliers: the list.
        sites: its sites.
        bodies: bytes of the files, in the sequence of the record; then of those beside them.
    """

    source_id: str
    name: str
    record: dict[str, Any]
    suppliers: pl.DataFrame
    sites: pl.DataFrame
    bodies: tuple[bytes, ...]

    @property
    def names(self) -> list[str]:
        """Names of the files that have the bodies."""
        beside: list[str] = self.record.get("beside", [])
        return [one["name"] for one in self.record["files"]] + beside

    def files(self, folder: Path, bodies: Sequence[bytes]) -> list[RawFile]:
        """Write bodies under the names of the sample's files; the files that a source reads."""
        found = []
        own = bodies[: len(self.record["files"])]
        beside = dict(zip(self.names[len(own) :], bodies[len(own) :], strict=True))
        for number, (one, body) in enumerate(zip(self.record["files"], own, strict=True)):
            path = folder / str(number) / one["name"]
            path.parent.mkdir(parents=True, exist_ok=True)
            for name, content in {**beside, one["name"]: body}.items():
                (path.parent / name).write_bytes(content)
            origin = one["origin"] or str(path)
            fetched = dt.datetime.fromisoformat(one["fetched_at"])
            found.append(
                RawFile(
                    self.source_id, str(path), origin, one["sha256"], fetched, len(body),
                    one["key"], one["version"],
                )
            )  # fmt: skip
        return found

    @staticmethod
    def closed_fetcher() -> Fetcher:
        """One that reaches nothing."""
        return Fetcher(Download(timeout_seconds=0.2, attempts=1, backoff_seconds=0, contact=""), {})

    def context(self, folder: Path) -> PullContext:
        """A context in which nothing is asked of the network."""
        return PullContext(
            as_of=dt.date.fromisoformat(self.record["as_of"]),
            mirror=folder if self.record["has_mirror"] else None,
            url=self.record["url"],
            options=self.record["options"],
            suppliers=self.suppliers,
            sites=self.sites,
            thresholds=Thresholds(**self.record["thresholds"]),
            store=ContentStore(folder / "raw", self.closed_fetcher()),
        )


def samples() -> list[Sample]:
    """All samples, by source."""
    found = []
    with zipfile.ZipFile(ARCHIVE) as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith("record.json")):
            folder = name.removesuffix("/record.json")
            record = json.loads(archive.read(name))
            found.append(
                Sample(
                    folder.split("/")[0],
                    folder,
                    record,
                    pl.read_parquet(io.BytesIO(archive.read(f"{folder}/suppliers.parquet"))),
                    pl.read_parquet(io.BytesIO(archive.read(f"{folder}/sites.parquet"))),
                    tuple(
                        archive.read(f"{folder}/{n}")
                        for n in range(len(record["files"]) + len(record.get("beside", [])))
                    ),
                )
            )
    return found


class _Recorder:
    """Keeps what the sources are given while tests run."""

    def __init__(self) -> None:
        self.kept: dict[str, list[tuple[int, Sample]]] = {}

    def watching(
        self, source_id: str, stage: Callable[..., Sequence[Staged]]
    ) -> Callable[..., Sequence[Staged]]:
        """The staging of a source, whose input is kept where it gives rows."""

        @functools.wraps(stage)
        def staged(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
            tables = stage(files, context)
            self._keep(source_id, files, context, sum(one.rows.height for one in tables))
            return tables

        return staged

    def _keep(
        self, source_id: str, files: Sequence[RawFile], context: PullContext, rows: int
    ) -> None:
        is_local = all(Path(one.path).is_file() for one in files)
        if not rows or not files or len(files) > _MOST_FILES or not is_local:
            return
        paths = [Path(one.path) for one in files]
        beside = _pointed_to(paths)
        if sum(path.stat().st_size for path in (*paths, *beside)) > _MOST_BYTES:
            return
        bodies = tuple(path.read_bytes() for path in (*paths, *beside))
        if sum(len(zlib.compress(body, 1)) for body in bodies) > _MOST_PACKED:
            return
        record = {
            "as_of": context.as_of.isoformat(),
            "url": context.url,
            "options": dict(context.options),
            "has_mirror": context.mirror is not None,
            "beside": [path.name for path in beside],
            "thresholds": {
                name: getattr(context.thresholds, name)
                for name in context.thresholds.__dataclass_fields__
            },
            "files": [
                {
                    "name": Path(one.path).name,
                    "origin": "" if one.origin == one.path else one.origin,
                    "sha256": one.sha256,
                    "fetched_at": one.fetched_at.isoformat(),
                    "key": one.key,
                    "version": one.version,
                }
                for one in files
            ],
        }
        sample = Sample(source_id, "", record, context.suppliers, context.sites, bodies)
        kept = self.kept.setdefault(source_id, [])
        if all(one.bodies != bodies for _, one in kept):
            kept.append((rows, sample))


def _pointed_to(paths: Sequence[Path]) -> list[Path]:
    """Rasters in the folders of STAC items that these name without an address."""
    items = [path for path in paths if path.suffix == ".json" and b'"assets"' in path.read_bytes()]
    return sorted(
        {
            raster
            for item in items
            for raster in item.parent.glob("*.tif")
            if raster not in paths and raster.name.encode() in item.read_bytes()
        }
    )


def _chosen(kept: Sequence[tuple[int, Sample]]) -> list[Sample]:
    """Of each kind of file the sample with the most rows, up to three kinds."""
    by_kind: dict[tuple[str, ...], tuple[int, Sample]] = {}
    for rows, sample in kept:
        kind = tuple(sorted({Path(one["name"]).suffix for one in sample.record["files"]}))
        if kind not in by_kind or rows > by_kind[kind][0]:
            by_kind[kind] = (rows, sample)
    best = sorted(by_kind.values(), key=lambda pair: -pair[0])
    return [sample for _, sample in best if _stands_alone(sample)][:_OF_A_SOURCE]


def _stands_alone(sample: Sample) -> bool:
    """Whether it can be staged without anything else that the test had, such as patches."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            sources()[sample.source_id].stage(
                sample.files(folder, sample.bodies), sample.context(folder)
            )
        except Exception as error:
            print(f"left out: {sample.source_id}: {error!r}"[:200])
            return False
    return True


def write(tests: Sequence[str]) -> int:
    """Run tests of sources and write the archive; how many sources are in it.

    Args:
        tests: paths; none are all of them, and then only what they give is kept.
    """
    recorder = _Recorder()
    with pytest.MonkeyPatch.context() as patch:
        for source_id, module in sources().items():
            patch.setattr(module, "stage", recorder.watching(source_id, module.stage))
        chosen = ["-q", "-q", "-p", "no:cacheprovider", "-m", "not shared"]
        pytest.main([*(tests or _TESTS), *chosen])
    found = {
        source_id: [replace(one, name=f"{source_id}/{at}") for at, one in enumerate(_chosen(kept))]
        for source_id, kept in recorder.kept.items()
    }
    for one in samples() if tests else ():
        if one.source_id not in recorder.kept:
            found.setdefault(one.source_id, []).append(one)
    with zipfile.ZipFile(ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for _, of_source in sorted(found.items()):
            for sample in of_source:
                _add(archive, sample)
    print(f"no sample: {', '.join(sorted(set(sources()) - set(found))) or 'none'}")
    return len(found)


def _add(archive: zipfile.ZipFile, sample: Sample) -> None:
    parts = {str(at): body for at, body in enumerate(sample.bodies)}
    parts["record.json"] = json.dumps(sample.record, sort_keys=True).encode()
    for name, frame in (("suppliers", sample.suppliers), ("sites", sample.sites)):
        out = io.BytesIO()
        frame.write_parquet(out)
        parts[f"{name}.parquet"] = out.getvalue()
    for name, body in parts.items():
        info = zipfile.ZipInfo(f"{sample.name}/{name}", _TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, body)


if __name__ == "__main__":
    print(f"{write(sys.argv[1:])} sources in {ARCHIVE.relative_to(_ROOT)}")
    sys.exit(0)
