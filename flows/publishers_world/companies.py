"""Registers: GLEIF, Companies House, France, Norway, Brazil, Open Supply Hub."""

from __future__ import annotations

import base64

from flows.publishers_world.publisher import NOT_THERE, Answer, Asked, Publisher, as_json, zipped


def _gleif(asked: Asked) -> Answer:
    if not asked.path.startswith("/api/v1/lei-records"):
        return NOT_THERE
    if asked.path.endswith("-parent"):
        return Answer(b'{"errors":[{"status":"404","title":"Not Found"}]}', 404)
    lei = "5493000000000000EX70"
    entity = {
        "legalName": {"name": "EXAMPLE MILLS LIMITED"},
        "legalAddress": {"addressLines": ["1 MILL ROAD"], "country": "IN", "city": "PUNE"},
        "status": "ACTIVE",
        "category": "GENERAL",
    }
    registration = {"initialRegistrationDate": "2015-03-01T00:00:00Z", "status": "ISSUED"}
    attributes = {"lei": lei, "entity": entity, "registration": registration}
    record = {"type": "lei-records", "id": lei, "attributes": attributes}
    meta = {
        "goldenCopy": {"publishDate": "2026-11-20T00:00:00Z"},
        "pagination": {"total": 1, "lastPage": 1},
    }
    return as_json({"meta": meta, "data": [record]})


def _companies_house(asked: Asked) -> Answer:
    given = asked.headers.get("authorization", "").removeprefix("Basic ")
    if not given or not base64.b64decode(given).endswith(b":"):
        return Answer(b'{"error":"Empty Authorization header"}', 401)
    if asked.path.startswith("/search/"):
        found = {"company_number": "00000006", "title": "EXAMPLE PLC", "company_status": "active"}
        return as_json({"kind": "search#companies", "total_results": 1, "items": [found]})
    number, _, further = asked.path.removeprefix("/company/").partition("/")
    if further:
        return Answer(b'{"errors":[{"error":"not-found"}]}', 404)
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


PUBLISHERS = (
    Publisher("api.gleif.org", "/", "GLEIF API documentation, JSON:API records; 2026-11", _gleif),
    Publisher(
        "api.company-information.service.gov.uk",
        "/",
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
    Publisher(
        "opensupplyhub.org", "/api/", "Open Supply Hub API documentation; 2026-11", _open_supply_hub
    ),
)
