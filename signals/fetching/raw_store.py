"""The raw store: every file as published, kept once under the hash of its bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from configs import durable_files
from signals.fetching.answers import Remote
from signals.fetching.fetch import Fetcher, file_sha256
from signals.fetching.raw_register import ALWAYS, RawRegister
from signals.fetching.window_store import WindowStore
from signals.source import RawFile
from signals.source_errors import NotPublishedError, SourceUnavailableError
from signals.zonal.window_files import windows_kept_by
from suppliers.input_errors import DataRejectedError

_EMPTY: Mapping[str, str] = {}

#: Files that `understory data fetch` brought count for this long where a publisher changes them
#: once a year.
YEARLY_DAYS = 366

#: What GDAL says where an object is not there.
_NO_OBJECT = ("does not exist", "HTTP response code: 404", "NoSuchKey")


@dataclass(frozen=True)
class ContentStore:
    """A folder `<root>/<first two of sha256>/<sha256>`, with an index of addresses per source.

    Implements `signals.source.RawStore`.

    Attributes:
        root: the folder; made when first needed.
        fetcher: does the downloads.
        reuse: take a file that the index knows by its address without asking the network, so
            that a run can be repeated offline on the same bytes.
    """

    root: Path
    fetcher: Fetcher
    reuse: bool = False

    @property
    def register(self) -> RawRegister:
        """Which file answers which address."""
        return RawRegister(self.root, self.fetcher.now)

    def pulling(self, source_id: str) -> AbstractContextManager[None]:
        """Pull a source within the block; one that stopped before its end is continued."""
        return self.register.pulling(source_id)

    def keep(self, source_id: str, path: Path, *, key: str = "") -> RawFile:
        """Register a file of a local mirror; it stays where it is."""
        status = path.stat()
        return RawFile(
            source_id=source_id,
            path=str(path),
            origin=str(path),
            sha256=file_sha256(path),
            fetched_at=dt.datetime.fromtimestamp(int(status.st_mtime), dt.UTC),
            bytes=status.st_size,
            key=key,
        )

    def download(
        self,
        source_id: str,
        url: str,
        *,
        key: str = "",
        expect: str,
        headers: Mapping[str, str] = _EMPTY,
        reduce: Callable[[Path], bytes] | None = None,
        final: bool = False,
        checksum: str = "",
    ) -> RawFile:
        """Fetch `url` into the store, or take it from there when `reuse` is on.

        Args:
            source_id: the source it belongs to.
            url: the address, secrets as `{NAME}` of an environment variable.
            key: what the file is about.
            expect: kind of body: json, csv, tiff or zip.
            headers: further request headers.
            reduce: reads the body and gives what may be kept of it. The body itself then lies
                in a folder of the system for as long as it is read, and never in the store.
            final: the publisher does not change this answer any more: it is fetched once, and
                later runs take it from the store.
            checksum: of the file as the publisher states it, such as `md5:9a03...`.

        Raises:
            NotPublishedError: the publisher has no such file.
            SourceUnavailableError: it could not be fetched.
            UsageError: the disk is full.
        """
        if self.reuse or final:
            known = self.register.known(source_id, url, key)
        else:
            known = self.register.brought(source_id, url, key)
        known = known or self.register.of_unfinished_pull(source_id, url, key)
        if known is not None:
            return known
        if reduce is not None:
            with tempfile.TemporaryDirectory() as folder:
                body = Path(folder) / "body"
                self.fetcher.fetch(url, body, expect=expect, headers=headers)
                raw = self.put(source_id, url, reduce(body), key=key)
            self.register.remember(raw)
            return raw
        aside = self._incoming(url)
        version = self.fetcher.fetch(url, aside, expect=expect, headers=headers, checksum=checksum)
        return self._keep_incoming(
            source_id, url, aside, key, version, brought_until=ALWAYS if final else ""
        )

    def bring(
        self,
        source_id: str,
        url: str,
        *,
        key: str,
        expect: str,
        headers: Mapping[str, str],
        checksum: str = "",
        days: int | None,
    ) -> RawFile:
        """Fetch a file that runs then take from the store without asking, for so many days.

        None: for as long as it is there. Errors are those of `download`.
        """
        aside = self._incoming(url)
        version = self.fetcher.fetch(url, aside, expect=expect, headers=headers, checksum=checksum)
        until = None if days is None else self.fetcher.now() + dt.timedelta(days=days)
        return self._keep_incoming(
            source_id, url, aside, key, version,
            brought_until=ALWAYS if until is None else until.replace(microsecond=0).isoformat(),
        )  # fmt: skip

    def bytes_there(self, url: str) -> int:
        """Bytes of a download that was interrupted."""
        partial = self._incoming(url).with_suffix(".part")
        return partial.stat().st_size if partial.exists() else 0

    def ask(
        self,
        source_id: str,
        url: str,
        question: Mapping[str, object],
        *,
        key: str = "",
        headers: Mapping[str, str] = _EMPTY,
    ) -> RawFile:
        """POST a question in JSON and keep its answer, as `download` does.

        The address under which the answer is kept ends in `#` and the SHA-256 of the question, so
        that two questions to one address are two files. Secrets stand as `{NAME}` in the address
        and in headers, never in the question.

        Raises:
            NotPublishedError: the publisher does not know the address.
            SourceUnavailableError: it did not answer.
        """
        body = json.dumps(question, sort_keys=True, separators=(",", ":")).encode()
        origin = f"{url}#{hashlib.sha256(body).hexdigest()}"
        known = self.register.known(source_id, origin, key) if self.reuse else None
        known = known or self.register.of_unfinished_pull(source_id, origin, key)
        if known is not None:
            return known
        aside = self._incoming(origin)
        version = self.fetcher.fetch(url, aside, expect="json", headers=headers, body=body)
        return self._keep_incoming(source_id, origin, aside, key, version)

    def _incoming(self, origin: str) -> Path:
        """Where a body comes in: one name per address, so that the next run resumes it."""
        incoming = self.root / "incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        return incoming / hashlib.sha256(origin.encode()).hexdigest()

    def _keep_incoming(
        self,
        source_id: str,
        origin: str,
        aside: Path,
        key: str,
        version: str,
        *,
        brought_until: str = "",
    ) -> RawFile:
        digest = file_sha256(aside)
        place = self.register.place(digest)
        place.parent.mkdir(parents=True, exist_ok=True)
        durable_files.move(aside, place)
        raw = RawFile(
            source_id=source_id,
            path=str(place),
            origin=origin,
            sha256=digest,
            fetched_at=self.fetcher.now().replace(microsecond=0),
            bytes=place.stat().st_size,
            key=key,
            version=version,
        )
        self.register.remember(raw, brought_until)
        return raw

    def put(self, source_id: str, origin: str, content: bytes, *, key: str = "") -> RawFile:
        """Keep an answer that took several requests, such as the pages of a search."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.register.place(digest)
        durable_files.write_bytes(place, content)
        return RawFile(
            source_id=source_id,
            path=str(place),
            origin=origin,
            sha256=digest,
            fetched_at=self.fetcher.now().replace(microsecond=0),
            bytes=len(content),
            key=key,
        )

    @property
    def windows(self) -> WindowStore:
        """Where the windows of rasters at addresses are kept."""
        return WindowStore(self.root / "windows", self.fetcher)

    def refer(self, source_id: str, url: str, *, key: str = "", final: bool = False) -> RawFile:
        """Register a raster that is read in windows over the network and never copied whole.

        A raster that is `final`, such as one whose name holds its version, is asked for once.

        Its `sha256` is that of address, length and the server's version mark; of an object at
        `s3://`, of address, grid and its first block.

        Raises:
            NotPublishedError: the publisher has no such file.
            SourceUnavailableError: the server could not be asked.
        """
        whole = self.register.brought(source_id, url, key)
        if whole is not None:
            return whole
        if url.startswith("s3://"):
            return self._refer_object(source_id, url, key)
        known = self.windows.known(url) if final else None
        if known is None:
            remote, at = self.fetcher.head(url, _EMPTY), self.fetcher.now().replace(microsecond=0)
            self.windows.remember(url, remote, at.isoformat())
        else:
            remote = Remote(known["bytes"], known["version"])
            at = dt.datetime.fromisoformat(known["fetched_at"])
        mark = f"{url}\n{remote.bytes}\n{remote.version}"
        return RawFile(
            source_id=source_id,
            path=f"/vsicurl/{url}",
            origin=url,
            sha256=hashlib.sha256(mark.encode()).hexdigest(),
            fetched_at=at,
            bytes=remote.bytes,
            key=key,
            version=remote.version,
        )

    def _refer_object(self, source_id: str, url: str, key: str) -> RawFile:
        # Measuring is slow to load, and few profiles read from object storage.
        import rasterio

        from signals.zonal.raster_grid import gdal_options, gdal_path, open_raster

        try:
            with (
                windows_kept_by(self.windows),
                rasterio.Env(**gdal_options(url)),
                open_raster(url) as dataset,
            ):
                first = next(dataset.block_windows(1))[1]
                grid = (dataset.width, dataset.height, dataset.dtypes, tuple(dataset.transform))
                block = hashlib.sha256(dataset.read(1, window=first).tobytes()).hexdigest()
                mark = f"{url}\n{grid}\n{block}"
        except (DataRejectedError, rasterio.errors.RasterioError) as error:
            if any(sign in f"{error.__cause__ or error}" for sign in _NO_OBJECT):
                raise NotPublishedError(f"{url}: the storage has no such object.") from error
            raise SourceUnavailableError(
                f"{url}: it cannot be read from the storage; check AWS_S3_ENDPOINT, AWS_REGION and "
                "the credentials in the environment, or name a local copy as the source's mirror."
            ) from error
        return RawFile(
            source_id=source_id,
            path=gdal_path(url),
            origin=url,
            sha256=hashlib.sha256(mark.encode()).hexdigest(),
            fetched_at=self.fetcher.now().replace(microsecond=0),
            bytes=0,
            key=key,
        )
