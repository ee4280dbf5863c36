"""Public lists and country tables: World Bank, CBP, DHS, the Department of Labor."""

from __future__ import annotations

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json

_RETIRED = [
    {"message": [{"id": "175", "key": "Invalid format", "value": "The indicator was not found."}]}
]


def _world_bank(asked: Asked) -> Answer:
    # Errors come with HTTP 200, and a retired code is one of them.
    if "/indicator/" in asked.path:
        if not asked.path.endswith("/GOV_WGI_RL.EST") or asked.value("source") != "3":
            return as_json(_RETIRED)
        entry = {
            "indicator": {"id": "GOV_WGI_RL.EST", "value": "Rule of Law: Estimate"},
            "country": {"id": "ID", "value": "Indonesia"},
            "countryiso3code": "IDN",
            "date": "2024",
            "value": -0.2,
        }
    else:
        entry = {"id": "IDN", "iso2Code": "ID", "incomeLevel": {"id": "UMC"}}
    paging = {"page": 1, "pages": 1, "per_page": "20000", "total": 1, "lastupdated": "2026-10-01"}
    return as_json([paging, [entry]])


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
        "fl": "2009-2022",
        "fcl": "",
    }
    return as_json({"data": [row]})


def _screening(_: Asked) -> Answer:
    rows = "_id,source,entity_number,type,name\n1,Entity List (EL),,Entity,Example Trading Co\n"
    return Answer(rows.encode(), content_type="text/csv")


def _employers(_: Asked) -> Answer:
    # Lines of a title stand before the table; the text is in an older encoding.
    header = "ID;CNPJ/CPF;Empregador;UF;Inclusão no Cadastro de Empregadores"
    rows = (
        f"CADASTRO DE EMPREGADORES\n\n{header}\n1;00.000.000/0001-91;EXEMPLO LTDA;PA;01/04/2024\n"
    )
    return Answer(rows.encode("latin-1"), content_type="application/octet-stream")


PUBLISHERS = (
    Publisher(
        "data.trade.gov",
        "/downloadable_consolidated_screening_list/",
        "columns of the consolidated CSV in public clients; 2026-11",
        _screening,
    ),
    Publisher("www.gov.br", "/", "a copy of the register's CSV; 2026-11", _employers),
    Publisher("api.worldbank.org", "/v2/", "World Bank API v2 documentation; 2026-11", _world_bank),
    Publisher("www.cbp.gov", "/", "public clients and a sample of the CSV; 2026-11", _cbp),
    Publisher("www.dhs.gov", "/uflpa-entity-list", "public clients of the page; 2026-11", _dhs),
    Publisher(
        "apiprod.dol.gov", "/v4/", "DoL API v4 user guide and data set names; 2026-11", _labor
    ),
)
