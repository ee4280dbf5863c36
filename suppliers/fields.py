"""The allow-list of supplier fields, and how the headers of a file are matched to it."""

import functools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from suppliers.errors import DataRefusedError

FieldKind = Literal["identifier", "text", "address", "category", "number", "boolean", "geometry"]

# Letters that Unicode does not take apart into a base letter and a mark.
_PLAIN_LETTERS = str.maketrans({"ı": "i", "đ": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe"})
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652\u0670]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NEAREST_MINIMUM = 72.0


@dataclass(frozen=True)
class Field:
    """One column that may be read from a supplier list.

    Attributes:
        name: canonical name.
        kind: how values are parsed and which value checks of the guard apply.
        description: what the field holds, for the documentation and the command line.
        aliases: headers of vendor exports that mean the same, in any spelling.
        required: whether each row must have it.
        level: whether the value describes the supplier or one of its sites.
    """

    name: str
    kind: FieldKind
    description: str
    aliases: tuple[str, ...]
    required: bool = False
    level: Literal["supplier", "site"] = "supplier"


FIELDS: tuple[Field, ...] = (
    Field(
        "supplier_id",
        "identifier",
        "Your own stable number for the supplier.",
        (
            "id",
            "supplier no",
            "supplier number",
            "supplier code",
            "supplier ref",
            "vendor",
            "vendor id",
            "vendor no",
            "vendor number",
            "vendor code",
            "vendor account",
            "creditor",
            "creditor no",
            "account number supplier",
            "lifnr",
            "id proveedor",
            "codigo proveedor",
            "numero proveedor",
            "cod proveedor",
            "id fornecedor",
            "codigo fornecedor",
            "cod fornecedor",
            "numero fornecedor",
            "id fournisseur",
            "code fournisseur",
            "numero fournisseur",
            "no fournisseur",
            "lieferantennummer",
            "lieferanten nr",
            "lieferantennr",
            "lieferanten id",
            "kreditor",
            "kreditorennummer",
            "kreditor nr",
        ),
        required=True,
    ),
    Field(
        "name",
        "text",
        "Name of the supplier (the firm, never a person).",
        (
            "supplier",
            "supplier name",
            "vendor name",
            "company",
            "company name",
            "name 1",
            "name1",
            "legal name",
            "legal entity",
            "legal entity name",
            "business name",
            "organisation",
            "organization",
            "organisation name",
            "organization name",
            "manufacturer",
            "manufacturer name",
            "firm",
            "firm name",
            "proveedor",
            "nombre",
            "nombre proveedor",
            "nombre del proveedor",
            "razon social",
            "empresa",
            "nombre empresa",
            "nombre de la empresa",
            "fornecedor",
            "nome",
            "nome fornecedor",
            "nome do fornecedor",
            "razao social",
            "nome empresarial",
            "fournisseur",
            "nom",
            "nom fournisseur",
            "nom du fournisseur",
            "raison sociale",
            "societe",
            "entreprise",
            "nom entreprise",
            "lieferant",
            "lieferantenname",
            "name des lieferanten",
            "firma",
            "firmenname",
            "unternehmen",
            "供应商",
            "供应商名称",
            "公司名称",
        ),
        required=True,
    ),
    Field(
        "country",
        "category",
        "Country of the site: a name, ISO2 or ISO3 in any spelling.",
        (
            "country name",
            "country code",
            "country key",
            "country iso",
            "country region",
            "ctry",
            "iso country",
            "iso2",
            "iso3",
            "cty",
            "land1",
            "nation",
            "pais",
            "codigo pais",
            "cod pais",
            "pays",
            "code pays",
            "land",
            "laendercode",
            "landercode",
            "laenderschluessel",
            "landerschlussel",
            "国家",
        ),
        required=True,
    ),
    Field(
        "site_id",
        "identifier",
        "Your own number for the site.",
        (
            "site no",
            "site number",
            "site code",
            "facility id",
            "facility code",
            "facility number",
            "factory id",
            "factory code",
            "factory number",
            "plant id",
            "plant code",
            "location id",
            "location code",
            "farm id",
            "mill id",
            "id planta",
            "id fabrica",
            "codigo planta",
            "id site",
            "code site",
            "code usine",
            "werk nr",
            "werksnummer",
            "standort id",
        ),
        level="site",
    ),
    Field(
        "site_name",
        "text",
        "Name of the factory, mill, farm or other site.",
        (
            "site",
            "facility",
            "facility name",
            "factory",
            "factory name",
            "plant",
            "plant name",
            "mill",
            "mill name",
            "location name",
            "production site",
            "production unit",
            "unit name",
            "farm",
            "farm name",
            "planta",
            "nombre planta",
            "fabrica",
            "nombre fabrica",
            "nome fabrica",
            "nome da fabrica",
            "unidade",
            "usine",
            "nom usine",
            "nom du site",
            "werk",
            "werkname",
            "standort",
            "standortname",
            "工厂",
            "工厂名称",
        ),
        level="site",
    ),
    Field(
        "address",
        "address",
        "Address of the site; compared in memory, never written to any output.",
        (
            "address 1",
            "address1",
            "address line 1",
            "address line",
            "full address",
            "street",
            "street address",
            "site address",
            "facility address",
            "factory address",
            "supplier address",
            "direccion",
            "direccion completa",
            "domicilio",
            "endereco",
            "endereco completo",
            "logradouro",
            "adresse",
            "adresse complete",
            "rue",
            "anschrift",
            "strasse",
            "地址",
        ),
        level="site",
    ),
    Field(
        "admin_area",
        "text",
        "Province, state, district or municipality of the site.",
        (
            "admin area",
            "admin1",
            "adm1",
            "province",
            "state",
            "state province",
            "province state",
            "state region",
            "region",
            "district",
            "county",
            "municipality",
            "provincia",
            "estado",
            "departamento",
            "municipio",
            "uf",
            "distrito",
            "departement",
            "commune",
            "bundesland",
            "provinz",
            "省",
            "省份",
        ),
        level="site",
    ),
    Field(
        "latitude",
        "number",
        "Latitude in decimal degrees (WGS84).",
        (
            "lat",
            "latitud",
            "latitude y",
            "geo lat",
            "gps lat",
            "gps latitude",
            "lat wgs84",
            "y",
            "breitengrad",
            "breite",
            "纬度",
        ),
        level="site",
    ),
    Field(
        "longitude",
        "number",
        "Longitude in decimal degrees (WGS84).",
        (
            "lon",
            "lng",
            "long",
            "longitud",
            "longitude x",
            "geo lon",
            "geo lng",
            "gps lon",
            "gps lng",
            "gps longitude",
            "lon wgs84",
            "x",
            "laengengrad",
            "langengrad",
            "laenge",
            "经度",
        ),
        level="site",
    ),
    Field(
        "geometry",
        "geometry",
        "Outline of the site or sourcing area: WKT or GeoJSON, WGS84.",
        (
            "wkt",
            "geojson",
            "geom",
            "the geom",
            "polygon",
            "shape",
            "boundary",
            "outline",
            "geometry wkt",
            "geometria",
            "poligono",
            "geometrie",
            "polygone",
        ),
        level="site",
    ),
    Field(
        "sector",
        "category",
        "Industry code (ISIC, NACE or NAICS).",
        (
            "isic",
            "isic code",
            "nace",
            "nace code",
            "naics",
            "naics code",
            "sector code",
            "industry",
            "industry code",
            "codigo sector",
            "cnae",
            "ciiu",
            "secteur",
            "code naf",
            "code nace",
            "setor",
            "branche",
            "branchencode",
            "wirtschaftszweig",
        ),
    ),
    Field(
        "sector_scheme",
        "category",
        "Which scheme the sector code is of: isic, nace or naics.",
        (
            "sector scheme",
            "industry scheme",
            "sector code scheme",
            "industry code type",
            "classification",
        ),
    ),
    Field(
        "commodity",
        "category",
        "Harmonised System code of what is bought (2 to 10 digits).",
        (
            "hs",
            "hs code",
            "hs6",
            "hs chapter",
            "hts",
            "hts code",
            "commodity code",
            "tariff code",
            "customs code",
            "codigo hs",
            "codigo arancelario",
            "partida arancelaria",
            "ncm",
            "codigo ncm",
            "code sh",
            "code douanier",
            "zolltarifnummer",
            "warennummer",
        ),
    ),
    Field(
        "lei",
        "identifier",
        "Legal Entity Identifier (20 characters).",
        ("lei code", "legal entity identifier", "codigo lei", "code lei"),
    ),
    Field(
        "cik",
        "identifier",
        "SEC Central Index Key.",
        ("cik code", "sec cik", "central index key", "cik number"),
    ),
    Field(
        "company_number",
        "identifier",
        "Number in the national company register.",
        (
            "company no",
            "registration number",
            "registration no",
            "company registration number",
            "register number",
            "business registration number",
            "crn",
            "cnpj",
            "siren",
            "siret",
            "nit",
            "ruc",
            "cin",
            "uscc",
            "registro mercantil",
            "numero de registro",
            "handelsregisternummer",
            "hrb",
            "numero siren",
        ),
    ),
    Field(
        "os_id",
        "identifier",
        "Open Supply Hub id.",
        ("os hub id", "open supply hub id", "oar id", "osid", "open apparel registry id"),
        level="site",
    ),
    Field(
        "parent",
        "text",
        "Name of the owning group.",
        (
            "parent company",
            "parent name",
            "parent group",
            "group",
            "group name",
            "ultimate parent",
            "holding",
            "owner group",
            "matriz",
            "empresa matriz",
            "grupo",
            "groupe",
            "societe mere",
            "konzern",
            "muttergesellschaft",
        ),
    ),
    Field(
        "annual_spend",
        "number",
        "What you spend with the supplier in a year.",
        (
            "spend",
            "annual spend",
            "total spend",
            "spend 12m",
            "yearly spend",
            "purchase volume",
            "purchasing volume",
            "purchase amount",
            "invoice amount",
            "turnover with supplier",
            "gasto anual",
            "gasto",
            "compras anuales",
            "volumen de compras",
            "gasto anual total",
            "gastos anuais",
            "volume de compras",
            "depense annuelle",
            "depenses",
            "volume d achat",
            "volume d achats",
            "einkaufsvolumen",
            "jahresumsatz",
            "jahreseinkaufsvolumen",
        ),
    ),
    Field(
        "currency",
        "category",
        "Currency of annual_spend (ISO 4217).",
        (
            "currency code",
            "curr",
            "ccy",
            "spend currency",
            "waers",
            "moneda",
            "divisa",
            "moeda",
            "devise",
            "monnaie",
            "waehrung",
            "wahrung",
        ),
    ),
    Field(
        "workforce_band",
        "category",
        "Size of the firm: 1-9, 10-49, 50-249, 250-999, 1000+; a head count is put in its band.",
        (
            "workforce",
            "workforce size",
            "employees",
            "number of employees",
            "no of employees",
            "employee count",
            "headcount",
            "head count",
            "number of workers",
            "no of workers",
            "workers",
            "worker count",
            "total workers",
            "total employees",
            "staff",
            "staff count",
            "company size",
            "size band",
            "fte",
            "numero de empleados",
            "n de empleados",
            "empleados",
            "plantilla",
            "numero de trabajadores",
            "trabajadores",
            "numero de funcionarios",
            "funcionarios",
            "numero de trabalhadores",
            "trabalhadores",
            "effectif",
            "effectifs",
            "nombre d employes",
            "nombre de salaries",
            "mitarbeiterzahl",
            "anzahl mitarbeiter",
            "mitarbeiter",
            "beschaeftigte",
            "员工人数",
            "职工人数",
        ),
    ),
    Field(
        "tier",
        "category",
        "Tier in your chain: 1 is a direct supplier.",
        (
            "supplier tier",
            "tier level",
            "tier no",
            "nivel",
            "nivel de proveedor",
            "rang",
            "niveau",
            "stufe",
            "lieferantenstufe",
        ),
    ),
    Field(
        "location_is_public",
        "boolean",
        "Whether the place of the site is already public (yes or no; absent means no).",
        ("location public", "public location", "publicly disclosed", "disclosed"),
        level="site",
    ),
)

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
REQUIRED: tuple[str, ...] = tuple(field.name for field in FIELDS if field.required)


@dataclass(frozen=True)
class HeaderMatch:
    """Which column of a file feeds which field.

    Attributes:
        columns: field name to position of the column in the file, counted from 0.
        unread: positions of the columns that no field asks for.
    """

    columns: Mapping[str, int]
    unread: tuple[int, ...]


def normalise_header(header: str) -> str:
    """A header without case, accents, punctuation or runs of blanks (``LieferantenNr.`` too)."""
    folded = _CAMEL.sub(" ", unicodedata.normalize("NFKC", header))
    folded = unicodedata.normalize("NFKD", folded.casefold()).translate(_PLAIN_LETTERS)
    # Indic vowel signs are marks that carry meaning, so only Latin and Arabic ones are removed.
    folded = unicodedata.normalize("NFKC", _MARKS.sub("", folded))
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded)
    return " ".join("".join(kept).split())


@functools.cache
def _spellings() -> Mapping[str, str]:
    return {
        spelling: field.name
        for field in FIELDS
        for spelling in (normalise_header(name) for name in (field.name, *field.aliases))
    }


def match_header(header: str, mapping: Mapping[str, str]) -> str | None:
    """The field a header feeds, or None.

    Args:
        header: the header as written in the file.
        mapping: the profile's own ``columns:`` (header to field name), which goes first.
    """
    normalised = normalise_header(header)
    for own, field in mapping.items():
        if normalise_header(own) == normalised:
            return field
    return _spellings().get(normalised)


def nearest_field(header: str) -> str | None:
    """The field whose name or alias is spelled most like the header, or None if none is near."""
    spellings = _spellings()
    found = process.extractOne(
        normalise_header(header), spellings.keys(), scorer=fuzz.ratio, score_cutoff=_NEAREST_MINIMUM
    )
    return None if found is None else spellings[found[0]]


def match_headers(
    headers: Sequence[str], mapping: Mapping[str, str], drop: AbstractSet[str], where: str
) -> HeaderMatch:
    """Match all headers of a file to fields.

    A column named in ``mapping`` wins over one that only matches an alias. A file with a site
    name but no supplier name uses the site name for both.

    Args:
        headers: headers in the order of the file.
        mapping: the profile's ``columns:``, header to field name.
        drop: headers that must not be read.
        where: the file's name, for the message.

    Raises:
        DataRefusedError: two columns feed one field, or ``mapping`` names an unknown field.
    """
    for own, field in mapping.items():
        if field not in BY_NAME:
            near = nearest_field(field)
            hint = f"; the nearest field is {near!r}" if near else ""
            raise DataRefusedError(
                f"columns: maps {own!r} to {field!r}, which is not a field{hint}."
            )
    dropped = {normalise_header(name) for name in drop}
    mapped = {normalise_header(name) for name in mapping}
    explicit: dict[str, int] = {}
    by_alias: dict[str, list[int]] = {}
    for position, header in enumerate(headers):
        normalised = normalise_header(header)
        target = match_header(header, mapping)
        if normalised in dropped or target is None:
            continue
        if normalised not in mapped:
            by_alias.setdefault(target, []).append(position)
        elif target in explicit:
            raise _ambiguous(target, [headers[explicit[target]], header], where)
        else:
            explicit[target] = position
    columns = dict(explicit)
    for target, positions in by_alias.items():
        if target in explicit:
            continue
        exact = [p for p in positions if normalise_header(headers[p]) == normalise_header(target)]
        chosen = exact if len(exact) == 1 else positions
        if len(chosen) > 1:
            raise _ambiguous(target, [headers[p] for p in chosen], where)
        columns[target] = chosen[0]
    if "name" not in columns and "site_name" in columns:
        columns["name"] = columns["site_name"]
    used = set(columns.values())
    return HeaderMatch(columns, tuple(p for p in range(len(headers)) if p not in used))


def _ambiguous(field: str, headers: Sequence[str], where: str) -> DataRefusedError:
    named = " and ".join(repr(header) for header in headers[:3])
    return DataRefusedError(
        f"{where}: the columns {named} both mean {field}; keep one with "
        f"--drop COLUMN or name it under columns: in the profile."
    )
