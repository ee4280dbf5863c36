"""Synthetic supplier lists as purchasing systems and people write them, with what is true.

Every export has 60 rows: 58 suppliers, one row without a name and one repetition. Companies are
invented. Towns are those of the gazetteer, so the measurement is of the reading of lists;
`towns` measures the gazetteer against real addresses. Wordings are those of
`tests/cases/list_wordings.csv`, of both halves.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import xlsxwriter

from suppliers.places.gazetteer import Town, towns_of

ROWS = 60
WORDINGS = Path(__file__).resolve().parents[1] / "tests" / "cases" / "list_wordings.csv"

Layout = Literal["csv", "semicolon", "tab", "workbook", "sheets"]
_ROOTS = (
    "Alvara", "Borun", "Cestal", "Dorvane", "Elmira", "Fentor", "Garuda", "Helix", "Ibero",
    "Jasmin", "Kestrel", "Lumen", "Marisol", "Nortex", "Orvalis", "Pradana", "Quantor", "Rivela",
    "Solenne", "Tamarind",
)  # fmt: skip
_KINDS = ("Works", "Mills", "Industries", "Trading")
_LEAST_INHABITANTS = 20_000


@dataclass(frozen=True)
class Supplier:
    """What is true of one supplier of an export.

    Attributes:
        number: id in the list.
        name: invented.
        country: as the list writes it.
        iso2: what it means.
        town: of the gazetteer.
        sector: as the list writes it.
        division: ISIC division that it means.
    """

    number: str
    name: str
    country: str
    iso2: str
    town: Town
    sector: str
    division: str


@dataclass(frozen=True)
class Export:
    """How one system or person writes a list.

    Attributes:
        id: short name.
        language: of the sectors in words, and of the headers unless `headers` says otherwise.
        layout: form of the file.
        encoding: of text files.
        countries: country as written to ISO2 code.
        headers: whose headers are used.
        codes: sector codes as written to ISIC division, in place of words.
        code_field: field of the codes.
    """

    id: str
    language: str
    layout: Layout
    encoding: str
    countries: Mapping[str, str]
    headers: str
    codes: Mapping[str, str] | None = None
    code_field: str = "sector"


def _of(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): code.strip() for name, _, code in pairs}


_ISO2 = _of("BD=BD;CN=CN;VN=VN;IN=IN;TR=TR;BR=BR;MX=MX")
_ISO3 = _of("BGD=BD;CHN=CN;VNM=VN;IND=IN;TUR=TR;BRA=BR;MEX=MX;IDN=ID")
_ENGLISH = _of(
    "Bangladesh=BD;China=CN;Viet Nam=VN;India=IN;Türkiye=TR;Brazil=BR;Mexico=MX;Pakistan=PK"
)
_UNSPSC = _of("53101500=14;53111600=15;43211500=26;56101700=31;51101500=21;44121600=")
_NAICS = _of("315210=14;313110=13;311710=10;337122=31;321113=16;561320=N;236220=41")
_US_SIC = _of("2321=14;2211=13;2086=11;2511=31;3111=15;7381=80;3674=26")
_ISIC = _of("1410=14;1311=13;1020=10;3100=31;1610=16;0311=03;2610=26")

EXPORTS: tuple[Export, ...] = (
    Export("ariba", "en", "csv", "utf-8-sig", _ENGLISH, "ariba", _UNSPSC, "commodity"),
    Export("coupa", "en", "csv", "utf-8", _ISO3, "coupa"),
    Export("sap", "en", "tab", "utf-16", _ISO2, "sap"),
    Export("oracle", "en", "csv", "utf-8", _ISO2, "oracle", _US_SIC),
    Export("jaggaer", "en", "workbook", "", _ENGLISH, "jaggaer", _NAICS),
    Export("ecovadis", "en", "workbook", "", _ENGLISH, "ecovadis", _ISIC),
    Export("openhub", "en", "csv", "utf-8", _ISO2, "openhub"),
    Export(
        "german", "de", "sheets", "",
        _of("Bangladesch=BD;VR China=CN;Türkei=TR;Indien=IN;Polen=PL;Vietnam=VN;Marokko=MA"), "de",
    ),
    Export(
        "french", "fr", "semicolon", "cp1252",
        _of("Bangladesh=BD;Chine=CN;Turquie=TR;Maroc=MA;Inde=IN;Tunisie=TN;Espagne=ES"), "fr",
    ),
    Export(
        "spanish", "es", "workbook", "",
        _of("México=MX;Perú=PE;China=CN;India=IN;Brasil=BR;España=ES;Turquía=TR"), "es",
    ),
    Export(
        "portuguese", "pt", "semicolon", "utf-8",
        _of("Brasil=BR;Portugal=PT;China=CN;Índia=IN;Turquia=TR;Vietnã=VN;Moçambique=MZ"), "pt",
    ),
    Export(
        "italian", "it", "sheets", "",
        _of("Cina=CN;Italia=IT;Turchia=TR;India=IN;Romania=RO;Tunisia=TN;Bangladesh=BD"), "it",
    ),
    Export(
        "dutch", "nl", "semicolon", "utf-8",
        _of("China=CN;India=IN;Turkije=TR;Polen=PL;Indonesië=ID;Vietnam=VN;Spanje=ES"), "nl",
    ),
    Export(
        "polish", "pl", "semicolon", "cp1250",
        _of("Chiny=CN;Indie=IN;Turcja=TR;Polska=PL;Wietnam=VN;Bangladesz=BD;Niemcy=DE"), "pl",
    ),
    Export(
        "turkish", "tr", "semicolon", "cp1254",
        _of("Türkiye=TR;Çin=CN;Hindistan=IN;Bangladeş=BD;Mısır=EG;Pakistan=PK"), "tr",
    ),
    Export(
        "vietnamese", "vi", "workbook", "",
        _of("Việt Nam=VN;Trung Quốc=CN;Ấn Độ=IN;Thái Lan=TH;Campuchia=KH"), "vi",
    ),
    Export(
        "indonesian", "id", "csv", "utf-8",
        _of("Indonesia=ID;Tiongkok=CN;India=IN;Vietnam=VN;Malaysia=MY;Thailand=TH"), "id",
    ),
    Export(
        "chinese", "zh", "csv", "gb18030",
        _of("中国=CN;越南=VN;孟加拉国=BD;柬埔寨=KH;印度=IN;印度尼西亚=ID"), "zh",
    ),
    Export("bengali", "bn", "workbook", "", _of("বাংলাদেশ=BD;ভারত=IN;চীন=CN;পাকিস্তান=PK"), "bn"),
    Export(
        "arabic", "ar", "csv", "utf-8",
        _of("مصر=EG;الأردن=JO;المغرب=MA;الصين=CN;تركيا=TR;الهند=IN"), "ar",
    ),
)  # fmt: skip


def is_held_out(kind: str, language: str, text: str) -> bool:
    """Whether a wording is of the half whose errors are not opened."""
    return hashlib.sha256(f"{kind}|{language}|{text}".encode()).digest()[0] % 2 == 1


def wordings() -> list[dict[str, str]]:
    """All wordings: kind, language, text, meaning."""
    return list(csv.DictReader(WORDINGS.read_text(encoding="utf-8").splitlines()))


def write_export(export: Export, folder: Path) -> tuple[Path, list[Supplier]]:
    """Write one list of 60 rows.

    Returns:
        The file, and what is true of its 58 suppliers.
    """
    digest = hashlib.sha256(export.id.encode()).digest()
    generator = np.random.default_rng(int.from_bytes(digest[:4], "big"))
    suppliers = _suppliers(export, generator)
    fields = ["supplier_id", "name", "country", "town", "admin_area", export.code_field]
    headers = [_header(export, field, generator) for field in fields]
    rows = [
        [
            one.number,
            one.name,
            one.country,
            one.town.name,
            one.town.state if generator.random() < 0.7 else "",
            one.sector,
        ]
        for one in suppliers
    ]
    rows.append(["99999", "", *rows[0][2:]])
    rows.append(list(rows[1]))
    if export.layout in ("workbook", "sheets"):
        path = folder / f"{export.id}.xlsx"
        _write_workbook(path, headers, rows, sheets=3 if export.layout == "sheets" else 1)
        return path, suppliers
    delimiter = {"csv": ",", "semicolon": ";", "tab": "\t"}[export.layout]
    path = folder / f"{export.id}.{'tsv' if export.layout == 'tab' else 'csv'}"
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([headers, *rows])
    # Old encodings have no letters for every town.
    path.write_bytes(text.getvalue().encode(export.encoding, errors="replace"))
    return path, suppliers


def _suppliers(export: Export, generator: np.random.Generator) -> list[Supplier]:
    words = export.codes or {
        one["text"]: one["meaning"]
        for one in wordings()
        if one["kind"] == "sector" and one["language"] == export.language
    }
    sectors, countries = list(words), list(export.countries)
    found = []
    for at in range(ROWS - 2):
        country = countries[int(generator.integers(len(countries)))]
        iso2 = export.countries[country]
        towns = [
            town
            for town in towns_of(iso2).towns
            if town.state
            and town.inhabitants >= _LEAST_INHABITANTS
            and _is_written(town.name, export.encoding)
        ]
        sector = sectors[int(generator.integers(len(sectors)))]
        found.append(
            Supplier(
                number=str(10_001 + at),
                name=f"{_ROOTS[at % len(_ROOTS)]} {_KINDS[at // len(_ROOTS)]}",
                country=country,
                iso2=iso2,
                town=towns[int(generator.integers(len(towns)))],
                sector=sector,
                division=words[sector],
            )
        )
    return found


def _is_written(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _header(export: Export, field: str, generator: np.random.Generator) -> str:
    fitting = [
        one["text"]
        for one in wordings()
        if one["kind"] == "header" and one["meaning"] == field and one["language"] == export.headers
    ]
    if not fitting:
        return field
    text = fitting[int(generator.integers(len(fitting)))]
    return f"{text} (custom)" if export.headers == "ariba" else text


def _write_workbook(
    path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]], *, sheets: int
) -> None:
    """A title above the header, and countries merged over the rows that share them."""
    size = -(-len(rows) // sheets)
    with xlsxwriter.Workbook(path) as book:
        for number in range(sheets):
            part = sorted(rows[number * size : (number + 1) * size], key=lambda row: row[2])
            sheet = book.add_worksheet(f"List {number + 1}")
            sheet.merge_range(0, 0, 0, len(headers) - 1, "Suppliers 2025")
            sheet.write_row(2, 0, headers)
            for at, row in enumerate(part, start=3):
                for column, cell in enumerate(row):
                    if column != 2 or sheets == 1:
                        sheet.write_string(at, column, cell)
            if sheets > 1:
                _merge_countries(sheet, [row[2] for row in part])


def _merge_countries(sheet: xlsxwriter.worksheet.Worksheet, countries: Sequence[str]) -> None:
    first = 0
    for at in range(1, len(countries) + 1):
        if at < len(countries) and countries[at] == countries[first]:
            continue
        if at - first > 1:
            sheet.merge_range(first + 3, 2, at + 2, 2, countries[first])
        else:
            sheet.write_string(first + 3, 2, countries[first])
        first = at
