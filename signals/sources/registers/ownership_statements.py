"""Statements of ownership between companies, in the Beneficial Ownership Data Standard (BODS 0.4).

Read from files of the user: a JSON list, or JSON Lines. Statements about persons, and interests
that a person has, are counted and never read. Trusts and unknown entities are not read either. Of a
record the latest statement that was known by the as-of date counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from signals.access import Access, AccessKind, Reach
from signals.account import NOT_THEN, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.fetching.mirror import mirror_files
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.sources.registers.ownership_records import (
    BROKEN,
    RECORD_TYPES,
    UNKNOWN_KIND,
    UNKNOWN_STATEMENT,
    Statement,
    entity_row,
    entity_rule,
    interests,
    read_statements,
    statement,
)
from signals.sources.registers.register_rows import (
    ENTITIES,
    PERSON_REASON,
    PERSON_RULE,
    entity_frame,
    known_since,
)
from signals.sources.registers.register_ties import TIES, tie_frame
from suppliers.input_errors import DataRejectedError

CARD = SourceCard(
    id="ownership_statements",
    title="Ownership statements",
    publisher="Registers of owners, from files of the user",
    url="https://standard.openownership.org/en/0.4.0/",
    # The files are the user's, and so is the right to use them.
    licence=Licence(
        id="provided by the user",
        url="https://standard.openownership.org/en/0.4.0/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Registers of companies and of their owners",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage="Companies that own companies, as far as the files state them; never persons",
    expected_rows=(0, 5_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="As the register of the file asks; Beneficial Ownership Data Standard 0.4.",
    form_verified="2026-11: examples of the standard's own repository",
    access=Access(
        kind=AccessKind.OWN_DATA,
        adds="companies that own your suppliers, with share and days, never part of a score",
    ),
    reach=Reach(by="name", identifiers=("lei", "company_number")),
)

_REASONS = {
    BROKEN: "the line or item is not a JSON object",
    UNKNOWN_STATEMENT: "it has no record id, no details or no type of BODS 0.4",
    UNKNOWN_KIND: "the entity is a trust, a state, unknown or nameless, and not read",
    PERSON_RULE: PERSON_REASON,
}
_REPLACED = "replaced by a later statement of the same record"
_NO_OWNER = "an interest of which no owner, or no company, is read"
_CLOSED = "a record that was closed"


@dataclass
class _Outcomes:
    """Outcomes of the statements of one file: used, broken by rule, or out of scope by reason."""

    read: int = 0
    used: int = 0
    broken: list[tuple[int, str]] = field(default_factory=list)
    beyond: Counter[str] = field(default_factory=Counter)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Register the files of the mirror; none where no mirror is named.

    Raises:
        SourceUnavailableError: the mirror holds none.
        UsageError: the mirror does not exist.
    """
    if context.mirror is None:
        return ()
    patterns = ["*.json", "*.json.gz", "*.jsonl", "*.jsonl.gz"]
    paths = mirror_files(CARD.id, context.mirror, patterns, context.options)
    return [context.store.keep(CARD.id, path, key=path.name) for path in paths]


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """Companies, and the interests that companies have in them. Persons are counted.

    A file that cannot be read is rejected as a whole and the others go on.
    """
    rejected = [no_rejections()]
    outcomes: dict[RawFile, _Outcomes] = {}
    latest: dict[tuple[str, str], tuple[RawFile, Statement]] = {}
    persons: set[str] = set()
    for raw in files:
        try:
            outcome = _Outcomes()
            for known in _known(raw, context, outcome, persons):
                key = (known.kind, known.record_id)
                before = latest.get(key)
                if before is None or _age(before[1]) <= _age(known):
                    latest[key] = (raw, known)
                    if before is not None:
                        outcomes.get(before[0], outcome).beyond[_REPLACED] += 1
                else:
                    outcome.beyond[_REPLACED] += 1
            outcomes[raw] = outcome
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    entities = _entities(latest, outcomes)
    ties = _ties(latest, outcomes, set(entities), persons)
    account = Account()
    for raw, outcome in outcomes.items():
        rows = [(raw.origin, position, rule, _REASONS[rule]) for position, rule in outcome.broken]
        bad = pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")
        rejected.append(bad)
        account.count(
            Unit.ROW,
            raw,
            read=outcome.read,
            used=outcome.used,
            rejected=rows_by_rule(bad),
            out_of_scope=outcome.beyond,
        )
    return [
        Staged(ENTITIES, entity_frame(entities.values()), pl.concat(rejected), account),
        Staged(TIES, tie_frame(ties)),
    ]


def _age(known: Statement) -> tuple[object, object]:
    return known.stated_on, known.published_on


def _known(
    raw: RawFile, context: PullContext, outcome: _Outcomes, persons: set[str]
) -> list[Statement]:
    """Statements about companies and interests that were known by the as-of date."""
    found = []
    seen_on = known_since(context, raw, CARD.id)
    for position, item in read_statements(Path(raw.path), Path(raw.origin).name):
        outcome.read += 1
        if item is None:
            outcome.broken.append((position, BROKEN))
        elif item.get("recordType") == "person":
            persons.add(str(item.get("recordId")))
            outcome.broken.append((position, PERSON_RULE))
        else:
            known = statement(position, item, seen_on)
            if known is None or known.kind not in RECORD_TYPES:
                outcome.broken.append((position, UNKNOWN_STATEMENT))
            elif known.published_on > context.as_of:
                outcome.beyond[NOT_THEN] += 1
            else:
                found.append(known)
    return found


def _entities(
    latest: Mapping[tuple[str, str], tuple[RawFile, Statement]],
    outcomes: Mapping[RawFile, _Outcomes],
) -> dict[str, dict[str, object]]:
    """Rows of companies by record id."""
    found: dict[str, dict[str, object]] = {}
    for (kind, record_id), (raw, known) in latest.items():
        if kind != "entity":
            continue
        rule = entity_rule(known.details)
        if rule is not None:
            outcomes[raw].broken.append((known.position, rule))
        elif known.is_closed and "dissolutionDate" not in known.details:
            outcomes[raw].beyond[_CLOSED] += 1
        else:
            found[record_id] = entity_row(known, raw.origin)
            outcomes[raw].used += 1
    return found


def _ties(
    latest: Mapping[tuple[str, str], tuple[RawFile, Statement]],
    outcomes: Mapping[RawFile, _Outcomes],
    companies: set[str],
    persons: set[str],
) -> list[dict[str, object]]:
    """Interests of companies in companies."""
    found: list[dict[str, object]] = []
    for (kind, _), (raw, known) in latest.items():
        if kind != "relationship":
            continue
        subject, owner = (known.details.get(end) for end in ("subject", "interestedParty"))
        if isinstance(owner, str) and owner in persons:
            outcomes[raw].broken.append((known.position, PERSON_RULE))
        elif not {str(owner), str(subject)} <= companies:
            outcomes[raw].beyond[_NO_OWNER] += 1
        else:
            found += interests(known, str(owner), raw.origin)
            outcomes[raw].used += 1
    return found
