"""What a published run holds for decisions on questions, and the decisions on a file of them."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from configs import durable_files
from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Questions
from flows.run.folders import published_runs
from flows.run.results.run_exports import usable_run
from reports.questionnaires.decision_summary import summary_page
from reports.questionnaires.decision_tables import Decided, decision_sheets
from reports.tables.cells import csv_bytes
from reports.wording import notices
from reports.workbook.workbook import sheet_book
from scoring.questionnaires.burden import Costs
from scoring.questionnaires.data_points import data_points
from scoring.questionnaires.decisions import Evidence, question_decisions, supplier_decisions
from scoring.questionnaires.questions import COLUMNS, checked_questions
from scoring.questionnaires.register_facts import register_facts
from signals import registry
from sql.published_tables import table_file
from sql.warehouse import Warehouse

#: In the folder of results: a folder for each run.
QUESTION_FOLDER = "questions"
#: In it: the questions that were matched last.
MATCHED_FILE = "matched.parquet"
#: In the folder of a run: the decisions on each question.
DECIDED_BOOK = "questions.xlsx"

_HS_CODE = r"\b\d{2,10}\b"
_LINKS = ("supplier_id", "register", "register_id", "band", "match_basis", "matched_name")
_FLAGS = ("supplier_id", "flag", "list", "listed_name", "listed_on", "status", "path")
_TRUTH = {"true": True, "false": False, "yes": True, "no": False}


@dataclass(frozen=True)
class DecidedRun:
    """Decisions on questions with the run that they stand on.

    Attributes:
        folder: of the run.
        manifest: of the run.
        decided: the decisions.
    """

    folder: Path
    manifest: dict[str, Any]
    decided: Decided


def read_matched(out: Path, path: Path | None = None) -> pl.DataFrame:
    """The matched questions of a file, CSV or Parquet.

    Args:
        out: folder of results, which has the questions that were matched last.
        path: of another file. Columns other than those of
            `scoring.questionnaires.questions.COLUMNS` are left unread.

    Raises:
        UsageError: there is no such file.
        DataRejectedError: a column is missing, or a value is not of its kind.
    """
    path = path or out / QUESTION_FOLDER / MATCHED_FILE
    if not path.is_file():
        raise UsageError(
            f"{path}: there is no such file; `understory questions match` writes it, or give "
            "another with --questions"
        )
    try:
        if path.suffix.lower() == ".parquet":
            table = pl.read_parquet(path)
        else:
            table = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise DataRejectedError(
            f"{path}: cannot be read as CSV or Parquet ({error}); give the file that "
            "`understory questions match` wrote"
        ) from None
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise DataRejectedError(
            f"{path}: column missing: {', '.join(missing)}; give the file that `understory "
            "questions match` wrote"
        )
    table = table.select(list(COLUMNS))
    if table["extractive"].dtype == pl.String:
        truth = (
            pl.col("extractive")
            .str.to_lowercase()
            .replace_strict(_TRUTH, default=None, return_dtype=pl.Boolean)
        )
        table = table.with_columns(truth)
    try:
        frame = checked_questions(table, matched=True)
    except (ValueError, pl.exceptions.PolarsError) as error:
        raise DataRejectedError(f"{path}: {error}; correct the file") from None
    points = data_points()
    unknown = frame.filter(~pl.col("data_point_id").is_in(list(points)))
    if unknown.height:
        raise DataRejectedError(
            "\n".join(
                f"{path}: question {question_id}: {name} is no data point; `understory questions "
                "catalogue` lists them"
                for question_id, name in unknown.select("question_id", "data_point_id").iter_rows()
            )
        )
    return frame


def decide(out: Path, run: str, questions: pl.DataFrame, settings: Questions) -> DecidedRun:
    """Decide on matched questions for all suppliers of a run.

    Args:
        out: folder of results.
        run: id of the run, its beginning, or `latest`.
        questions: of `read_matched`.
        settings: minutes and money.

    Raises:
        UsageError: there is no such run, or it is held or withdrawn.
    """
    folder, manifest = usable_run(out, run)
    ranked = published_runs.read_ranked(folder).select("supplier_id", "name", "rank")
    points = data_points()
    cards = {name: signal.card for name, signal in registry.signals().items()}
    decided = question_decisions(questions)
    asked = set(decided["asked_as"].drop_nulls())
    pairs = supplier_decisions(
        [name for name in points if name in asked],
        _evidence(out, folder, manifest, ranked["supplier_id"].to_list()),
        points,
        cards,
    )
    costs = Costs(
        settings.hourly_cost,
        settings.currency,
        settings.unmatched_minutes,
        settings.repeat_minutes,
    )
    found = Decided(
        folder.name, bool(manifest["is_synthetic"]), ranked, decided, pairs, points, costs
    )
    return DecidedRun(folder, manifest, found)


def write_decisions(out: Path, found: DecidedRun) -> Path:
    """Write questions.xlsx, decisions.parquet, burden.csv and summary.md.

    Returns:
        Their folder.
    """
    target = out / QUESTION_FOLDER / found.folder.name
    decided = found.decided
    book = sheet_book(
        decision_sheets(decided),
        "Questions",
        " ".join(notices(decided.is_synthetic)),
        dt.date.fromisoformat(found.manifest["as_of"]),
    )
    durable_files.write_bytes(target / DECIDED_BOOK, book)
    memory = io.BytesIO()
    decided.pairs.write_parquet(memory)
    durable_files.write_bytes(target / "decisions.parquet", memory.getvalue())
    durable_files.write_bytes(target / "burden.csv", csv_bytes(decided.burden()))
    durable_files.write_text(target / "summary.md", summary_page(decided))
    return target


def _evidence(out: Path, folder: Path, manifest: dict[str, Any], suppliers: list[str]) -> Evidence:
    as_of = dt.date.fromisoformat(manifest["as_of"])
    facts = register_facts(
        suppliers,
        _links(out, folder.name),
        _table(folder, "flags.csv", _FLAGS).with_columns(pl.col("listed_on").cast(pl.Date)),
        manifest.get("list_checks", []),
        data_points(),
        {name: module.CARD.title for name, module in registry.sources().items()},
        as_of,
    )
    find_first = _table(
        folder, "find_data_first.csv", ("supplier_id", "signal_id", "uncertainty_reduction")
    ).with_columns(pl.col("uncertainty_reduction").cast(pl.Float64))
    return Evidence(
        as_of,
        suppliers,
        published_runs.read_every_contribution(folder),
        facts,
        find_first,
        _goods(out),
    )


def _links(out: Path, run_id: str) -> pl.DataFrame:
    """Matches with registers; none where the folder has no warehouse."""
    path = out / "warehouse.duckdb"
    if not path.is_file():
        return pl.DataFrame(schema=dict.fromkeys(_LINKS, pl.String))
    with Warehouse(path) as warehouse:
        return warehouse.read("supplier_links", run_id).select(_LINKS)


def _goods(out: Path) -> pl.DataFrame:
    """HS chapters of the goods of the list; none where the folder has no warehouse."""
    schema = {"supplier_id": pl.String, "chapter": pl.String}
    path = out / "warehouse.duckdb"
    if not path.is_file():
        return pl.DataFrame(schema=schema)
    with Warehouse(path) as warehouse:
        listed = warehouse.read("stg_suppliers").select("supplier_id", "commodity_hs")
    return (
        listed.with_columns(chapter=pl.col("commodity_hs").str.extract_all(_HS_CODE))
        .explode("chapter")
        .drop_nulls("chapter")
        .select("supplier_id", pl.col("chapter").str.slice(0, 2))
        .unique(maintain_order=True)
    )


def _table(folder: Path, name: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """Columns of a file of the run, as texts; no rows where the run has no such file."""
    path = table_file(folder, name)
    if path is None:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.read_csv(path, infer_schema=False).select(columns)
