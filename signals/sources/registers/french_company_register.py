"""Companies of France, from the state's company search: name, number, office, active or ceased.

Asked for by SIREN (or the SIREN of a SIRET), others by name. Sole traders, entries that are given
in part only, and directors are never stored: directors are not asked for, and an entry is kept only
where the register says that it is no sole trader.
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
    NOT_DIFFUSED,
    UNKNOWN_KIND,
    NationalRegister,
    RegisteredCompany,
    pull_register,
    stage_register,
)
from signals.sources.registers.register_rows import PERSON_RULE, joined

CARD = SourceCard(
    id="french_company_register",
    title="Company search of France (Recherche d'entreprises)",
    publisher="Direction interministérielle du numérique, France",
    url="https://recherche-entreprises.api.gouv.fr/docs/",
    licence=Licence(
        id="etalab-2.0",
        url="https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
        redistributable=True,
        commercial_use=True,
    ),
    held_by="INSEE (Sirene) and INPI, from the companies' registrations",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="daily",
    publication_lag_days=0,
    coverage="Companies registered in France; sole traders and restricted entries are not read",
    expected_rows=(0, 1_000_000),
    counts=(Unit.FILE, Unit.DOCUMENT),
    citation="INSEE and INPI, by the API Recherche d'entreprises, Licence Ouverte 2.0.",
    form_verified="2026-11: fields, pace and parameters from clients and a catalogue of fields",
    access=Access(adds="numbers, offices and closures of companies in France"),
    reach=Reach(by="name", identifiers=("company_number",), countries=("FRA",)),
    requests=(Requests(kilobytes=4, per="supplier"),),
)

_SIREN, _SIRET = 9, 14
#: Neither directors nor establishments are asked for.
_PARTS = "minimal=true&include=siege,complements"
_FOUND_PER_NAME = 5
#: INSEE's legal categories of natural persons begin with it.
_PERSON_CATEGORY = "1"
_ACTIVE = "A"


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="json",
    path=f"search?q=356000000&per_page=1&{_PARTS}",
    holds=(
        "results.0.siren",
        "results.0.nom_raison_sociale",
        "results.0.nature_juridique",
        "results.0.etat_administratif",
        "results.0.statut_diffusion",
        "results.0.complements.est_entrepreneur_individuel",
    ),
)


def siren(text: str) -> str | None:
    """The SIREN in a text, also in a SIRET; None where its check digit is wrong."""
    digits = re.sub(r"[\s.-]", "", text)
    if not digits.isascii() or not digits.isdecimal() or len(digits) not in (_SIREN, _SIRET):
        return None
    number = digits[:_SIREN]
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(number)]
    return number if sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0 else None


def _entries(content: Any) -> Iterator[RegisteredCompany | str]:
    for result in content["results"]:
        yield _company(result)


def _company(result: Mapping[str, Any]) -> RegisteredCompany | str:
    """A company, or the rule by which an entry is not read."""
    category = str(result.get("nature_juridique") or "")
    is_person = (result.get("complements") or {}).get("est_entrepreneur_individuel")
    if is_person is True or category.startswith(_PERSON_CATEGORY):
        return PERSON_RULE
    if result.get("statut_diffusion") != "O":
        return NOT_DIFFUSED
    name = result.get("nom_raison_sociale")
    if is_person is not False or not category or not name:
        return UNKNOWN_KIND
    has_ended = result["etat_administratif"] != _ACTIVE
    return RegisteredCompany(
        number=str(result["siren"]),
        name=str(name),
        since=result.get("date_creation"),
        legal_form=category,
        address=_office(result.get("siege") or {}),
        ended_on=result.get("date_fermeture") if has_ended else None,
        status="ended" if has_ended else "active",
    )


def _office(office: Mapping[str, Any]) -> str | None:
    """Street, postcode and commune; the line that may name a person is not read."""
    street = " ".join(
        str(office[part])
        for part in ("numero_voie", "type_voie", "libelle_voie")
        if office.get(part)
    )
    return joined([street, office.get("code_postal"), office.get("libelle_commune")])


_REGISTER = NationalRegister(
    card=CARD,
    country_iso2="FR",
    country_iso3="FRA",
    number=siren,
    by_number=lambda number: f"search?q={number}&per_page=1&{_PARTS}",
    by_name=lambda name: (
        f"search?q={name}&per_page={_FOUND_PER_NAME}&est_entrepreneur_individuel=false&{_PARTS}"
    ),
    entries=_entries,
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Ask for the suppliers in France, seven a second at most, or read a mirror of answers.

    Raises:
        SourceUnavailableError: the register does not answer, or the mirror holds no answer.
        UsageError: the mirror does not exist.
    """
    return pull_register(_REGISTER, context)


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company; sole traders and restricted entries are counted and not read."""
    return stage_register(_REGISTER, files, context)
