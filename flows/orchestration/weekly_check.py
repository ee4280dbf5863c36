"""The weekly check of sources under Prefect: it fails where a publisher answers otherwise."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Failed

from configs.config_errors import UsageError
from flows.orchestration.secret_blocks import load_keys
from flows.run.request import run_request
from flows.run.sources.source_check import check_sources


@flow(name="check-sources", persist_result=False)
def check_weekly(
    profile: str | None = None, overrides: list[str] | None = None, include_off: bool = False
) -> list[dict[str, Any]]:
    """Ask every publisher once; nothing is stored but a table in Prefect's UI.

    Args:
        profile: name of a profile, or the path of a YAML file; None for base.yaml alone.
        overrides: configuration changes as `key.path=value`.
        include_off: sources that are switched off and have an address are checked too.

    Returns:
        A record per source; a Failed state with one sentence where a source needs attention.
    """
    try:
        load_keys()
        settings = run_request.settings_of(profile, overrides)
    except UsageError as error:
        return cast(list[dict[str, Any]], Failed(message=str(error)))
    today = dt.datetime.now(dt.UTC).date()
    found = check_sources(settings, live=True, include_off=include_off, today=today)
    records = [one.as_record() for one in found]
    create_table_artifact(records, key="source-check", description="How every source answers")
    faults = [f"{one.source_id}: {one.status} ({one.detail})" for one in found if one.is_fault]
    if faults:
        return cast(list[dict[str, Any]], Failed(message="; ".join(faults)))
    return records
