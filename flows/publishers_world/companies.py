"""Registers and accounts: GLEIF, Companies House, the SEC, Open Supply Hub, filings.xbrl.org."""

from __future__ import annotations

import base64
import io
import zipfile

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json


def zipped(**members: str) -> Answer:
    """A zip archive of members by name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return Answer(held.getvalue(), content_type="application/zip")


def _gleif(asked: Asked) -> Answer:
    if not asked.path.startswith("/api/v1/lei-records"):
        return NOT_THERE
    lei = "5493000000000000EX01"
    entity = {
        "legalName": {"name": "EXAMPLE MILLS LIMITED"},
        "legalAddress": {"country": "IN", "city": "PUNE"},
        "status": "ACTIVE",
        "category": "GENERAL",
    }
    record = {"type": "lei-records", "id": lei, "attributes": {"lei": lei, "entity": entity}}
    return as_json({"meta": {"pagination": {"total": 1, "lastPage": 1}}, "data": [record]})


def _companies_house(asked: Asked) -> Answer:
    given = asked.headers.get("authorization", "").removeprefix("Basic ")
    if not given or not base64.b64decode(given).endswith(b":"):
        return Answer(b'{"error":"Empty Authorization header"}', 401)
    number = asked.path.removeprefix("/company/")
    return as_json(
        {"company_number": number, "company_name": "EXAMPLE PLC", "company_status": "active"}
    )


def _france(asked: Asked) -> Answer:
    if asked.path != "/search" or not asked.value("q"):
        return Answer(b'{"erreur":"Veuillez indiquer au moins un param\xc3\xa8tre."}', 400)
    company = {
        "siren": "356000000",
        "nom_complet": "EXEMPLE",
        "nom_raison_sociale": "EXEMPLE",
        "nature_juridique": "5510",
        "etat_administratif": "A",
        "statut_diffusion": "O",
        "date_creation": "1991-01-01",
        "date_fermeture": None,
        "siege": {"libelle_voie": "DU COLONEL", "code_postal": "75015"},
        "complements": {"est_entrepreneur_individuel": False},
    }
    return as_json({"results": [company], "total_results": 1, "page": 1, "per_page": 1})


def _norway(asked: Asked) -> Answer:
    number = asked.path.removeprefix("/enhetsregisteret/api/enheter/")
    if not number.isdecimal():
        return NOT_THERE
    form = {"kode": "AS", "beskrivelse": "Aksjeselskap"}
    unit = {"organisasjonsnummer": number, "navn": "EKSEMPEL AS", "organisasjonsform": form}
    return as_json({**unit, "konkurs": False, "underAvvikling": False})


def _sec(asked: Asked) -> Answer:
    if "@" not in asked.headers.get("user-agent", ""):
        return Answer(b"<html>Request Rate Threshold Exceeded</html>", 403, "text/html")
    if asked.path == "/files/company_tickers.json":
        return as_json({"0": {"cik_str": 320193, "ticker": "EXM", "title": "Example Inc."}})
    if asked.path.startswith("/files/dera/data/financial-statement-data-sets/"):
        return zipped(**{"sub.txt": "adsh\tcik\n", "num.txt": "adsh\ttag\n"})
    if asked.path.startswith("/api/xbrl/companyfacts/CIK"):
        return as_json({"cik": 320193, "entityName": "Example Inc.", "facts": {"us-gaap": {}}})
    return NOT_THERE


def _brazil(asked: Asked) -> Answer:
    # One folder a month, one table without header in each archive.
    name = asked.path.rsplit("/", 1)[-1]
    if name == "Naturezas.zip":
        return zipped(**{"F.K03200$Z.D61010.NATJUCSV": '"2062";"Sociedade Empresaria Limitada"'})
    if name.startswith("Empresas"):
        row = '"19131243";"EXEMPLO LTDA";"2062";"49";"1000,00";"05";""'
        return zipped(**{"K3241.K03200Y0.D61010.EMPRECSV": row})
    if name.startswith("Estabelecimentos"):
        cells = ["19131243", "0001", "97", "1", "", "02", "20010203", *[""] * 3, "20010203"]
        row = ";".join(f'"{cell}"' for cell in [*cells, *[""] * 19])
        return zipped(**{"K3241.K03200Y0.D61010.ESTABELE": row})
    return NOT_THERE


def _open_supply_hub(asked: Asked) -> Answer:
    if not asked.headers.get("authorization", "").startswith("Token "):
        return Answer(b'{"detail":"Authentication credentials were not provided."}', 401)
    feature = {
        "id": "BD2019000000AAA",
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [90.4, 23.8]},
        "properties": {"name": "Example Garments", "country_code": "BD", "address": "Dhaka"},
    }
    return as_json({"type": "FeatureCollection", "count": 1, "features": [feature]})


def _accounts(asked: Asked) -> Answer:
    if asked.path.startswith("/archive/"):
        return zipped(**{"Prod223_0001_00000006_20240331.html": "<html></html>"})
    return zipped(**{"Prod223_0001_00000006_20250331.html": "<html></html>"})


def _filings(_: Asked) -> Answer:
    filing = {"json_url": "/x/report.json", "date_added": "2025-05-01 10:00:00"}
    return as_json({"data": [{"type": "filing", "id": "1", "attributes": filing}]})


PUBLISHERS = (
    Publisher("api.gleif.org", "/", "GLEIF API documentation, JSON:API records; 2026-11", _gleif),
    Publisher(
        "api.company-information.service.gov.uk",
        "/company/",
        "Companies House developer documentation, company profile; 2026-11",
        _companies_house,
    ),
    Publisher(
        "recherche-entreprises.api.gouv.fr",
        "/",
        "a catalogue of fields and public clients; 2026-11",
        _france,
    ),
    Publisher(
        "data.brreg.no",
        "/enhetsregisteret/",
        "documentation of the open data of Enhetsregisteret and public clients; 2026-11",
        _norway,
    ),
    Publisher(
        "arquivos.receitafederal.gov.br",
        "/public.php/dav/files/",
        "address, archive names and columns in several public clients; 2026-11",
        _brazil,
    ),
    Publisher("www.sec.gov", "/files/", "SEC EDGAR access rules and public clients; 2026-11", _sec),
    Publisher(
        "data.sec.gov", "/api/xbrl/", "SEC EDGAR APIs page and public clients; 2026-11", _sec
    ),
    Publisher(
        "opensupplyhub.org", "/api/", "Open Supply Hub API documentation; 2026-11", _open_supply_hub
    ),
    Publisher(
        "download.companieshouse.gov.uk",
        "/",
        "names of the monthly accounts data product, in public clients; 2026-11",
        _accounts,
    ),
    Publisher("filings.xbrl.org", "/api/", "filings.xbrl.org API documentation; 2026-11", _filings),
)
