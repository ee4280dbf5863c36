"""Public lists and country tables: World Bank, CBP, DHS, the Department of Labor."""

from __future__ import annotations

import zlib
from functools import cache
from itertools import product
from string import ascii_uppercase

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json
from suppliers.places.countries import Country, country

_LAST_GOVERNANCE = 2024
_INCOMES = ("LIC", "LMC", "UMC", "HIC")
#: Of the list some 17 MB in all; half of its entries are persons.
_SCREENED = 24_000
_SCREENING_COLUMNS = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,"
    "start_date,end_date,standard_order,license_requirement,license_policy,call_sign,"
    "vessel_type,gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,remarks,"
    "source_list_url,alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,"
    "source_information_url,ids"
)

_RETIRED = [
    {"message": [{"id": "175", "key": "Invalid format", "value": "The indicator was not found."}]}
]


@cache
def _all_countries() -> tuple[Country, ...]:
    codes = (first + second for first, second in product(ascii_uppercase, repeat=2))
    return tuple(one for code in codes if (one := country(code)) is not None)


def _world_bank(asked: Asked) -> Answer:
    # Errors come with HTTP 200, and a retired code is one of them.
    if "/indicator/" in asked.path:
        if not asked.path.endswith("/GOV_WGI_RL.EST") or asked.value("source") != "3":
            return as_json(_RETIRED)
        entries = [
            {
                "indicator": {"id": "GOV_WGI_RL.EST", "value": "Rule of Law: Estimate"},
                "country": {"id": one.iso2, "value": one.name},
                # Taiwan's code is blank.
                "countryiso3code": "" if one.iso3 == "TWN" else one.iso3,
                "date": str(year),
                "value": round(2.0 - zlib.crc32(one.iso3.encode()) % 38 / 10, 2),
            }
            for one in _all_countries()
            for year in range(_LAST_GOVERNANCE, _LAST_GOVERNANCE - 5, -1)
        ]
    else:
        entries = [
            {
                "id": one.iso3,
                "iso2Code": one.iso2,
                "incomeLevel": {"id": _INCOMES[zlib.crc32(one.iso3.encode()) % len(_INCOMES)]},
            }
            for one in _all_countries()
        ]
    paging = {"page": 1, "pages": 1, "per_page": "20000", "total": len(entries)}
    return as_json([paging, entries])


def _page(inside: str) -> Answer:
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body>{inside}</body></html>"
    return Answer(page.encode(), content_type="text/html; charset=UTF-8")


def _cbp(asked: Asked) -> Answer:
    if asked.path == "/document/stats/withhold-release-orders-findings":
        link = "/sites/default/files/2026-10/withhold-release-orders-findings-2026-10-05.csv"
        return _page(f'<a href="{link}">Withhold release orders</a>')
    if asked.path.endswith(".csv"):
        header = "Commodity,Country,Entity,Date,Status,Press Release"
        rows = f"{header}\nCotton,China,Example Co,2020-09-08,Active,https://www.cbp.gov/x\n"
        return Answer(rows.encode(), content_type="text/csv")
    return NOT_THERE


def _dhs(_: Asked) -> Answer:
    return _page(
        "<table><tr><th>Name of Entity</th><th>Effective Date</th></tr>"
        "<tr><td>Example Textile Co., Ltd.</td><td>June 21, 2022</td></tr></table>"
    )


def _labor(asked: Asked) -> Answer:
    if not asked.path.endswith("/ILAB/ImportWatch_Core_Data/json"):
        return Answer(b'{"error":"Dataset not found"}', 404)
    if not asked.value("X-API-KEY"):
        return Answer(b'{"error":"API key required"}', 401)
    row = {
        "country_isocode": "UZB",
        "good": "Cotton",
        "cl": "2009-2022",
        "fl": "2009-",
        "fcl": "",
    }
    return as_json({"data": [row]})


@cache
def _screened() -> bytes:
    remark = "Linked to another entry of the list. " * 12
    rows = [
        f"{number},Entity List (EL),{number},{kind},EL,{name} {number},,"
        f'"{number} Example Road, Exampleton, XX",{number} FR,2020-01-01,,,All items,'
        f"Presumption of denial,,,,,,,{remark},https://www.bis.gov/entity-list,,,,,,"
        "https://www.bis.gov/entity-list,"
        for number in range(_SCREENED)
        for kind, name in (
            (("Entity", "Listed Trading Company"), ("Individual", "PLANTED PERSON"))[number % 2],
        )
    ]
    return "\n".join([_SCREENING_COLUMNS, *rows, ""]).encode()


def _screening(_: Asked) -> Answer:
    return Answer(_screened(), content_type="text/csv")


def _statements(asked: Asked) -> Answer:
    # One file per year in which statements are due; the year to come is there before it begins.
    if not asked.path.startswith("/publicdownloads/StatementSummaries20"):
        return NOT_THERE
    header = (
        "StatementYear,OrganisationName,Address,SectorType,CompanyNumber,LastUpdated,"
        "StatementURL,StatementSummaryURL,DateApproved,ApprovingPerson"
    )
    root = "https://modern-slavery-statement-registry.service.gov.uk/statement-summary/ab/2026"
    row = f"2026,EXAMPLE PLC,London,Private,01234567,01/06/2026,,{root},15/05/2026,Jane Roe"
    return Answer(f"{header}\n{row}\n".encode("utf-8-sig"), content_type="text/csv")


def _australian_statements(asked: Asked) -> Answer:
    if asked.value("csv") != "1":
        return _page("<p>Search the register</p>")
    header = (
        "IDX,PeriodStart,PeriodEnd,Type,HeadquarteredCountries,AnnualRevenue,ReportingEntities,"
        "IncludedEntities,ABN,ACN,ARBN,Link,IndustrySectors,RelatedStatements"
    )
    row = (
        "2025-1,2024-07-01,2025-06-30,Single,Australia,100-150M,Example Pty Ltd (53 004 085 616),,"
        "53004085616,,,https://modernslaveryregister.gov.au/statements/1/,Wool,"
    )
    return Answer(f"{header}\n{row}\n".encode(), content_type="text/csv")


def _employers(_: Asked) -> Answer:
    # Lines of a title stand before the table; the text is in an older encoding.
    header = "ID;CNPJ/CPF;Empregador;UF;Inclusão no Cadastro de Empregadores"
    rows = (
        f"CADASTRO DE EMPREGADORES\n\n{header}\n1;00.000.000/0001-91;EXEMPLO LTDA;PA;01/04/2024\n"
    )
    return Answer(rows.encode("latin-1"), content_type="application/octet-stream")


def _sanctions(_: Asked) -> Answer:
    header = (
        "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,"
        "emails,program_ids,dataset,first_seen,last_seen,last_change"
    )
    rows = (
        "NK-1,Company,Example Trading Company,,,cn,,,,,,,Example,2021-09-28,,\n"
        "NK-2,Person,PLANTED PERSON,,1980-01-01,cn,,,,,,,Example,2021-09-28,,"
    )
    return Answer(f"{header}\n{rows}\n".encode(), content_type="text/csv")


PUBLISHERS = (
    Publisher(
        "data.opensanctions.org",
        "/datasets/",
        "columns of targets.simple.csv in public clients; 2026-11",
        _sanctions,
    ),
    Publisher(
        "data.trade.gov",
        "/downloadable_consolidated_screening_list/",
        "columns of the consolidated CSV in public clients; 2026-11",
        _screening,
    ),
    Publisher(
        "downloads.modern-slavery-statement-registry.service.gov.uk",
        "/publicdownloads/",
        "file names and columns in several public clients; 2026-11",
        _statements,
    ),
    Publisher(
        "modernslaveryregister.gov.au",
        "/statements/",
        "address and columns of the export in several public clients; 2026-11",
        _australian_statements,
    ),
    Publisher("www.gov.br", "/", "a copy of the register's CSV; 2026-11", _employers),
    Publisher("api.worldbank.org", "/v2/", "World Bank API v2 documentation; 2026-11", _world_bank),
    Publisher("www.cbp.gov", "/", "public clients and a sample of the CSV; 2026-11", _cbp),
    Publisher("www.dhs.gov", "/uflpa-entity-list", "public clients of the page; 2026-11", _dhs),
    Publisher(
        "apiprod.dol.gov", "/v4/", "DoL API v4 user guide and data set names; 2026-11", _labor
    ),
)
