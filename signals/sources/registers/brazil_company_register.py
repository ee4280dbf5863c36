"""Companies of Brazil from the tax office's monthly archives: name, number, office, status.

Of 20 archives of some 6 GB in all only rows of companies on the list are stored: by company number
(CNPJ), or by a name that is equal but for the legal form. Partners and sole traders (MEI) are in
files that are never asked for; an entry is kept only where its legal nature is that of a legal
person.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import polars as pl

from signals.access import Access, Reach, Requests
from signals.account import NOT_LISTED, Account, Unit, rows_by_rule
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.archives import member_lines
from signals.fetching.mirror import mirror_files
from signals.fetching.responses import read_json
from signals.fetching.source_tables import no_rejections, rejected_file
from signals.source import REJECTED_SCHEMA, PullContext, RawFile, Staged
from signals.source_errors import ODD_FORM, NotPublishedError, SourceUnavailableError
from signals.sources.registers.brazil_company_files import (
    UNCERTAIN_ROW,
    UNKNOWN_KIND,
    WRONG_NUMBER,
    Kept,
    Wanted,
    companies,
    establishments,
    name_key,
)
from signals.sources.registers.entity_kinds import looks_like_person
from signals.sources.registers.register_rows import (
    ENTITIES,
    PERSON_REASON,
    PERSON_RULE,
    day_of,
    entity,
    entity_frame,
    known_since,
)
from suppliers.input_errors import DataRejectedError
from suppliers.intake.cnpj import ROOT, listed_cnpj

CARD = SourceCard(
    id="brazil_company_register",
    title="Company register of Brazil (Cadastro Nacional da Pessoa Jurídica)",
    publisher="Receita Federal do Brasil",
    url="https://dados.gov.br/dados/conjuntos-dados/cadastro-nacional-da-pessoa-juridica---cnpj",
    # The portal calls the data open and names no licence for them, so values are not redistributed.
    licence=Licence(
        id="open data of the Receita Federal, no licence named",
        url="https://dados.gov.br/dados/conjuntos-dados/cadastro-nacional-da-pessoa-juridica---cnpj",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="Receita Federal do Brasil, from the companies' registrations",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage=(
        "Legal persons registered in Brazil; individual entrepreneurs (MEI among them), rural "
        "producers and notaries are not read"
    ),
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Receita Federal do Brasil, Dados Abertos do CNPJ.",
    form_verified=(
        "2026-11: address (a public share whose token has changed once, in 2026), archive names "
        "and columns from several clients and data dictionaries; no sample"
    ),
    access=Access(
        adds="numbers, offices and closures of companies in Brazil",
        off_because="20 archives of some 6 GB together are fetched",
    ),
    reach=Reach(by="name", identifiers=("company_number",), countries=("BRA",)),
    requests=(Requests(each=20, kilobytes=290_000),),
)

_PARTS = 10
#: The share has the file of a month from its middle on.
_MONTHS_BACK = 3
_ENCODING = "latin-1"
_COMPANIES, _SITES = "companies", "sites"
_OTHER_SITE = "another site of a company on the list"
_NO_SITE = "a company whose sites are in no archive that was read"
_REASONS: Mapping[str, str] = {
    PERSON_RULE: PERSON_REASON,
    UNKNOWN_KIND: "the register does not say that the entry is a company, so it may be a person "
    "and is not read",
    UNCERTAIN_ROW: "the row has more or fewer cells than its table, so they are not certain",
    WRONG_NUMBER: "the check digits of the company number are not right",
}

#: How the publisher's answer is checked: a small archive beside the large ones.
FORM = ExpectedForm(
    kind="zip", path="<year>-<month>/Naturezas.zip", days_before=45, first_file="*NATJUCSV"
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Bring the newest month of the archives, or read those of a mirror in the same way.

    A list without a supplier in Brazil asks for nothing.

    Raises:
        SourceUnavailableError: the publisher does not answer or has none of the months, or the
            mirror holds no archive.
        UsageError: the mirror does not exist.
    """
    wanted = _wanted(context.suppliers)
    if context.mirror is not None:
        return _of_mirror(context, context.mirror, wanted)
    if not wanted.numbers and not wanted.names:
        return ()
    root = context.url.rstrip("/")
    # Another list keeps other rows of the same archive.
    listed = hashlib.sha256(repr((sorted(wanted.numbers), sorted(wanted.names))).encode())
    mark = listed.hexdigest()[:16]

    def archive(month: str, name: str, reduce: Callable[[Path], bytes]) -> RawFile:
        return context.store.download(
            CARD.id,
            f"{root}/{month}/{name}.zip#{mark}",
            key=f"{month}/{name}",
            expect="zip",
            headers={},
            reduce=reduce,
        )

    of_companies = _companies_of(wanted)
    month, newest = _newest(context, lambda month: archive(month, "Empresas0", of_companies))
    first = [newest, *(archive(month, f"Empresas{n}", of_companies) for n in range(1, _PARTS))]
    of_sites = _sites_of(_roots(first), wanted)
    return [*first, *(archive(month, f"Estabelecimentos{n}", of_sites) for n in range(_PARTS))]


def _of_mirror(context: PullContext, mirror: Path, wanted: Wanted) -> list[RawFile]:
    patterns = ["*empre*.zip", "*estabele*.zip"]
    paths = mirror_files(CARD.id, mirror, patterns, context.options)

    def kept(reduce: Callable[[Path], bytes], *, of_sites: bool) -> list[RawFile]:
        return [
            context.store.put(CARD.id, str(path), reduce(path), key=path.name)
            for path in paths
            if ("estabele" in path.name.lower()) == of_sites
        ]

    first = kept(_companies_of(wanted), of_sites=False)
    return [*first, *kept(_sites_of(_roots(first), wanted), of_sites=True)]


def _newest(context: PullContext, ask: Callable[[str], RawFile]) -> tuple[str, RawFile]:
    year, month = context.as_of.year, context.as_of.month
    for _ in range(_MONTHS_BACK + 1):
        name = f"{year}-{month:02d}"
        try:
            return name, ask(name)
        except NotPublishedError:
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    raise SourceUnavailableError(
        f"{context.url}: it has no archive of companies of the last {_MONTHS_BACK + 1} months; "
        "the token of the share may have changed: set the address of the new one as "
        f"sources.{CARD.id}.url, or name a copy as sources.{CARD.id}.mirror."
    )


def _wanted(suppliers: pl.DataFrame) -> Wanted:
    numbers, names = set(), set()
    own = suppliers.filter(pl.col("country_iso2") == "BR")
    for name, given in own.select("name", "company_number").iter_rows():
        number = listed_cnpj(given)
        if number is not None:
            numbers.add(number)
        else:
            names.add(name_key(name))
    return Wanted(frozenset(numbers), frozenset(names - {""}))


def _companies_of(wanted: Wanted) -> Callable[[Path], bytes]:
    return lambda path: _reduced(path, _COMPANIES, lambda lines: companies(lines, wanted))


def _sites_of(roots: frozenset[str], wanted: Wanted) -> Callable[[Path], bytes]:
    def read(lines: Iterable[str]) -> Kept:
        return establishments(lines, roots, wanted.numbers)

    return lambda path: _reduced(path, _SITES, read)


def _reduced(path: Path, kind: str, read: Callable[[Iterable[str]], Kept]) -> bytes:
    """What may be kept of an archive; one that cannot be read is rejected when it is staged."""
    try:
        with member_lines(path, encoding=_ENCODING) as lines:
            kept = asdict(read(lines))
    except DataRejectedError as error:
        return json.dumps({"fault": str(error)}).encode()
    return json.dumps({"kind": kind, **kept}, sort_keys=True).encode()


def _kept(raw: RawFile) -> Mapping[str, Any]:
    """What was kept of an archive, as this module wrote it."""
    return cast("Mapping[str, Any]", read_json(Path(raw.path)))


_OF_A_SITE = ("number", "since", "status", "status_day", "trade_name", "address")


def _content(raw: RawFile) -> Mapping[str, Any]:
    """What was kept of an archive, with the fields that staging needs.

    Raises:
        DataRejectedError: the archive could not be read, or the file is another one.
    """
    content = _kept(raw)
    try:
        if "fault" in content:
            raise DataRejectedError(str(content["fault"]))
        fields = {_COMPANIES: ("root", "name", "nature"), _SITES: _OF_A_SITE}[content["kind"]]
        counts = [content["read"], content["not_listed"], content.get("other_sites", 0)]
        is_whole = (
            all(isinstance(row[name], str) for row in content["rows"] for name in fields)
            and all(isinstance(count, int) for count in counts)
            and all(rule in _REASONS for _, rule in content["left_out"])
        )
    except ODD_FORM as error:
        raise DataRejectedError(
            f"{Path(raw.origin).name}: it is not what was kept of an archive; fetch it again."
        ) from error
    if not is_whole:
        raise DataRejectedError(
            f"{Path(raw.origin).name}: it is not what was kept of an archive; fetch it again."
        )
    return content


def _roots(files: Iterable[RawFile]) -> frozenset[str]:
    return frozenset(row["root"] for raw in files for row in _kept(raw).get("rows", ()))


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company: the site that the list names by number, else the head office."""
    rejected = [no_rejections()]
    contents: list[tuple[RawFile, Mapping[str, Any]]] = []
    for raw in files:
        try:
            contents.append((raw, _content(raw)))
        except DataRejectedError as error:
            rejected.append(rejected_file(raw, error))
    of_root = {
        row["root"]: row
        for _, content in contents
        if content["kind"] == _COMPANIES
        for row in content["rows"]
    }
    numbers = _wanted(context.suppliers).numbers
    sites = [
        (raw, row)
        for raw, content in contents
        if content["kind"] == _SITES
        for row in content["rows"]
        if row["number"][:ROOT] in of_root
    ]
    # Where the list names a site of a company by number, its head office is no second match.
    named = {row["number"][:ROOT] for _, row in sites if row["number"] in numbers}
    used = [
        (raw, row)
        for raw, row in sites
        if row["number"] in numbers or row["number"][:ROOT] not in named
    ]
    rows = [_entity(of_root[row["number"][:ROOT]], row, raw, context) for raw, row in used]
    account = Account()
    of_company = {row["number"][:ROOT] for _, row in used}
    for raw, content in contents:
        bad = _left_out(content["left_out"], raw)
        rejected.append(bad)
        found = content["rows"]
        if content["kind"] == _COMPANIES:
            reached = sum(row["root"] in of_company for row in found)
            beyond = {_NO_SITE: len(found) - reached}
        else:
            reached = sum(one is raw for one, _ in used)
            beyond = {_OTHER_SITE: content["other_sites"] + len(found) - reached}
        account.count(
            Unit.ROW,
            raw,
            read=content["read"],
            used=reached,
            rejected=rows_by_rule(bad),
            out_of_scope={NOT_LISTED: content["not_listed"], **beyond},
        )
    return [Staged(ENTITIES, entity_frame(rows), pl.concat(rejected), account)]


def _left_out(entries: Sequence[tuple[int, str]], raw: RawFile) -> pl.DataFrame:
    rows = [(raw.origin, position, rule, _REASONS[rule]) for position, rule in entries]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")


def _entity(
    company: Mapping[str, str], site: Mapping[str, str], raw: RawFile, context: PullContext
) -> dict[str, object]:
    since = day_of(site["since"]) or known_since(context, raw, CARD.id)
    has_ended = site["status"] == "ended"
    ended = day_of(site["status_day"]) if has_ended else None
    trade_name = site["trade_name"]
    return entity(
        CARD.id,
        site["number"],
        company["name"],
        other_names=[trade_name] if trade_name and not looks_like_person(trade_name) else [],
        legal_form=company["nature"],
        country_iso2="BR",
        address=site["address"] or None,
        status=site["status"],
        # A company that ended after the as-of date was active on it.
        is_active=ended > context.as_of if ended is not None else not has_ended,
        ended_on=ended,
        company_number=site["number"],
        observed_to=since,
        published_on=since,
        origin=raw.origin,
    )
