"""A process that reads files may crash, hang or fill the memory, and the next order has another."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.run.sources import reader_processes
from flows.run.sources.reader_processes import (
    EndedError,
    TooLargeError,
    TooSlowError,
    answer_to,
    end_idle,
)
from signals.source_limits import Limits

#: Speaks as the real process does, and does what the order says.
STAND_IN = """
import os, struct, sys, time
size = struct.Struct("<Q")
def send(message):
    sys.stdout.buffer.write(size.pack(len(message)) + message)
    sys.stdout.buffer.flush()
send(b"")
kept = []
while head := sys.stdin.buffer.read(8):
    order = sys.stdin.buffer.read(size.unpack(head)[0])
    if order == b"crash":
        print("a library gave up", file=sys.stderr, flush=True)
        os.abort()
    if order == b"hang":
        time.sleep(600)
    while order == b"grow":
        kept.append(bytearray(b"x" * 10_000_000))
        time.sleep(0.005)
    if order == b"answer and leave":
        send(str(os.getpid()).encode())
        sys.exit(0)
    send(str(os.getpid()).encode())
"""


@pytest.fixture(autouse=True)
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    end_idle()
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN)
    monkeypatch.setattr(reader_processes, "COMMAND", (sys.executable, "-S", str(script)))
    yield
    end_idle()


def test_one_process_answers_one_order_after_another() -> None:
    assert answer_to(b"one", Limits()) == answer_to(b"two", Limits())


@pytest.mark.parametrize(
    ("order", "limits", "error"),
    [
        (b"crash", Limits(), EndedError),
        (b"hang", Limits(stage_seconds=1), TooSlowError),
        (b"grow", Limits(memory_bytes=100_000_000), TooLargeError),
    ],
)
def test_the_next_order_has_another_process(
    order: bytes, limits: Limits, error: type[Exception]
) -> None:
    before = answer_to(b"one", Limits())
    with pytest.raises(error):
        answer_to(order, limits)
    assert answer_to(b"two", Limits()) != before


def test_a_crash_is_named_with_what_the_process_wrote() -> None:
    with pytest.raises(EndedError, match="SIGABRT") as raised:
        answer_to(b"crash", Limits())
    assert raised.value.said == "a library gave up\n"


def test_a_process_that_ended_while_idle_is_replaced() -> None:
    before = answer_to(b"answer and leave", Limits())
    assert answer_to(b"one", Limits()) != before
