"""Persons whom an address names: who receives for a company, and whose home it is.

Streets are named after persons as well ("Jalan Ahmad Yani"), so that only what a mark announces
counts: "c/o", "attn", "s/o", or a title before a name.
"""

from __future__ import annotations

import re

from suppliers.intake.name_columns import has_word_of_company, is_word_of_name
from suppliers.intake.sole_traders import OFFICE

_MARK = re.compile(
    r"(?:\batt(?:n|ention)?\b\.?|\bz\.?\s?hd\.?(?:\s?v\.?)?|\bzu h[äa]nden\b|\bc\s?/\s?o\b"
    r"|[àa] l['’]att(?:ention|n)?\.? de\b|\bchez (?=m(?:me|lle|\.)? )|\bp\.?\s?adr\."
    r"|\ba la atenci[oó]n de\b|\batenci[oó]n\b|\bat['’]?n\b|\baos? cuidados? (?:de|do|da)\b"
    r"|\ba\s?/\s?c\b|\ball['’ ]?attenzione (?:di|del|della)\b|\bpresso (?=(?:sig|famiglia)\b)"
    r"|\bt\.a\.v\.|\bter attentie van\b|\bdo r[ąa]k\b|\bk ruk[áa]m\b|\b[îi]n aten[țt]ia\b"
    r"|\br[ée]sz[ée]re\b|\bdikkatine\b|\bilgili(?: ki[şs]i)?\b|\byetkili\b"
    r"|\bkepada(?: yth)?\b\.?|\bu\.?p\.?(?=\s*[:.]?\s*(?:bapak|ibu|sdr)\b)|\bk[ií]nh g[ửu]i\b"
    r"|\b[swdhf]\s?/\s?o\b\.?|\b(?:son|daughter|wife|widow|house|home|residence) of\b"
    r"|\bcontact(?: person)?\s*:|\bansprechpartner(?:in)?\b|\bcontacto\s*:|\bcontato\s*:"
    r"|\bresp(?:onsable|ons[áa]vel|onsabile)?\s*[.:]|\breferente\s*:|\bkontakt\s*:"
    r"|\bproprietor\b|\bprop\s*[.:]|вниманию|для передачи|до рук|контактн\w+ лицо|υπόψη"
    r"|收件人|联系人|聯絡人|转交|様方|気付|द्वारा|मार्फत|पुत्र|पत्नी|মারফত|প্রযত্নে|عناية|بيد|معرفت"
    r"|ฝากส่ง|ผู้ติดต่อ)\s*[:：.\-]?\s*",
    re.IGNORECASE,
)
#: Titles that are no word of a town or a street ("Pan An County", "Nang Tinh Ward").
_TITLE = re.compile(
    r"^(?:mr|mrs|ms|miss|mme|mlle|sra|srta|shri|smt|kumari|bapak|herr|frau|señora?|senhora?|"
    r"monsieur|madame|signora?|श्री|श्रीमती)\b\.?\s+(\S.*)$",
    re.IGNORECASE,
)
_PIECES = re.compile(r"[,;|/()\n\d#–—、，；]+|\s-\s")


def address_names_person(address: str) -> bool:
    """Whether an address names a person to whom something goes, or in whose home it is."""
    for mark in _MARK.finditer(address):
        to = _PIECES.split(address[mark.end() :], maxsplit=1)[0].strip()
        if to and _is_person(to):
            return True
    return any(
        (titled := _TITLE.match(piece.strip())) is not None and _is_person(titled[1])
        for piece in _PIECES.split(address)
    )


def _is_person(to: str) -> bool:
    titled = _TITLE.match(to)
    plain = titled[1] if titled is not None else to
    if OFFICE.search(plain) or has_word_of_company(plain):
        return False
    return any(len(word) > 1 and is_word_of_name(word) for word in plain.split())
