"""The registers of France and Norway: companies by number and name, and nothing of persons."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from signals.source import SourceModule, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.registers import french_company_register, norwegian_company_register
from signals.sources.registers.french_company_register import siren
from signals.sources.registers.national_register import CASES
from signals.sources.registers.norwegian_company_register import organisation_number
from signals.sources.registers.register_rows import ENTITIES
from tests.signals.builders import all_staged, context, keeps_contract
from tests.signals.web import Answer, Web

AS_OF = dt.date(2026, 11, 1)


def listed(country: str, *rows: tuple[str, str | None]) -> pl.DataFrame:
    columns = ("supplier_id", "name", "country_iso2", "company_number")
    return pl.DataFrame(
        [(f"S{at}", name, country, number) for at, (name, number) in enumerate(rows)],
        schema=dict.fromkeys(columns, pl.String),
        orient="row",
    )


def read(
    module: SourceModule, tmp_path: Path, web: Web, suppliers: pl.DataFrame
) -> dict[str, Staged]:
    using = context(tmp_path, url=web.url(""), supplier_rows=suppliers, as_of=AS_OF)
    tables = {one.table: one for one in all_staged(module, using)}
    for one in tables.values():
        keeps_contract(one.table, one.rows, one.rejected)
    return tables


def french(**values: object) -> Answer:
    company = {
        "siren": "356000000",
        "nom_raison_sociale": "FILATURE INVENTEE",
        "nature_juridique": "5710",
        "etat_administratif": "A",
        "statut_diffusion": "O",
        "date_creation": "1991-01-01",
        "date_fermeture": None,
        "complements": {"est_entrepreneur_individuel": False},
        "siege": {"numero_voie": "9", "type_voie": "RUE", "libelle_voie": "DU LIN",
                  "code_postal": "59000", "libelle_commune": "LILLE"},
        "dirigeants": [{"nom": "DOE"}],
    }  # fmt: skip
    return Answer(body=json.dumps({"results": [company | values]}).encode())


PARTS = "minimal=true&include=siege,complements"


def test_a_french_company_is_asked_for_by_its_siren(tmp_path: Path, web: Web) -> None:
    web.answers = {
        f"/search?q=356000000&per_page=1&{PARTS}": [french()],
        f"/search?q=Made%20Up%20%26%20Co&per_page=5&est_entrepreneur_individuel=false&{PARTS}": [
            Answer(body=b'{"results": [], "total_results": 0}')
        ],
    }
    rows = listed("FR", ("Filature", "356 000 000 00048"), ("Made Up & Co", "12"))
    (row,) = read(french_company_register, tmp_path, web, rows)[ENTITIES].rows.to_dicts()
    assert (row["register_id"], row["name"], row["is_active"]) == (
        "356000000",
        "FILATURE INVENTEE",
        True,
    )
    assert row["address"] == "9 RUE DU LIN, 59000, LILLE"
    assert row["published_on"] == dt.date(1991, 1, 1)
    stored = [path.read_text() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not any("DOE" in text for text in stored)


@pytest.mark.parametrize(
    ("closed", "is_active"), [("2026-10-31", False), ("2026-11-02", True), (None, False)]
)
def test_a_company_that_ceased_is_not_active_from_that_day(
    tmp_path: Path, web: Web, closed: str | None, is_active: bool
) -> None:
    web.answers = {
        f"/search?q=356000000&per_page=1&{PARTS}": [
            french(etat_administratif="C", date_fermeture=closed)
        ]
    }
    rows = listed("FR", ("Filature", "356000000"))
    (row,) = read(french_company_register, tmp_path, web, rows)[ENTITIES].rows.to_dicts()
    assert row["is_active"] is is_active


def norwegian(**values: object) -> Answer:
    unit = {
        "organisasjonsnummer": "974760673",
        "navn": "OPPDIKTET ULL AS",
        "organisasjonsform": {"kode": "AS"},
        "registreringsdatoEnhetsregisteret": "1995-08-09",
        "forretningsadresse": {"adresse": ["c/o Jane Roe", "Havnegata 48"], "poststed": "OSLO"},
    }
    return Answer(body=json.dumps(unit | values).encode())


@pytest.mark.parametrize(
    ("values", "status", "is_active", "case"),
    [
        ({}, "active", True, None),
        ({"underAvvikling": True}, "winding up", True, None),
        (
            {"konkurs": True, "konkursdato": "2026-03-04"},
            "bankrupt",
            True,
            ("bankruptcy", dt.date(2026, 3, 4)),
        ),
        ({"konkurs": True}, "bankrupt", True, None),
        (
            {
                "underTvangsavviklingEllerTvangsopplosning": True,
                "tvangsopplostPgaManglendeRevisorDato": "2026-05-06",
            },
            "compulsory liquidation",
            True,
            ("compulsory-liquidation", dt.date(2026, 5, 6)),
        ),
        ({"slettedato": "2020-01-01"}, "ended", False, None),
        ({"respons_klasse": "SlettetEnhet"}, "ended", False, None),
    ],
)
def test_standing_of_a_norwegian_company(
    tmp_path: Path,
    web: Web,
    values: dict[str, object],
    status: str,
    is_active: bool,
    case: tuple[str, dt.date] | None,
) -> None:
    web.answers = {"/enheter/974760673": [norwegian(**values)]}
    rows = listed("NO", ("Ull", "NO 974 760 673 MVA"))
    tables = read(norwegian_company_register, tmp_path, web, rows)
    (row,) = tables[ENTITIES].rows.to_dicts()
    assert (row["status"], row["is_active"]) == (status, is_active)
    assert row["address"] == "Havnegata 48, OSLO"
    assert tables[CASES].rows.select("case_type", "opened_on").rows() == ([case] if case else [])


def test_a_number_that_the_register_does_not_know_is_no_outage(tmp_path: Path, web: Web) -> None:
    web.answers = {
        "/enheter/974760673": [Answer(status=410)],
        "/enheter?navn=Ull&size=5": [Answer(body=b'{"page": {"totalElements": 0}}')],
    }
    rows = listed("NO", ("Ull", None), ("Garn", "974760673"))
    tables = read(norwegian_company_register, tmp_path, web, rows)
    assert tables[ENTITIES].rows.is_empty()
    assert tables[ENTITIES].rejected.is_empty()


@pytest.mark.parametrize("module", [french_company_register, norwegian_company_register])
@pytest.mark.parametrize("body", ['{"hello": 1}', "[1]", '{"results": [1]}', '{"results": null}'])
def test_an_unknown_answer_is_rejected_whole(
    tmp_path: Path, module: SourceModule, body: str
) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "answer.json").write_text(body)
    tables = all_staged(module, context(tmp_path, mirror=mirror))
    assert tables[0].rows.is_empty()
    assert tables[0].rejected["rule"].to_list() == ["unreadable_file"]


@pytest.mark.parametrize("module", [french_company_register, norwegian_company_register])
def test_other_countries_are_not_asked_for(tmp_path: Path, web: Web, module: SourceModule) -> None:
    assert not module.pull(
        context(tmp_path, url=web.url(""), supplier_rows=listed("DE", ("Wolle", None)))
    )


def test_a_page_instead_of_an_answer_is_an_outage(tmp_path: Path, web: Web) -> None:
    web.answers = {"/enheter/974760673": [Answer(body=b"<html>sign in</html>")]}
    rows = listed("NO", ("Ull", "974760673"))
    using = context(tmp_path, url=web.url(""), supplier_rows=rows)
    with pytest.raises(SourceUnavailableError):
        norwegian_company_register.pull(using)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("356000000", "356000000"),
        ("356 000 000 00048", "356000000"),
        ("356000001", None),
        ("35600000", None),
        ("RCS Lille", None),
    ],
)
def test_numbers_of_france(text: str, number: str | None) -> None:
    assert siren(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("974760673", "974760673"),
        ("NO 974 760 673 MVA", "974760673"),
        ("974760674", None),
        ("97476067", None),
        ("", None),
    ],
)
def test_numbers_of_norway(text: str, number: str | None) -> None:
    assert organisation_number(text) == number
