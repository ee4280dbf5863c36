"""The back-fill under Prefect: a task per month, one month of a folder at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.concurrency.sync import concurrency
from prefect.states import Failed

from configs.config_errors import DataRejectedError, NotLatestError, UsageError
from flows.orchestration.secret_blocks import load_keys
from flows.run import back_fill
from flows.run.back_fill import FilledMonth
from flows.run.carried_months import Carried
from flows.run.request import run_request
from flows.run.work.stage_types import RunRequest, StageEvent
from sql.warehouse import WarehouseError

#: Global limit of Prefect that months of a folder share; without one, nothing is limited.
LIMIT = "understory"


@task(name="month", task_run_name="{month}", cache_policy=NO_CACHE, persist_result=False)
def fill_month(month: str, request: RunRequest, carried: Carried) -> tuple[FilledMonth, Carried]:
    """Run one month with what an earlier one brought."""
    log = get_run_logger()

    def tell(event: StageEvent) -> None:
        log.info("%s %s %s", month, event.stage, event.detail)

    with concurrency(LIMIT, occupy=1, strict=False):
        return back_fill.fill_month(request, carried, tell)


@flow(name="backfill", flow_run_name="{first} to {last}", persist_result=False)
def backfill(
    first: str,
    last: str,
    profile: str | None = None,
    suppliers: list[str] | None = None,
    out: str = "outputs",
    overrides: list[str] | None = None,
    force: bool = False,
    every_report: bool = False,
) -> dict[str, Any]:
    """Run past months of a list in order; `latest` moves once, at the end.

    Args:
        first: first month, such as 2024-01.
        last: last month.
        profile: name of a profile, or the path of a YAML file; None for base.yaml alone.
        suppliers: files of the list; empty for those the profile names.
        out: folder of the results.
        overrides: configuration changes as `key.path=value`.
        force: do all stages of all months again.
        every_report: write a report and a workbook for each month, not for the last one alone.

    Returns:
        The months with run and state; a Failed state with one sentence where the list or the
        configuration is rejected, or months are held.
    """
    try:
        load_keys()
        months = back_fill.months_between(first, last)
        settings = run_request.settings_of(profile, overrides, suppliers)
        filled: list[FilledMonth] = []
        request = run_request.request_of(settings, months[-1].isoformat(), Path(out), force)
        carried = back_fill.started(request, months)
        for day in months:
            of_month = back_fill.month_request(request, day, months[-1], every_report)
            month, carried = fill_month(f"{day:%Y-%m}", of_month, carried)
            filled.append(month)
        back_fill.move_latest_to_last(request, filled, carried, lambda event: None)
    except (UsageError, DataRejectedError, WarehouseError) as error:
        return cast(dict[str, Any], Failed(message=str(error), data=error))
    record = {"months": [month.as_record() for month in filled]}
    open_months = "; ".join(month.attention for month in filled if month.attention)
    if open_months:
        held = NotLatestError(open_months, record)
        return cast(dict[str, Any], Failed(message=open_months, data=held))
    return record
