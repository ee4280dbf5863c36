"""A source of native readers is read in a process that may crash, hang or fill the memory."""

import io
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.source_samples import Sample, samples
from flows.run.sources import bounded_staging, reader_processes
from flows.run.sources.bounded_staging import is_isolated, stage_within
from flows.run.sources.reader_processes import EndedError, TooLargeError, TooSlowError
from flows.run.sources.source_boundary import READING, SourceFailedError, source_boundary
from flows.run.sources.source_stages import OF_THE_DAY
from flows.run.sources.watched_context import watched
from signals.conservation import Settled
from signals.registry import sources
from signals.source_errors import SourceUnavailableError
from signals.source_limits import LimitReachedError, Limits

RASTER = next(one for one in samples() if one.source_id == "travel_time")
TABLE = next(one for one in samples() if one.name == "accounts_csv/0")
WORKBOOK = next(one for one in samples() if one.name == "buyer_ratings/1")


def staged(sample: Sample, folder: Path, limits: Limits | None = None) -> Settled:
    card = sources()[sample.source_id].CARD
    context = watched(sample.context(folder), OF_THE_DAY)
    with source_boundary(card, READING, {}), closing(sample.closed_fetcher()) as fetcher:
        return stage_within(
            sample.source_id, sample.files(folder, sample.bodies), context, fetcher,
            limits or card.limits,
        )  # fmt: skip


def test_rasters_and_workbooks_are_read_elsewhere_and_tables_here(tmp_path: Path) -> None:
    found = {
        sample.name: is_isolated(
            sources()[sample.source_id].CARD, sample.files(tmp_path, sample.bodies)
        )
        for sample in (RASTER, TABLE, WORKBOOK)
    }
    assert found == {RASTER.name: True, TABLE.name: False, WORKBOOK.name: True}


def test_the_rows_are_the_same_in_either_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = staged(WORKBOOK, tmp_path)
    monkeypatch.setattr(bounded_staging, "is_isolated", lambda *_: False)
    here = staged(WORKBOOK, tmp_path)
    assert [one.rows.to_dicts() for one in apart.tables] == [
        one.rows.to_dicts() for one in here.tables
    ]
    assert apart.balances == here.balances


def test_a_rejected_file_has_the_sentence_of_its_reader(tmp_path: Path) -> None:
    damaged = replace(RASTER, bodies=(b"II*\0",))
    with pytest.raises(SourceUnavailableError, match="none of its 1 files could be used") as raised:
        staged(damaged, tmp_path)
    assert not isinstance(raised.value, SourceFailedError)


def test_what_the_reader_logs_is_in_the_log_of_the_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(WORKBOOK.bodies[0])) as book,
        zipfile.ZipFile(hidden, "w") as new,
    ):
        for name in book.namelist():
            new.writestr(name, book.read(name).replace(b'<row r="2"', b'<row hidden="1" r="2"'))
    with caplog.at_level("WARNING", "understory"):
        staged(replace(WORKBOOK, bodies=(hidden.getvalue(),)), tmp_path)
    assert "hidden" in caplog.text


@pytest.mark.parametrize(
    ("error", "raised", "sentence"),
    [
        (EndedError("SIGSEGV", "Fatal Python error"), SourceFailedError, "SIGSEGV"),
        (TooSlowError(), LimitReachedError, "source_limits.buyer_ratings.stage_seconds"),
        (TooLargeError(), LimitReachedError, "source_limits.buyer_ratings.memory_bytes"),
    ],
)
def test_the_end_of_the_process_is_an_outage_of_the_source(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    raised: type[SourceUnavailableError],
    sentence: str,
) -> None:
    def ended(*_: object) -> bytes:
        raise error

    monkeypatch.setattr(reader_processes, "answer_to", ended)
    with pytest.raises(raised, match=sentence):
        staged(WORKBOOK, tmp_path)
