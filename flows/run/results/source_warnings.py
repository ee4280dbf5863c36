"""What is reported about sources that were not read, or not whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.run.request.inputs import is_unreached

# From so many on it is the connection rather than the publishers.
_MANY = 3


def source_warnings(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences on sources; one for all that could not be reached, if they are many.

    Args:
        records: the sources of the manifest.
    """
    unavailable = [record for record in records if record["status"] == "unavailable"]
    unreached = [record for record in unavailable if is_unreached(record["reason"])]
    warnings = []
    if len(unreached) >= _MANY:
        titles = ", ".join(sorted(record["title"] for record in unreached))
        warnings.append(
            f"{len(unreached)} sources could not be reached: {titles}. Check the connection to the "
            "internet, then run again."
        )
        unavailable = [record for record in unavailable if record not in unreached]
    return [
        *warnings,
        *(
            f"Source {record['title']} is unavailable: {record['reason'].rstrip('.')}."
            for record in unavailable
        ),
        *(
            f"Source {record['title']} is used in part: {record['stopped_early'].rstrip('.')}."
            for record in records
            if "stopped_early" in record
        ),
        *(
            f"Source {record['title']}: {record['not_used'].rstrip('.')}."
            for record in records
            if "not_used" in record
        ),
    ]
