"""Keys of sources from Secret blocks of the Prefect server, for a worker that holds none itself.

`UNDERSTORY_SECRET_BLOCKS` names the variables, such as `FIRMS_MAP_KEY GFW_API_KEY`; the block of a
variable is named like it in lower case with hyphens (`firms-map-key`). The values are in the
environment of the run's own process alone, never in the parameters or variables of a run, which
the server stores as text.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from typing import cast

from prefect.blocks.system import Secret

from configs.config_errors import UsageError
from signals.registry import sources

VARIABLE = "UNDERSTORY_SECRET_BLOCKS"


def load_keys(environment: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """Put the keys that are named into the environment; one that is already there stays.

    Returns:
        The variables that were loaded.

    Raises:
        UsageError: a name is no variable of any source, or a block cannot be loaded.
    """
    named = environment.get(VARIABLE, "").split()
    known = {name for module in sources().values() for name in module.CARD.access.variables}
    unknown = sorted(set(named) - known)
    if unknown:
        raise UsageError(f"{VARIABLE}: {', '.join(unknown)} is no source's key; correct it")
    missing = tuple(name for name in named if not environment.get(name))
    for name in missing:
        environment[name] = _value(name)
    return missing


def block_name(variable: str) -> str:
    """The name of a variable's block."""
    return variable.lower().replace("_", "-")


def _value(variable: str) -> str:
    block = block_name(variable)
    try:
        # Called from a flow that is no coroutine, this is none either.
        loaded = cast(Secret[str], Secret.load(block))
    except ValueError as error:
        raise UsageError(
            f"{VARIABLE}: the server has no Secret block {block} for {variable}; create it"
        ) from error
    return str(loaded.get())
