"""The contract between a source file, the raw store and the warehouse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import polars as pl

from signals.account import Account
from signals.card import SourceCard

if TYPE_CHECKING:
    from signals.month_staging import EarlierMonths, FileNote

    # The matcher compiles lists of words of all languages, which most commands never need.
    from suppliers.identity.match_scoring import Thresholds


@dataclass(frozen=True)
class RawFile:
    """One file as published, kept untouched under its own hash.

    Attributes:
        source_id: the source it belongs to.
        path: where the bytes lie: in the raw store, in the local mirror, or a `/vsicurl/`
            address for rasters that are read in windows and never copied whole.
        origin: the publisher's address or the mirror path, without secrets.
        sha256: hash of the bytes; for windowed rasters, of path, size and modification time.
        fetched_at: UTC time of the fetch.
        bytes: length.
        key: what the file is about, such as a CIK, a tile name or a month; empty if one file.
        version: the publisher's mark of the file's version (entity tag or day of change); empty
            where it gives none.
    """

    source_id: str
    path: str
    origin: str
    sha256: str
    fetched_at: dt.datetime
    bytes: int
    key: str = ""
    version: str = ""


class RawStore(Protocol):
    """Keeps raw files content-addressed and fetches politely (see `signals.fetching.fetch`)."""

    def keep(self, source_id: str, path: Path, *, key: str = "") -> RawFile:
        """Register a file of a local mirror, hashing it in place."""
        ...

    def download(
        self,
        source_id: str,
        url: str,
        *,
        key: str = "",
        expect: str,
        headers: Mapping[str, str],
        reduce: Callable[[Path], bytes] | None = None,
        final: bool = False,
        checksum: str = "",
    ) -> RawFile:
        """Fetch `url` with retries; `expect` is a `signals.fetching.responses.BodyKind`.

        `reduce` reads the body and gives what may be kept of it: nothing else is stored. An answer
        that is `final` is fetched once and then taken from the store. `checksum` is the one that
        the publisher states beside the file, such as `md5:9a03...`.
        """
        ...

    def ask(
        self,
        source_id: str,
        url: str,
        question: Mapping[str, object],
        *,
        key: str = "",
        headers: Mapping[str, str],
    ) -> RawFile:
        """POST a question in JSON; the address of the answer ends in the question's hash."""
        ...

    def put(self, source_id: str, origin: str, content: bytes, *, key: str = "") -> RawFile:
        """Keep an answer that took several requests, such as the pages of a search."""
        ...

    def refer(self, source_id: str, url: str, *, key: str = "", final: bool = False) -> RawFile:
        """Register a raster that is read in windows over the network, without copying it.

        One that is `final` does not change under its address and is asked for once.
        """
        ...


@dataclass(frozen=True)
class PullContext:
    """What a source may know when it pulls.

    Attributes:
        as_of: the as-of date of the run.
        mirror: local folder that stands for the publisher, or None to use `url`.
        url: the publisher's root address.
        options: the source's own keys of the config (tile names, years, contact).
        suppliers: the list, columns of `stg_suppliers` but those of its file.
        sites: the sites, columns of `stg_sites`.
        thresholds: where the bands of the name matcher begin, for texts that name companies.
        store: where raw files go.
        earlier: what an earlier run staged from the same list, configuration and code, for a
            source whose card says `rows_by_month`; None where there is none.
    """

    as_of: dt.date
    mirror: Path | None
    url: str
    options: Mapping[str, object]
    suppliers: pl.DataFrame
    sites: pl.DataFrame
    thresholds: Thresholds
    store: RawStore
    earlier: EarlierMonths | None = None


@dataclass(frozen=True)
class Staged:
    """Rows for one staging table, and rows rejected with rule and reason.

    `rows` has the columns of `sql/20_staging/<table>.sql`, among them `observed_to` (last day
    the row describes) and `published_on` (first day anyone could know it). `rejected` has
    `source_file, source_row, rule, reason`. `account` says the outcome for the files and of what
    they hold, as far as neither rows nor rejected rows name them; of several tables of a source,
    one carries it. `notes` are for later runs, of a source whose card says `rows_by_month`.
    """

    table: str
    rows: pl.DataFrame
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED_SCHEMA))
    account: Account = field(default_factory=Account)
    notes: Sequence[FileNote] = ()


REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "source_file": pl.String(),
    "source_row": pl.Int64(),
    "rule": pl.String(),
    "reason": pl.String(),
}


class SourceModule(Protocol):
    """A module of `signals.sources`: its card, `pull` and `stage`.

    A module whose staging asks for the day of the run may also have `day_cut(day)`: what of the
    day its rows depend on beside their publication, so that a back-test stages days with the same
    files and the same cut at once. Without it every day is staged by itself.
    """

    CARD: SourceCard

    def pull(self, context: PullContext) -> Sequence[RawFile]:
        """Bring the raw files; no clever work, nothing changed."""
        ...

    def stage(self, files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
        """Read raw files into typed rows; a pure reading of the files given."""
        ...
