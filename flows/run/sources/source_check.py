"""Whether every source answers as expected: one cheap request each, and nothing stored."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from configs.config_errors import UsageError
from configs.settings import Settings, Source
from flows.run.request.source_keys import key_values, missing_variables
from flows.run.storage.storage_address import is_storage
from flows.run.storage.stored_inputs import reject_empty
from signals.card import SourceCard
from signals.expected_form import ExpectedForm, form_fault, stated
from signals.fetching.fetch import Fetcher
from signals.fetching.host_limits import limit_of
from signals.fetching.one_request import OneAnswer, ask_once
from signals.fetching.stand_in import VARIABLE
from signals.registry import sources

_NOT_THERE = (404, 410)
_REJECTED = (400, 401, 403, 429)


class CheckStatus(StrEnum):
    """What a check found."""

    AS_EXPECTED = "as expected"
    CONFIGURED = "configured"
    OFF = "off"
    LOCAL_ONLY = "local files only"
    KEY_NEEDED = "key needed"
    FORM_CHANGED = "form changed"
    REJECTED = "rejected"
    TOO_SLOW = "too slow"
    NO_ANSWER = "no answer"
    FOLDER_MISSING = "folder missing"


#: What an operator must act on.
FAULTS = (
    CheckStatus.FORM_CHANGED,
    CheckStatus.REJECTED,
    CheckStatus.TOO_SLOW,
    CheckStatus.NO_ANSWER,
    CheckStatus.FOLDER_MISSING,
)


@dataclass(frozen=True)
class CheckedSource:
    """One source after its check; `detail` says what to do or what has changed."""

    source_id: str
    status: CheckStatus
    detail: str = ""
    address: str = ""
    seconds: float = 0.0
    kilobytes: float = 0.0

    @property
    def is_fault(self) -> bool:
        """Whether an operator must act."""
        return self.status in FAULTS

    def as_record(self) -> dict[str, Any]:
        """For `--json`."""
        return {**asdict(self), "is_fault": self.is_fault}


def check_sources(
    settings: Settings,
    *,
    live: bool,
    include_off: bool = False,
    today: dt.date,
    environment: Mapping[str, str] = os.environ,
) -> list[CheckedSource]:
    """Check every source, several publishers side by side, each host at its own pace.

    Args:
        settings: which sources are on, and where they are read from.
        live: ask the publishers; otherwise only configuration, folders and keys are checked.
        include_off: sources that are switched off and have an address are checked too.
        today: files are asked for as of this day.
        environment: where keys are looked up.
    """
    by_host: dict[str, list[str]] = {}
    for name in sources():
        if name in settings.sources:
            host = urlsplit(settings.sources[name].url).hostname or name
            by_host.setdefault(host, []).append(name)

    def of_host(names: Iterable[str]) -> Iterator[CheckedSource]:
        for name in names:
            source = settings.sources[name]
            if include_off and source.url:
                source = source.model_copy(update={"enabled": True})
            yield _check(name, source, settings, live=live, today=today, environment=environment)

    with ThreadPoolExecutor(max_workers=8) as pool:
        found = [
            one for group in pool.map(lambda n: list(of_host(n)), by_host.values()) for one in group
        ]
    return sorted(found, key=lambda one: one.source_id)


def _check(
    name: str,
    source: Source,
    settings: Settings,
    *,
    live: bool,
    today: dt.date,
    environment: Mapping[str, str],
) -> CheckedSource:
    module = sources()[name]
    card = module.CARD
    if not source.enabled:
        return CheckedSource(name, CheckStatus.OFF)
    if source.mirror is not None:
        is_stored = is_storage(source.mirror)
        return (
            _check_stored(name, source.mirror)
            if is_stored
            else _check_folder(name, Path(source.mirror))
        )
    if not source.url:
        detail = f"set sources.{name}.mirror to a folder with its files"
        return CheckedSource(name, CheckStatus.LOCAL_ONLY, detail)
    missing = missing_variables(card, environment)
    if missing and card.access.required:
        return CheckedSource(name, CheckStatus.KEY_NEEDED, _key_advice(card, missing), source.url)
    host = urlsplit(source.url).hostname
    if limit_of(host).needs_contact and "@" not in settings.download.contact:
        detail = f"{host} rejects requests without a contact; set download.contact to your e-mail"
        return CheckedSource(name, CheckStatus.KEY_NEEDED, detail, source.url)
    form: ExpectedForm | None = getattr(module, "FORM", None)
    if form is not None and not source.url.startswith(form.only_at):
        form = None
    if not live or form is None:
        detail = "not asked: files at your own address have no expected form" if live else ""
        return CheckedSource(name, CheckStatus.CONFIGURED, detail, source.url)
    keys = {**key_values(card, environment)}
    if environment.get(VARIABLE):
        keys[VARIABLE] = environment[VARIABLE]
    with closing(Fetcher(settings.download, environment=keys)) as fetcher:
        return _ask(name, form, source, fetcher, today, has_key=not missing)


def _check_stored(name: str, mirror: str) -> CheckedSource:
    try:
        reject_empty(mirror, f"sources.{name}.mirror")
    except UsageError as error:
        return CheckedSource(name, CheckStatus.FOLDER_MISSING, str(error))
    return CheckedSource(name, CheckStatus.CONFIGURED, f"files in {mirror}")


def _check_folder(name: str, folder: Path) -> CheckedSource:
    if not folder.is_dir():
        detail = f"sources.{name}.mirror: {folder} is not a folder; correct the path"
        return CheckedSource(name, CheckStatus.FOLDER_MISSING, detail)
    count = sum(path.is_file() for path in folder.iterdir())
    if not count:
        detail = (
            f"sources.{name}.mirror: nothing is in {folder}; download the source's files into it"
        )
        return CheckedSource(name, CheckStatus.FOLDER_MISSING, detail)
    return CheckedSource(name, CheckStatus.CONFIGURED, f"{count} files in {folder}")


def _key_advice(card: SourceCard, missing: tuple[str, ...]) -> str:
    access = card.access
    return f"set {' and '.join(missing)}; register at {access.register_at} ({access.price})"


def _ask(
    name: str,
    form: ExpectedForm,
    source: Source,
    fetcher: Fetcher,
    today: dt.date,
    *,
    has_key: bool,
) -> CheckedSource:
    addresses = form.addresses(source.url, today, has_key=has_key)
    answer = OneAnswer(0, b"", "", is_slow=False, seconds=0.0)
    address = addresses[0]
    for address in addresses:
        answer = ask_once(
            fetcher, address, form.headers, question=form.question, is_part=form.is_part,
            most_bytes=form.most_bytes,
        )  # fmt: skip
        if answer.status not in _NOT_THERE:
            break
    status, detail = _judged(form, answer, address, fetcher, has_key=has_key)
    if status is CheckStatus.AS_EXPECTED and address != addresses[0]:
        detail = f"an older or archived file answers; {addresses[0]} is not there"
    # A publisher may repeat the key that it was asked with.
    for value in fetcher.environment.values():
        detail = detail.replace(value, "***")
    return CheckedSource(
        name, status, detail, address, round(answer.seconds, 2), round(len(answer.body) / 1e3, 1)
    )


def _judged(
    form: ExpectedForm, answer: OneAnswer, address: str, fetcher: Fetcher, *, has_key: bool
) -> tuple[CheckStatus, str]:
    if answer.is_slow:
        seconds = fetcher.settings.timeout_seconds
        return CheckStatus.TOO_SLOW, f"no whole answer in {seconds:g} s"
    if answer.not_followed:
        return CheckStatus.FORM_CHANGED, answer.not_followed
    if answer.status == 0:
        came = f"broke off after {len(answer.body)} bytes" if answer.body else "failed"
        return CheckStatus.NO_ANSWER, f"the connection {came}"
    message = stated(answer.body) if answer.status >= 400 else ""
    said = f', it says "{message}"' if message else ""
    limit = limit_of(urlsplit(address).hostname)
    if limit.says_too_many(answer.body):
        return (
            CheckStatus.REJECTED,
            f"HTTP {answer.status}: it says that these are too many requests",
        )
    if answer.status in _NOT_THERE:
        return (
            CheckStatus.FORM_CHANGED,
            f"nothing is at the address any more (HTTP {answer.status})",
        )
    if answer.status in _REJECTED:
        advice = "wait" if answer.status == 429 else "wait, or check key and download.contact"
        when = f" (Retry-After: {answer.wait[:40]})" if answer.wait else ""
        return CheckStatus.REJECTED, f"HTTP {answer.status}{said}; {advice}{when}"
    if answer.status >= 500:
        return CheckStatus.NO_ANSWER, f"HTTP {answer.status}{said}"
    if answer.status == 416:
        return CheckStatus.FORM_CHANGED, "the file is empty (HTTP 416)"
    if answer.status not in (200, 206):
        return CheckStatus.FORM_CHANGED, f"HTTP {answer.status}{said}"
    if answer.moved_to:
        return CheckStatus.FORM_CHANGED, f"the address has moved to {answer.moved_to}"
    if form.kind == "tiff" and form.is_part and answer.status != 206:
        return CheckStatus.FORM_CHANGED, "the server gives no parts of files (Range is ignored)"
    is_archive = bool(form.without_key) and not has_key
    fault = form_fault(
        form,
        answer.body,
        is_archive=is_archive,
        is_whole=answer.is_whole,
        media_type=answer.media_type,
    )
    return (CheckStatus.AS_EXPECTED, "") if fault is None else (CheckStatus.FORM_CHANGED, fault)
