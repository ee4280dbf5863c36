"""Who the suppliers are by the list alone, taken over from an earlier request of the folder.

Without a register, a public list, shipments or a decision, links and relations follow from the
list, the listed areas and the settings; the day of the run decides only which areas are known, and
is stated in the relations of paths to listed companies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flows.run.work import artefacts
from flows.run.work.code_version import code_version
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun
from flows.run.work.work_folder import Table, WorkFolder
from suppliers.relations.listed_areas import ListedArea

#: Tables that `identify` leaves.
TABLES: tuple[Table, ...] = (
    artefacts.IDENTITY_LINKS,
    artefacts.IDENTITY_FLAGS,
    artefacts.IDENTITY_DECISIONS,
    artefacts.IDENTIFIED_SITES,
    artefacts.RELATIONS,
    artefacts.REJECTED_RELATIONS,
    artefacts.SHARED_GROUPS,
    artefacts.IDENTIFIED_SUPPLIERS,
)


def inputs_of_list(prepared: PreparedRun, areas: Sequence[ListedArea]) -> str | None:
    """Hash of all that an identity by the list alone depends on; None where more is known.

    Args:
        prepared: the request, without a decision on links.
        areas: that are listed, also from later days on.
    """
    if prepared.identity_source_ids:
        return None
    known = [repr(area) for area in areas if area.since <= prepared.request.as_of]
    parts = [
        code_version(),
        prepared.request.settings.identity.model_dump_json(),
        hash_of_frame(prepared.listed_suppliers),
        hash_of_frame(prepared.listed_sites),
        *known,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def take_over(prepared: PreparedRun, made_from: str) -> dict[str, Any] | None:
    """The result of an earlier request that was made from the same, and its tables; None: none."""
    own = prepared.workspace
    if prepared.request.force:
        return None
    for path in sorted(own.folder.parent.glob(f"*/{artefacts.IDENTITY_RESULT}")):
        other = WorkFolder(path.parents[1])
        if other == own or not all(map(other.has, (artefacts.IDENTITY_RESULT, *TABLES))):
            continue
        result = other.read_json(artefacts.IDENTITY_RESULT)
        # The steps of a path state the day of the list.
        if result.get("made_from") != made_from or not other.is_empty(artefacts.RELATIONS):
            continue
        own.share(other, *TABLES)
        return result
    return None
