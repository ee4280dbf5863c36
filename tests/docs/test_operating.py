"""Runs the commands of the operator's page as it is written, on a small list."""

import json
import re
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from flows.cli.app import app
from tests.docs.pages import blocks
from tests.flows.small_world import published_ids, write_small_world

pytestmark = [pytest.mark.docs, pytest.mark.timeout(900)]

_PAGE = "docs/how-to/operating.md"
_RUN = re.compile(r"(\d{8})-[0-9a-f]{8}")
#: What the page says of these: an exit code that is not 0 where something is to be done.
_CODES = {"status": (0, 3), "doctor": (0, 1)}
#: Run by other tests (`make prefect-test`, the first lines of the tutorial).
_ELSEWHERE = ("understory serve", "make demo", "git clone", "sudo ", "systemd-analyze ", "prefect ",
              "export ")  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which every command of the page was run, in its order."""
    folder = tmp_path_factory.mktemp("operating")
    profile = write_small_world(folder / "world").read_text()
    (folder / "list.yaml").write_text(profile)
    with pytest.MonkeyPatch.context() as patch, hook() as address:
        patch.chdir(folder)
        patch.setenv("UNDERSTORY_ALERTS", address)
        patch.delenv("PREFECT_API_URL", raising=False)
        for block in blocks("sh"):
            if block.page == _PAGE:
                for line in block.text.splitlines():
                    carry_out(line.removeprefix(".venv/bin/"), folder)
        yield folder


@contextmanager
def hook() -> Iterator[str]:
    """A webhook on loopback that takes every alert; its address for Apprise."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"json://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def carry_out(line: str, folder: Path) -> None:
    if line.startswith(_ELSEWHERE):
        return
    if not line.startswith("understory "):
        subprocess.run(line, shell=True, check=True, cwd=folder)
        return
    words = shlex.split(with_runs_of(line, folder), comments=True)[1:]
    if "--accept" in words:
        # Nothing holds a run of this list; a withdrawn one is accepted in the same way.
        ended(["withdraw", words[words.index("--accept") + 1], "--reason", "held"])
    done = ended(words)
    assert done.exit_code in _CODES.get(words[0], (0,)), f"{line}\n{done.output}"
    assert done.output.strip(), line


def ended(words: list[str]) -> Result:
    direct = ["--direct"] if words[0] == "run" else []
    done = CliRunner().invoke(app, [*words, *direct])
    assert done.exception is None or isinstance(done.exception, SystemExit), words
    return done


def with_runs_of(line: str, folder: Path) -> str:
    """The line with the ids that the same days have in the folder."""
    ids = {run[:8]: run for run in published_ids(folder / "outputs")} if _RUN.search(line) else {}
    return _RUN.sub(lambda found: ids[found[1]], line)


def test_the_folder_says_what_the_page_does(folder: Path) -> None:
    days = [run[:8] for run in published_ids(folder / "outputs")]
    assert days == ["20211201", "20220101", "20220201", "20220301"]
    # March was withdrawn last, so `latest` is the month before it.
    assert (folder / "outputs" / "latest").readlink().name.startswith("20220201")
    decisions = (folder / "outputs" / "publication_decisions.jsonl").read_text().splitlines()
    assert [json.loads(line)["decision"] for line in decisions][-3:] == [
        "accept", "latest", "withdraw",
    ]  # fmt: skip
    assert (folder / "outputs" / "workspaces" / "textiles" / "latest").is_symlink()
    assert (folder / "outputs.before").is_dir()
