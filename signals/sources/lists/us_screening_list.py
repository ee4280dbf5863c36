"""The Consolidated Screening List of the United States: parties under export and other limits.

One file for the lists of the departments of Commerce, State and the Treasury. It holds persons
beside companies. Only the Treasury's lists state the type of an entry; the Entity List and the
other lists of Commerce and State leave it blank for companies and persons alike. An entry is kept
where its type says that it is an entity, or where the type is blank and the name has a legal form
that only companies have. Of all others nothing but the type is stored, so that they can be counted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.published_rows import published_rows
from signals.source import PullContext, RawFile, Staged
from signals.sources.lists.list_rows import stage_lists
from signals.sources.lists.reduced_lists import pull_reduced
from signals.sources.registers.entity_kinds import is_named_as_company, kind_of_entry

CARD = SourceCard(
    id="us_screening_list",
    title="Consolidated Screening List",
    publisher="U.S. International Trade Administration",
    url="https://www.trade.gov/consolidated-screening-list",
    licence=Licence(
        id="US-PD",
        url="https://www.usa.gov/government-copyright",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="U.S. Departments of Commerce, State and the Treasury",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage=(
        "Entities on screening lists; of the Entity List and the other lists that state no type, "
        "those whose name has a legal form of companies, such as Ltd. or LLC"
    ),
    expected_rows=(7_000, 100_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="U.S. International Trade Administration, Consolidated Screening List.",
    form_verified=(
        "2026-11: address from several clients, columns from a sample of the header, "
        "blank types from the publisher's own program"
    ),
    access=Access(adds="screening lists of the United States as flags"),
    reach=Reach(by="name"),
    requests=(Requests(kilobytes=16_500),),
)

_KEPT = (
    "_id", "source", "type", "programs", "name", "addresses", "start_date", "end_date",
    "source_list_url", "alt_names",
)  # fmt: skip
#: Stands for the name of an entry whose type is blank, so that its row can be counted.
_NOT_READ = "not read"


#: How the publisher's answer is checked.
FORM = ExpectedForm(kind="csv", holds=("name", "type", "source"), is_part=True)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Fetch the list without its persons, or take it from the mirror in the same way.

    Raises:
        SourceUnavailableError: the publisher does not answer or the file has no such columns,
            there is no address, or the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    return pull_reduced(
        CARD.id, context, key="consolidated.csv", expect="csv", reduce=without_persons
    )


def without_persons(path: Path) -> bytes:
    """The list with the columns that are read, and nothing but the type of what is no entity.

    Raises:
        SourceUnavailableError: the columns of the list are missing, or its rows are not certain.
    """
    kept = io.StringIO()
    headers, rows = published_rows(CARD.id, path, ("name", "source", "type"))
    writer = csv.DictWriter(kept, headers, restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        if row is None:
            writer.writerow({"name": _NOT_READ})
            continue
        kind = kind_of_entry(row["type"])
        if kind == "company" or (not row["type"] and is_named_as_company(row["name"])):
            writer.writerow({name: row[name] for name in _KEPT if name in headers})
        else:
            # A text that is no known type may be anything.
            known = row["type"] if kind != "unknown" else ""
            writer.writerow({"type": known, "name": _NOT_READ})
    return kept.getvalue().encode()


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per entity on the list; persons are counted and not read.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    return stage_lists(CARD, "entity_list", files, context)
