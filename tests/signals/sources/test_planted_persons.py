"""Natural persons planted in every list and register: none is staged, each is counted by rule."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from signals.registry import sources
from signals.sources import lists, registers
from signals.sources.lists import (
    australian_modern_slavery_statements,
    brazil_employer_register,
    uk_modern_slavery_statements,
    us_screening_list,
)
from signals.sources.lists.opensanctions_records import (
    records_without_persons,
    table_without_persons,
)
from signals.sources.registers import gleif
from signals.sources.registers.company_profiles import companies_alone
from tests.signals.builders import all_staged, context
from tests.signals.sources.registers.brazilian_archives import archive, company_row, site_row

#: Sources of these packages that hold no names of companies or persons at all.
NAMELESS = {"listed_goods"}


def must_have_a_case() -> set[str]:
    """Every list and register, and every other source that says who the suppliers are."""
    packages = (f"{lists.__name__}.", f"{registers.__name__}.")
    return {
        name
        for name, module in sources().items()
        if module.CARD.role == "identity" or module.stage.__module__.startswith(packages)
    } - NAMELESS


@dataclass(frozen=True)
class Planted:
    """One table or answer in the publisher's form, with persons among companies.

    Attributes:
        file: its name in a mirror.
        body: what it holds; every planted person has one of the words of `PERSONS` in it.
        companies: the names that are read, one of each company.
        rules: how many entries are rejected, by rule.
        beside: other files of the mirror, by name.
        country: of the one supplier of the list.
        names: its name, as the register looks for it.
        options: of the source.
    """

    file: str
    body: str | bytes
    companies: tuple[str, ...]
    rules: Mapping[str, int] = field(default_factory=dict)
    beside: Mapping[str, bytes] = field(default_factory=dict)
    country: str = "DE"
    names: tuple[str, ...] = ("S",)
    options: Mapping[str, object] = field(default_factory=dict)


#: Each of them is in the name of a planted person, and in no company's.
PERSONS = ("doe", "roe", "fulano", "beltrano", "sicrano", "mustermann")

_SCREENING_HEADER = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,"
    "start_date,end_date,standard_order,license_requirement,license_policy,call_sign,vessel_type,"
    "gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,remarks,source_list_url,"
    "alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,"
    "ids\n"
)


def screened(kind: str, name: str, alt_names: str = "", born: str = "") -> str:
    tail = f'"{alt_names}",,{born},,,,\n'
    entry_id = f"{kind}-{name.replace(',', '')}"
    return f'{entry_id},Made-up list,,{kind},MU,"{name}",,,,2019-01-02,{"," * 10},,{tail}'


SCREENING = _SCREENING_HEADER + "".join(
    [
        screened("Entity", "MADE UP STEEL"),
        # The Entity List states no type, of companies and persons alike.
        screened("", "Made Up Yarn Co., Ltd.", "MU Yarn; Yarn Made Up"),
        screened("", "OOO Made Up Looms (f.k.a. Looms)"),
        screened("Individual", "DOE, John", "Johnny", "1980-01-01"),
        screened("", "JANE ROE"),
        screened("", "Roe, Jane"),
        screened("", "Dr. John Doe"),
        screened("", "John Doe, d/b/a Made Up Trading LLC"),
        screened("", "Doe A.S."),
        screened("", "Jane Roe (director, Made Up Trading Co., Ltd.)"),
        screened("Individual", "Jane Roe Ltd"),
        screened("somebody", "Jane Roe Ltd"),
        "ragged,Made-up list,,Entity,MU,Roe, Jane,Ltd\n",
    ]
)
_SCREENING_READ = ("MADE UP STEEL", "Made Up Yarn Co., Ltd.", "OOO Made Up Looms (f.k.a. Looms)")
# The last row lacks its quotation marks: its values stand under the headers of others.
_SCREENING_RULES = {"person_entry": 2, "unknown_kind": 8}
_OWN_TABLE_RULES = {"person_entry": 2, "unknown_kind": 7, "cells_beyond_header": 1}

EMPLOYERS = (
    "Cadastro de Empregadores;;;;;;;;;\n\n"
    "ID;Ano da ação fiscal;UF;Empregador;CNPJ/CPF;Estabelecimento;Trabalhadores envolvidos;CNAE;"
    "Decisão administrativa de procedência;Inclusão no Cadastro de Empregadores\n"
    "1;2022;PA;FAZENDA INVENTADA LTDA;11.222.333/0001-81;FAZENDA;7;0151-2/01;;05/10/2023\n"
    "2;2022;PA;FULANO DE TAL;111.444.777-35;SITIO;7;0151-2/01;;05/10/2023\n"
    "3;2022;MG;BELTRANO DE TAL 11144477735;11.222.333/0001-81;SITIO;7;0151;;05/10/2023\n"
    "4;2022;MG;SICRANO DE TAL;11.222.333/0001-81;SITIO;7;0151;;05/10/2023\n"
    "5;2022;MG;FULANO DE TAL ME;11.222.333/0001-81;SITIO;7;0151;;05/10/2023\n"
)

SIMPLE_TARGETS = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "program_ids,dataset,first_seen,last_seen,last_change\n"
    "mu-1,Company,Made Up Yarn,MU Yarn,,tj,,,,,,,Made up,,,\n"
    "mu-2,Person,John Doe,,1980-01-01,tj,,AB12,,+992 1,a@example.org,,Made up,,,\n"
    "mu-3,LegalEntity,Jane Roe,,,tj,,,,,,,Made up,,,\n"
    "mu-4,,Jane Roe,,,tj,,,,,,,Made up,,,\n"
)
JOURNAL = (
    "celex,recordId,programKey,annex,startDate,schema,name,alias,country,nationality,idNumber,"
    "leiCode,address\n"
    "X,1,MADE-UP,IV,12.9.2014,LegalEntity,Made Up Yarn,,,,,,\n"
    "X,2,MADE-UP,IV,12.9.2014,Person,John Doe,,,Tajikistan,AB12,,\n"
)


def lei_record(lei: str, name: str, category: str) -> dict[str, object]:
    place = {
        "addressLines": ["c/o Max Mustermann", "Deich 1"],
        "city": "Husum",
        "postalCode": "25813",
        "country": "DE",
    }
    firm = {"legalName": {"name": name}, "legalAddress": place, "category": category}
    registration = {"initialRegistrationDate": "2016-02-03T00:00:00Z"}
    attributes = {"lei": lei, "entity": firm, "registration": registration}
    return {"type": "lei-records", "attributes": attributes}


LEI_RECORDS = json.dumps(
    {
        "meta": {"goldenCopy": {"publishDate": "2024-05-01T00:00:00Z"}},
        "data": [
            lei_record("529900MADEUP0000AB12", "Husumer Wolle GmbH", "GENERAL"),
            lei_record("529900MADEUP0000EF56", "Max Mustermann, Schuhe", "SOLE_PROPRIETOR"),
        ],
    }
)
GOLDEN_COPY = (
    "LEI,Entity.LegalName,Entity.LegalAddress.Country,Entity.EntityCategory,Entity.EntityStatus\n"
    "529900MADEUP0000AB12,Husumer Wolle GmbH,DE,GENERAL,ACTIVE\n"
    "529900MADEUP0000EF56,Max Mustermann,DE,SOLE_PROPRIETOR,ACTIVE\n"
    "529900MADEUP0000EF78,Erika Mustermann,DE,SOLE_PROPRIETOR,INACTIVE\n"
)

PROFILE = json.dumps(
    {
        "company_name": "MADE UP WORSTED LIMITED",
        "company_number": "00001234",
        "company_status": "active",
        "date_of_creation": "2011-04-05",
        "type": "ltd",
        "registered_office_address": {"care_of": "John Doe", "address_line_1": "1 Mill Lane"},
        "officers": {"items": [{"name": "DOE, John"}]},
        "persons_with_significant_control": [{"name": "Mr John Doe"}],
    }
)
SEARCH = json.dumps(
    {
        "kind": "search#all",
        "items": [
            {
                "kind": "searchresults#company",
                "title": "MADE UP WORSTED LIMITED",
                "company_number": "00001234",
                "company_status": "active",
                "date_of_creation": "2011-04-05",
            },
            {"kind": "searchresults#officer", "title": "John DOE", "date_of_birth": {"year": 1980}},
            {"kind": "searchresults#disqualified-officer", "title": "Jane ROE"},
            {"kind": "something-new", "title": "Jane ROE", "company_number": "00001235"},
        ],
    }
)
CONTROLLERS = json.dumps(
    {
        "items": [
            {"kind": "individual-person-with-significant-control", "name": "Mr John Doe"},
            {"kind": "super-secure-person-with-significant-control", "name": "Jane Roe"},
        ]
    }
)

TICKERS = json.dumps({"0": {"cik_str": 77, "ticker": "A", "title": "MADE UP MILLS INC"}})
INSIDER = json.dumps(
    {
        "cik": "99",
        "entityType": "other",
        "sic": "",
        "tickers": [],
        "stateOfIncorporation": "",
        "name": "Doe John",
        "formerNames": [{"name": "Roe John"}],
    }
)

FACILITIES = json.dumps(
    {
        "features": [
            {
                "id": f"VN202000{number}ABCDEF",
                "properties": {"name": name, "country_code": "VN", "address": "Lane 4"},
            }
            for number, name in enumerate(("Made Up Shoes", "Mr John Doe", "ROE, Jane"), start=1)
        ]
    }
)
SITES = (
    'country,name,address\nBangladesh,Made Up Knits,Road 1\nBD,Mrs Jane Roe,Road 2\nBD,"DOE, J.",\n'
)

#: Lists that name companies alone by their law: a person is known by a person's form of name.
ORDERS = (
    "Effective Date,Country Code,Country,Merchandise,WRO/Finding,Status,Press Release,Entity\n"
    '08/01/2023,ID,Indonesia,Sheet,WRO,Active,/newsroom/x,"Example Manufacturing, Ltd."\n'
    '08/01/2023,ID,Indonesia,Sheet,WRO,Active,/newsroom/x,"DOE, John Q."\n'
    "08/01/2023,ID,Indonesia,Sheet,WRO,Active,/newsroom/x,Mr John Doe\n"
)
ENTITIES = (
    "Name of Entity,Effective Date,Entity type\n"
    '"Made Up Cotton Co., Ltd.","June 21, 2022",Company\n'
    'John Doe,"June 21, 2022",Person\n"Roe, Jane","June 21, 2022",\nJane Roe,"June 21, 2022",\n'
)

STATEMENTS = (
    "StatementYear,OrganisationName,SectorType,CompanyNumber,LastUpdated,StatementSummaryURL,"
    "DateApproved,ApprovingPerson\n"
    "2024,MADE UP MILLS PLC,Private,01234567,01/05/2023,/statement-summary/a/2024,28/04/2023,"
    "Jane Roe\n"
    "2024,Made Up Council,Public,,01/05/2023,,28/04/2023,John Doe\n"
    "2024,Mr John Doe,Private,,01/05/2023,,28/04/2023,John Doe\n"
    "2024,Jane Roe,Private,,01/05/2023,,28/04/2023,Jane Roe\n"
    '2024,"Roe, Jane",Public,,01/05/2023,,28/04/2023,Jane Roe\n'
)


def french(siren: str, name: str | None, **values: object) -> dict[str, object]:
    return {
        "siren": siren,
        "nom_complet": name,
        "nom_raison_sociale": name,
        "nature_juridique": "5710",
        "etat_administratif": "A",
        "statut_diffusion": "O",
        "date_creation": "2001-01-01",
        "complements": {"est_entrepreneur_individuel": False},
        "siege": {"complement_adresse": "CHEZ JOHN DOE", "libelle_commune": "LILLE"},
        "dirigeants": [{"nom": "DOE", "prenoms": "JOHN", "annee_de_naissance": "1980"}],
        **values,
    }


FRENCH = json.dumps(
    {
        "results": [
            french("356000000", "FILATURE INVENTEE"),
            french("1", "JOHN DOE", complements={"est_entrepreneur_individuel": True}),
            french("2", "JANE ROE", nature_juridique="1000"),
            french("3", "JANE ROE", statut_diffusion="P"),
            french("4", "JANE ROE", statut_diffusion=None),
            french("5", "JANE ROE", complements={}),
            french("6", None, nom_complet="JANE ROE"),
            french("7", "JANE ROE", nature_juridique=None),
        ]
    }
)


def norwegian(number: str, name: str, form: str | None) -> dict[str, object]:
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": None if form is None else {"kode": form},
        "forretningsadresse": {"adresse": ["c/o John Doe"], "poststed": "OSLO"},
        "epostadresse": "john.doe@example.org",
    }


NORWEGIAN = json.dumps(
    {
        "_embedded": {
            "enheter": [
                norwegian("974760673", "OPPDIKTET ULL AS", "AS"),
                norwegian("1", "JOHN DOE", "ENK"),
                norwegian("2", "JANE ROE", "PERS"),
                norwegian("3", "JANE ROE", "NYTT"),
                norwegian("4", "JANE ROE", None),
            ]
        },
        "page": {"size": 5},
    }
)

AUSTRALIAN = (
    "IDX,PeriodStart,PeriodEnd,Type,HeadquarteredCountries,AnnualRevenue,ReportingEntities,"
    "IncludedEntities,ABN,ACN,ARBN,Link,IndustrySectors,RelatedStatements\n"
    "2022-1,2021-07-01,2022-06-30,Joint,Australia,100-150M,"
    '"Made Up Wool Pty Ltd (53 004 085 616), Jane Roe (51 824 753 556), Mr John Doe",Roe & Doe,,,,'
    "https://modernslaveryregister.gov.au/statements/1/,Wool,\n"
    "2022-2,2021-07-01,2022-06-30,Single,Australia,0-99M,DOE John,,,,,,,\n"
)


SHIPMENTS = (
    "date,shipper,shipper country,consignee,consignee country,good\n"
    "2023-01-02,Made Up Gin Co Ltd,CN,S,DE,Yarn\n"
    "2023-01-02,Jane Roe,CN,S,DE,Yarn\n"
    "2023-01-02,Mr John Doe,CN,S,DE,Yarn\n"
    "2023-01-02,Made Up Gin Co Ltd,CN,Fulano de Tal,BR,Yarn\n"
)


def followed(entity_id: str, schema: str, name: str, **properties: object) -> str:
    given = {"name": [name], **properties}
    return json.dumps(
        {"id": entity_id, "caption": name, "schema": schema, "target": True, "properties": given}
    )


FOLLOWED = "\n".join(
    [
        followed("mu-1", "Company", "Made Up Yarn", country=["tj"], topics=["debarment"]),
        followed("mu-2", "Person", "John Doe", birthDate=["1980-01-01"]),
        followed("mu-3", "LegalEntity", "Jane Roe"),
        followed("mu-4", "Company", "Mr John Doe"),
        followed("mu-5", "Vessel", "JANE ROE"),
        followed("mu-6", "Passport", "John Doe", holder=["mu-2"]),
        followed("mu-7", "Sanction", "", entity=["mu-1"], startDate=["2020-03-04"],
                 reason=["John Doe owns it"]),
    ]
)  # fmt: skip


def owner_record(record_id: str, kind: str, **details: object) -> dict[str, object]:
    return {
        "recordId": record_id, "recordType": kind, "recordStatus": "new",
        "statementDate": "2020-01-01", "recordDetails": details,
    }  # fmt: skip


_REGISTERED = {"type": "registeredEntity"}
OWNERS = json.dumps(
    [
        owner_record("c", "entity", name="Made Up Wool Ltd", entityType=_REGISTERED),
        owner_record("t", "entity", name="The Jane Roe Trust", entityType={"type": "arrangement"}),
        owner_record("j", "entity", name="DOE, John", entityType=_REGISTERED),
        owner_record("p", "person", names=[{"fullName": "Jane Roe"}], birthDate="1965-10"),
        owner_record("r", "relationship", subject="c", interestedParty="p", interests=[]),
        owner_record("u", "relationship", subject="c",
                     interestedParty={"reason": "unknown", "description": "John Doe"}),
    ]
)  # fmt: skip


CASES: Mapping[str, tuple[Planted, ...]] = {
    "ownership_statements": (
        Planted(
            "statements.json",
            OWNERS,
            ("Made Up Wool Ltd",),
            {"person_entry": 3, "unknown_kind": 1},
        ),
    ),
    "buyer_shipments": (
        Planted("shipments.csv", SHIPMENTS, ("Made Up Gin Co Ltd",), {"unknown_kind": 3}),
    ),
    "australian_modern_slavery_statements": (
        Planted("statements.csv", AUSTRALIAN, ("Made Up Wool Pty Ltd",), {"unknown_kind": 3}),
    ),
    "brazil_company_register": (
        Planted(
            "Empresas0.zip",
            archive(
                "K3241.K03200Y0.D60912.EMPRECSV",
                company_row("11222333", "FAZENDA INVENTADA LTDA", "2062"),
                company_row("22333444", "FULANO DE TAL 11144477735", "2135"),
                company_row("33444555", "BELTRANO DE TAL", "4120"),
                company_row("44555666", "SICRANO DE TAL", "3034"),
                company_row("55666777", "SICRANO DE TAL", "9999"),
            ),
            ("FAZENDA INVENTADA LTDA",),
            {"person_entry": 2, "unknown_kind": 2},
            beside={
                "Estabelecimentos0.zip": archive(
                    "K3241.K03200Y0.D60912.ESTABELE",
                    site_row("11222333000181", trade_name="DOE, JOHN"),
                    site_row("22333444000181", trade_name="FULANO"),
                ),
                "Socios0.zip": archive("SOCIOCSV", '"11222333";"2";"JOHN DOE"'),
            },
            country="BR",
            names=(
                "Fazenda Inventada",
                "Fulano de Tal 11144477735",
                "Beltrano de Tal",
                "Sicrano de Tal",
            ),
        ),
    ),
    "us_screening_list": (
        Planted("consolidated.csv", SCREENING, _SCREENING_READ, _SCREENING_RULES),
    ),
    "opensanctions": (
        Planted(
            "targets.simple.csv",
            SIMPLE_TARGETS,
            ("Made Up Yarn",),
            {"person_entry": 1, "unknown_kind": 2},
            options={"licence": "non_commercial"},
        ),
        Planted(
            "entities.ftm.json",
            FOLLOWED,
            ("Made Up Yarn",),
            {"person_entry": 2, "unknown_kind": 1, "thing_entry": 1},
            options={"licence": "non_commercial"},
        ),
    ),
    "entity_list": (
        Planted("csl.csv", SCREENING, _SCREENING_READ, _OWN_TABLE_RULES),
        Planted(
            "targets.simple.csv",
            SIMPLE_TARGETS,
            ("Made Up Yarn",),
            {"person_entry": 1, "unknown_kind": 2},
        ),
        Planted("journal.csv", JOURNAL, ("Made Up Yarn",), {"person_entry": 1}),
    ),
    "brazil_employer_register": (
        Planted(
            "cadastro.csv",
            EMPLOYERS,
            ("FAZENDA INVENTADA LTDA",),
            {"person_entry": 2, "unknown_kind": 2},
        ),
    ),
    "cbp_withhold_release_orders": (
        Planted("orders.csv", ORDERS, ("Example Manufacturing, Ltd.",), {"unknown_kind": 2}),
    ),
    "uflpa_entity_list": (
        Planted(
            "list.csv",
            ENTITIES,
            ("Made Up Cotton Co., Ltd.",),
            {"person_entry": 1, "unknown_kind": 2},
        ),
    ),
    "uk_modern_slavery_statements": (
        Planted(
            "StatementSummaries2024.csv",
            STATEMENTS,
            ("MADE UP MILLS PLC", "Made Up Council"),
            {"unknown_kind": 3},
        ),
    ),
    "french_company_register": (
        Planted(
            "search.json",
            FRENCH,
            ("FILATURE INVENTEE",),
            {"person_entry": 2, "not_diffused": 2, "unknown_kind": 3},
        ),
    ),
    "norwegian_company_register": (
        Planted(
            "search.json",
            NORWEGIAN,
            ("OPPDIKTET ULL AS",),
            {"person_entry": 2, "unknown_kind": 2},
        ),
    ),
    "gleif": (
        Planted("lei-records.json", LEI_RECORDS, ("Husumer Wolle GmbH",), {"person_entry": 1}),
        Planted("lei2-golden-copy.csv", GOLDEN_COPY, ("Husumer Wolle GmbH",), {"person_entry": 2}),
    ),
    "companies_house": (
        Planted("company_profile.json", PROFILE, ("MADE UP WORSTED LIMITED",)),
        Planted("search.json", SEARCH, ("MADE UP WORSTED LIMITED",), {"person_entry": 3}),
        Planted("search_controllers.json", CONTROLLERS, (), {"person_entry": 2}),
    ),
    "sec_tickers": (
        Planted("company_tickers.json", TICKERS, ("MADE UP MILLS INC",)),
        Planted("submissions_99.json", INSIDER, (), {"person_entry": 1}),
    ),
    "open_supply_hub": (
        Planted("facilities.json", FACILITIES, ("Made Up Shoes",), {"person_entry": 2}),
        Planted("list.csv", SITES, ("Made Up Knits",), {"person_entry": 2}),
    ),
}


def test_every_list_and_register_has_planted_persons() -> None:
    assert set(CASES) == must_have_a_case()
    assert all(any(one.rules for one in cases) for cases in CASES.values())


@pytest.mark.parametrize(
    ("source_id", "planted"),
    [
        pytest.param(name, one, id=f"{name}-{one.file}")
        for name, cases in CASES.items()
        for one in cases
    ],
)
def test_no_planted_person_is_staged(tmp_path: Path, source_id: str, planted: Planted) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    body = planted.body
    (mirror / planted.file).write_bytes(body if isinstance(body, bytes) else body.encode("latin-1"))
    for name, content in planted.beside.items():
        (mirror / name).write_bytes(content)
    listed = pl.DataFrame(
        {"supplier_id": planted.names, "name": planted.names},
        schema_overrides={"supplier_id": pl.String},
    ).with_columns(
        country_iso2=pl.lit(planted.country),
        lei=pl.lit(None, pl.String),
        company_number=pl.lit(None, pl.String),
    )
    using = context(
        tmp_path, mirror=mirror, supplier_rows=listed, known_since="2023-08-02", **planted.options
    )
    tables = all_staged(sources()[source_id], using)
    # Of a shipment the shipper is the company that the table brings.
    named = [
        name
        for one in tables
        for name in one.rows.to_dict().get("name", one.rows.to_dict().get("shipper", []))
    ]
    assert sorted(named) == sorted(planted.companies)
    rejected = pl.concat([one.rejected for one in tables])
    assert dict(Counter(rejected["rule"])) == dict(planted.rules)
    everything = "\n".join(
        [*(str(one.rows.to_dicts()) for one in tables), str(rejected.to_dicts())]
    ).casefold()
    assert set(re.findall(r"\w+", everything)).isdisjoint(PERSONS)


@pytest.mark.parametrize(
    ("reduce", "body", "company"),
    [
        (us_screening_list.without_persons, SCREENING, "Made Up Yarn"),
        (brazil_employer_register.without_persons, EMPLOYERS, "FAZENDA INVENTADA"),
        (uk_modern_slavery_statements.without_persons, STATEMENTS, "MADE UP MILLS"),
        (australian_modern_slavery_statements.companies_alone, AUSTRALIAN, "Made Up Wool"),
        (table_without_persons, SIMPLE_TARGETS, "Made Up Yarn"),
        (records_without_persons, FOLLOWED, "Made Up Yarn"),
        (gleif.without_persons, LEI_RECORDS, "Husumer Wolle"),
        (companies_alone, PROFILE, "MADE UP WORSTED"),
        (companies_alone, SEARCH, "MADE UP WORSTED"),
        (companies_alone, CONTROLLERS, ""),
    ],
)
def test_no_person_of_an_answer_is_stored(
    tmp_path: Path, reduce: Callable[[Path], bytes], body: str, company: str
) -> None:
    path = tmp_path / "answer"
    path.write_bytes(body.encode("latin-1"))
    stored = reduce(path).decode()
    assert company in stored
    assert set(re.findall(r"\w+", stored.casefold())).isdisjoint(PERSONS)
