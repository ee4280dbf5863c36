"""`python -m flows.orchestration.deploy_here`: pool and deployment on a server of the operator's.

`PREFECT_API_URL` and `PREFECT_API_AUTH_STRING` name the server. The list or profile, the folder of
results and the schedule are `UNDERSTORY_SUPPLIERS`, `UNDERSTORY_PROFILE`, `UNDERSTORY_OUT` and
`UNDERSTORY_CRON`. The pool takes no command or environment from a run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from configs.config_errors import UsageError
from flows.orchestration.serve import Schedule


def schedule_from(environment: Mapping[str, str]) -> Schedule:
    """What to deploy.

    Raises:
        UsageError: neither a list nor a profile is named, or a file of the list is not there.
    """
    files = tuple(environment.get("UNDERSTORY_SUPPLIERS", "").split(os.pathsep))
    suppliers = tuple(file for file in files if file)
    profile = environment.get("UNDERSTORY_PROFILE") or None
    if not suppliers and profile is None:
        raise UsageError("no supplier list: set UNDERSTORY_SUPPLIERS or UNDERSTORY_PROFILE")
    missing = [file for file in suppliers if not Path(file).is_file()]
    if missing:
        raise UsageError(f"UNDERSTORY_SUPPLIERS: {', '.join(missing)} not found; correct the path")
    return Schedule(
        profile=profile,
        suppliers=suppliers,
        overrides=(),
        out=Path(environment.get("UNDERSTORY_OUT") or "outputs"),
        cron=environment.get("UNDERSTORY_CRON") or None,
    )


def main(environment: Mapping[str, str]) -> None:
    """Deploy; what is already there keeps its schedule unless one is given."""
    try:
        schedule = schedule_from(environment)
        from flows.orchestration import deployment

        deployment.deploy(schedule.parameters(), Path.cwd(), schedule.cron)
    except UsageError as error:
        sys.exit(f"understory: {error}")


if __name__ == "__main__":
    main(os.environ)
