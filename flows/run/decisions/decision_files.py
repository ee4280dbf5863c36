"""Decisions of people in a folder of results: every run of the folder reads them without an option.

`decisions.csv` holds the decisions on suppliers that stand, `decisions_log.csv` all that were ever
made, and `identity_decisions.csv` the answers on pairs of a supplier and an entry of a register.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from configs import durable_files
from reports.tables.cells import csv_bytes
from scoring.prioritisation.overrides import KEPT_COLUMNS, checked, kept

#: In the folder of results: the decisions in force, and all that were ever made.
DECISIONS_FILE, DECISIONS_LOG = "decisions.csv", "decisions_log.csv"
#: In the folder of results: answers on pairs, read as `identity.decisions` is.
IDENTITY_FILE = "identity_decisions.csv"
IDENTITY_COLUMNS = (
    "supplier_id", "register", "register_id", "decision", "decided_on", "expires_on",
    "decision_reason",
)  # fmt: skip
#: In the log, of a decision that was taken back.
_TAKEN_BACK = "taken_back"


def fingerprint(out: Path) -> str:
    """Hash of the decisions on suppliers that stand in a folder; "" where there are none."""
    file = out / DECISIONS_FILE
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def standing(out: Path) -> pl.DataFrame | None:
    """The decisions on suppliers that stand in a folder, `KEPT_COLUMNS`; None without a file."""
    file = out / DECISIONS_FILE
    if not file.is_file():
        return None
    days = ("decided_on", "expires_on")
    rows = _as_written(pl.read_csv(file, infer_schema=False))
    return rows.with_columns(pl.col(name).str.to_date("%Y-%m-%d") for name in days).select(
        KEPT_COLUMNS
    )


def keep(out: Path, new: pl.DataFrame, run_id: str) -> None:
    """Let decisions stand in place of earlier ones on the same suppliers, and log them.

    Args:
        out: folder of results.
        new: `KEPT_COLUMNS`, one row a supplier, checked.
        run_id: the run on which they rest.
    """
    durable_files.write_bytes(out / DECISIONS_FILE, csv_bytes(kept(standing(out), new)))
    _log(out, new, run_id)


def keep_one(out: Path, row: Mapping[str, object], supplier_ids: pl.Series, run_id: str) -> None:
    """Check one decision and let it stand.

    Args:
        out: folder of results.
        row: values of `KEPT_COLUMNS`; a name that is missing is null.
        supplier_ids: of the list that it is about.
        run_id: the run on which it rests.

    Raises:
        DataRejectedError: it could not be defended later.
    """
    schema = dict.fromkeys(KEPT_COLUMNS, pl.String()) | {
        "decided_on": pl.Date(), "expires_on": pl.Date(),
    }  # fmt: skip
    new = pl.DataFrame([{name: row.get(name) for name in KEPT_COLUMNS}], schema=schema)
    checked(new, supplier_ids)
    keep(out, new, run_id)


def take_back(out: Path, supplier_id: str, author_role: str, run_id: str) -> bool:
    """Take back the decision on a supplier; the log keeps both.

    Returns:
        Whether there was one.
    """
    before = standing(out)
    if before is None or supplier_id not in before["supplier_id"]:
        return False
    rest = before.filter(pl.col("supplier_id") != supplier_id)
    if rest.is_empty():
        (out / DECISIONS_FILE).unlink()
        durable_files.flush(out)
    else:
        durable_files.write_bytes(out / DECISIONS_FILE, csv_bytes(rest))
    taken = before.filter(pl.col("supplier_id") == supplier_id).with_columns(
        decision=pl.lit(_TAKEN_BACK), author_role=pl.lit(author_role)
    )
    _log(out, taken, run_id)
    return True


def log_of(out: Path, supplier_id: str) -> list[dict[str, str | None]]:
    """All decisions ever made on a supplier in a folder, the newest first."""
    file = out / DECISIONS_LOG
    if not file.is_file():
        return []
    rows = _as_written(pl.read_csv(file, infer_schema=False))
    return rows.filter(pl.col("supplier_id") == supplier_id).reverse().to_dicts()


def keep_identity(out: Path, answers: Sequence[Mapping[str, str]]) -> None:
    """Let answers on pairs stand; of two on the same pair the new one.

    Args:
        out: folder of results.
        answers: texts by the names of `IDENTITY_COLUMNS`.
    """
    key = ("supplier_id", "register", "register_id")
    rows = {tuple(row[name] for name in key): row for row in [*identity_answers(out), *answers]}
    text = io.StringIO()
    writer = csv.DictWriter(text, IDENTITY_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: row.get(name) or "" for name in IDENTITY_COLUMNS}
                     for _, row in sorted(rows.items()))  # fmt: skip
    durable_files.write_text(out / IDENTITY_FILE, text.getvalue())


def identity_answers(out: Path) -> list[dict[str, str]]:
    """The answers on pairs that stand in a folder."""
    file = out / IDENTITY_FILE
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _as_written(rows: pl.DataFrame) -> pl.DataFrame:
    """Texts as they were before `csv_bytes` made those that could be formulas harmless."""
    return rows.with_columns(pl.col(pl.String).str.replace(r"^'([=+\-@＝＋－＠])", "$1"))


def _log(out: Path, rows: pl.DataFrame, run_id: str) -> None:
    log = out / DECISIONS_LOG
    entry = rows.select(KEPT_COLUMNS).with_columns(
        pl.lit(run_id).alias("run_id"),
        pl.lit(dt.datetime.now(dt.UTC).isoformat(timespec="seconds")).alias("imported_at"),
    )
    older = [] if not log.is_file() else [_as_written(pl.read_csv(log, infer_schema=False))]
    written = pl.concat([*older, entry.cast(pl.String)], how="diagonal_relaxed")
    durable_files.write_bytes(log, csv_bytes(written))
