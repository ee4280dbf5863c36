"""Writes the short forms of suppliers, with what the buyer promises."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from configs import durable_files
from configs.config_errors import DataRejectedError, UsageError
from flows.run.questions.question_evidence import QUESTION_FOLDER, DecidedRun
from flows.run.results.supplier_records import file_name, supplier_record
from reports.questionnaires.incentives import Incentive, incentives
from reports.questionnaires.short_form import short_form
from reports.questionnaires.short_form_documents import short_form_book, short_form_page
from signals import registry

FORM_FOLDER = "short-forms"


def chosen_suppliers(
    ranked: pl.DataFrame, named: Sequence[str], every: bool, budget: int
) -> list[str]:
    """Ids of the suppliers that get a form, in the order of the ranked list.

    Args:
        ranked: supplier_id and rank, by rank.
        named: ids on the command line; none: those within the audit budget.
        every: all suppliers of the run.
        budget: the audit budget.

    Raises:
        UsageError: ids are given with `every`, or an id is not in the run.
    """
    if named and every:
        raise UsageError("name suppliers or give --all, not both")
    known = ranked["supplier_id"].to_list()
    unknown = sorted(set(named) - set(known))
    if unknown:
        raise UsageError(f"no such supplier in the run: {', '.join(unknown)}; use ids of the list")
    if named or every:
        return [name for name in known if every or name in set(named)]
    return ranked.filter(pl.col("rank") <= budget)["supplier_id"].to_list()


def read_incentives(path: Path, suppliers: set[str]) -> list[Incentive]:
    """The promises of a file.

    Raises:
        UsageError: there is no such file.
        DataRejectedError: it is no table, or cells are wrong; all findings at once.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; check the path")
    try:
        table = pl.read_csv(path, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise DataRejectedError(f"{path}: cannot be read as CSV ({error}); correct it") from None
    found, wrong = incentives(table, suppliers)
    if wrong:
        raise DataRejectedError("\n".join(f"{path}: {finding}" for finding in wrong))
    return found


def write_short_forms(
    out: Path,
    found: DecidedRun,
    suppliers: Sequence[str],
    language: str,
    contact: str,
    promises: Sequence[Incentive],
    top: int | None,
) -> Path:
    """Write a page and a workbook for each supplier.

    Args:
        out: folder of results.
        found: of `flows.run.questions.question_evidence.decide`.
        suppliers: ids.
        language: of the forms.
        contact: where the suppliers write to.
        promises: of `read_incentives`.
        top: the most questions of a form; None: all that are left.

    Returns:
        Their folder.
    """
    target = out / QUESTION_FOLDER / found.folder.name / FORM_FOLDER
    signal_cards = {name: signal.card for name, signal in registry.signals().items()}
    source_cards = {name: module.CARD for name, module in registry.sources().items()}
    for supplier in suppliers:
        record = supplier_record(out, found.folder, supplier)
        form = short_form(
            found.decided, record, signal_cards, source_cards, language, promises, top
        )
        name = f"{file_name(supplier)}.{language}"
        durable_files.write_text(target / f"{name}.html", short_form_page(form, contact))
        durable_files.write_bytes(target / f"{name}.xlsx", short_form_book(form, contact))
    return target
