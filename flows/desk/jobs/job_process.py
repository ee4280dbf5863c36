"""The process of a job: `python -m flows.desk.jobs.job_process KIND FOLDER`.

It leaves `outcome.json` however it ends, unless it is killed.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from configs.config_errors import DataRejectedError, NotLatestError, UsageError
from flows.desk.lists.list_folders import ListFolder, write_json
from flows.run.work import machine_errors, private_files
from reports.languages.catalogue import message

#: These read what strangers wrote; a run measures rasters and has no limit here.
_LIMITED = ("check", "plan", "questions")
_MEMORY_BYTES = 6 << 30
_SECONDS = 1800
_DEFECT = message("something went wrong in the program; the log has the details")
_TOO_MUCH = message("the files take more memory or time than a check may use; send smaller ones")


class Events:
    """The progress of a job, a line at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, stage: str, detail: str = "", done: int = 0, total: int = 1) -> None:
        """Note that a step begins."""
        line = {"at": time.time(), "stage": stage, "detail": detail, "done": done, "total": total}
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def main(kind: str, path: Path) -> None:
    """Do a job and leave its outcome."""
    private_files.keep_files_private()
    # A desk that was started in the background leaves interrupts ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _start_log()
    folder = ListFolder(path)
    files = folder.jobs / kind
    if kind in _LIMITED:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    request = json.loads((files / "request.json").read_text(encoding="utf-8"))
    outcome = outcome_of(lambda: work_of(kind, folder, request, Events(files / "events.jsonl")))
    write_json(files / "outcome.json", outcome)
    sys.stdout.flush()
    # Nothing is left to do, and unloading the libraries takes seconds that somebody waits.
    os._exit(0)


def outcome_of(work: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """The result of a job, or how it ended without one.

    Returns:
        `status` (done, failed or stopped); of a job that is done its result, of a failed one a
        `sentence`.
    """
    try:
        return {"status": "done", **work()}
    except KeyboardInterrupt:
        return {"status": "stopped"}
    except NotLatestError as error:
        return {"status": "done", **error.record}
    except (UsageError, DataRejectedError) as error:
        return {"status": "failed", "sentence": str(error)}
    except MemoryError:
        return {"status": "failed", "sentence": _TOO_MUCH}
    except Exception as error:
        traceback.print_exc()
        return {"status": "failed", "sentence": machine_errors.sentence_of(error) or _DEFECT}


def work_of(
    kind: str, folder: ListFolder, request: Mapping[str, Any], events: Events
) -> Mapping[str, Any]:
    """Do a job of a kind; its libraries are imported here, not by the desk."""
    if kind == "check":
        from flows.desk.jobs.check_job import check

        return check(folder, events)
    if kind == "plan":
        from flows.desk.jobs.plan_job import plan

        return plan(folder, request, events)
    if kind == "decide":
        from flows.desk.jobs.decide_job import write_decisions

        return write_decisions(folder, events)
    if kind == "weights":
        from flows.desk.jobs.weights_job import try_weights

        return try_weights(folder, request, events)
    if kind in ("profiles", "acceptance"):
        from flows.desk.jobs import profiles_job

        if kind == "profiles":
            return profiles_job.compare(folder, request, events)
        return profiles_job.accept(folder, request, events)
    if kind == "questions":
        from flows.desk.jobs.questions_job import match_and_decide

        return match_and_decide(folder, request, events)
    from flows.desk.jobs.run_job import run

    return run(folder, request, events)


def _start_log() -> None:
    log = logging.getLogger("understory")
    log.setLevel(logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.propagate = False


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
