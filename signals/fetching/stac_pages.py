"""How pystac-client asks a catalogue: through the raw store, with the manners of all sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pystac_client.stac_api_io import StacApiIO

from signals.source import RawStore


class PoliteIO(StacApiIO):
    """Sends the client's requests through a raw store, which keeps every page as it came."""

    def __init__(self, source_id: str, store: RawStore) -> None:
        super().__init__(max_retries=None)
        self._source_id = source_id
        self._store = store

    def request(
        self,
        href: str,
        method: str | None = None,
        headers: dict[str, str] | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> str:
        """The text of an answer.

        Raises:
            NotPublishedError: nothing is at the address.
            SourceUnavailableError: the catalogue does not answer.
        """
        sent = headers or {}
        if (method or "GET").upper() == "POST":
            raw = self._store.ask(self._source_id, href, parameters or {}, headers=sent)
        else:
            query = f"?{urlencode(parameters)}" if parameters else ""
            raw = self._store.download(
                self._source_id, f"{href}{query}", expect="json", headers=sent
            )
        return Path(raw.path).read_text(encoding="utf-8")
