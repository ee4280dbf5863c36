"""Companies of Norway: name, number, office, active or deleted, and insolvency that is open.

Asked for by organisation number, others by name. Roles are never asked for. An entry is kept only
where its form is one of legal persons: sole traders (`ENK`) and estates are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.source import PullContext, RawFile, Staged
from signals.sources.registers.national_register import (
    UNKNOWN_KIND,
    NationalRegister,
    RegisteredCompany,
    pull_register,
    stage_register,
)
from signals.sources.registers.register_rows import PERSON_RULE, joined

CARD = SourceCard(
    id="norwegian_company_register",
    title="Central Coordinating Register of Norway (Enhetsregisteret)",
    publisher="Brønnøysund Register Centre, Norway",
    url="https://data.brreg.no/enhetsregisteret/api/dokumentasjon/no/index.html",
    licence=Licence(
        id="NLOD-2.0",
        url="https://data.norge.no/nlod/en/2.0",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="Brønnøysund Register Centre, from the companies' registrations",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="Legal persons registered in Norway; sole traders are not read",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="Brønnøysund Register Centre, Enhetsregisteret, NLOD 2.0.",
    form_verified=(
        "2026-11: addresses from documentation, fields from clients; the licence is to be confirmed"
    ),
    access=Access(adds="numbers, offices, deletion and open insolvency of companies in Norway"),
    reach=Reach(by="name", identifiers=("company_number",), countries=("NOR",)),
    requests=(Requests(kilobytes=4, per="supplier"),),
)

_FOUND_PER_NAME = 5
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)
#: Forms of natural persons, and of their estates.
_PERSONS = frozenset({"ENK", "INNH", "PERS", "BO", "KBO", "TVAM"})
#: Forms of legal persons and partnerships; a form that is not known may be a person's.
_COMPANIES = frozenset(
    [
        *("AS", "ASA", "NUF", "SA", "BA", "ANS", "DA", "KS", "PRE", "STI", "FLI", "SE", "SCE"),
        *("SF", "STAT", "ORGL", "KOMM", "FYLK", "KF", "FKF", "IKS", "SPA", "BBL", "BRL", "GFS"),
        *("PK", "ANNA", "SÆR", "VPFO", "KTRF", "ESEK", "EØFG", "KIRK"),
    ]
)


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path="enheter/974760673",
    holds=("organisasjonsnummer", "navn", "organisasjonsform.kode"),
)


def organisation_number(text: str) -> str | None:
    """The nine digits of an organisation number; None where the check digit is wrong."""
    digits = re.sub(r"[\s.-]|^NO|MVA$", "", text.upper().strip())
    if len(digits) != len(_WEIGHTS) + 1 or not digits.isascii() or not digits.isdecimal():
        return None
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return digits if (11 - rest) % 11 == int(digits[-1]) else None


def _entries(content: Any) -> Iterator[RegisteredCompany | str]:
    if "organisasjonsnummer" in content:
        yield _company(content)
        return
    # A search that finds nothing has no list at all.
    content["page"]
    for unit in (content.get("_embedded") or {}).get("enheter", []):
        yield _company(unit)


def _company(unit: Mapping[str, Any]) -> RegisteredCompany | str:
    """A company, or the rule by which an entry is not read."""
    form = str((unit.get("organisasjonsform") or {}).get("kode") or "").upper()
    if form in _PERSONS:
        return PERSON_RULE
    name = unit.get("navn")
    if form not in _COMPANIES or not name:
        return UNKNOWN_KIND
    office = unit.get("forretningsadresse") or {}
    status, case_type, opened = _standing(unit)
    return RegisteredCompany(
        number=str(unit["organisasjonsnummer"]),
        name=str(name),
        since=unit.get("registreringsdatoEnhetsregisteret"),
        legal_form=form,
        address=joined(
            [*(office.get("adresse") or []), office.get("postnummer"), office.get("poststed")]
        ),
        ended_on=unit.get("slettedato"),
        status=status,
        case_type=case_type,
        case_opened_on=opened,
    )


def _standing(unit: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Status, and kind and day of an open insolvency case; a voluntary winding-up is none."""
    if unit.get("slettedato") or unit.get("respons_klasse") == "SlettetEnhet":
        return "ended", None, None
    if unit.get("konkurs"):
        return "bankrupt", "bankruptcy", unit.get("konkursdato")
    if unit.get("underTvangsavviklingEllerTvangsopplosning"):
        days = [
            str(day) for name, day in unit.items() if name.startswith("tvangs") and day is not None
        ]
        return "compulsory liquidation", "compulsory-liquidation", min(days, default=None)
    return ("winding up" if unit.get("underAvvikling") else "active"), None, None


_REGISTER = NationalRegister(
    card=CARD,
    country_iso2="NO",
    country_iso3="NOR",
    number=organisation_number,
    by_number=lambda number: f"enheter/{number}",
    by_name=lambda name: f"enheter?navn={name}&size={_FOUND_PER_NAME}",
    entries=_entries,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Ask for the suppliers in Norway, or read a mirror of answers.

    Raises:
        SourceUnavailableError: the register does not answer, or the mirror holds no answer.
        UsageError: the mirror does not exist.
    """
    return pull_register(_REGISTER, context)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company and open insolvency case; sole traders are counted and not read."""
    return stage_register(_REGISTER, files, context)
