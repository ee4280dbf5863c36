"""E-mail addresses and telephone numbers inside a text, also written to escape a search.

No value leaves this module: it answers yes or no.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_LOCAL = r"[A-Za-z0-9][A-Za-z0-9._%+-]*"
_TOP = r"(?:com|net|org|info|biz|edu|gov|[a-z]{2})"
_AT = r"(?:\s*[\[({<]\s*(?:at|@|arroba|chez|ät|bei)\s*[\])}>]\s*)"
_DOT = r"(?:\s*[\[({<]\s*(?:dot|\.|punkt|punto|ponto|point|nokta)\s*[\])}>]\s*|\s+dot\s+|\.)"
#: "." written out, also without brackets, which counts after "@" written out only.
_DOT_WORD = r"(?:\s+(?:dot|punto|ponto|point|punkt|nokta|kropka|точка)\s+|" + _DOT + ")"
#: "@" written out in a word that means little else.
_AT_WORD = r"\s+(?:arroba|chiocciola|arobase|małpa|собака)\s+"
_EMAILS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_LOCAL}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{{2,}}",
        rf"{_LOCAL}\s?@\s?[a-z0-9-]+\s?\.\s?(?:[a-z0-9-]+\s?\.\s?)?{_TOP}\b",
        rf"{_LOCAL}{_AT}[a-z0-9-]+(?:{_DOT}[a-z0-9-]+)+",
        rf"{_LOCAL}@[a-z0-9-]+(?:{_DOT}[a-z0-9-]+)+",
        rf"{_LOCAL}[._-]{_LOCAL}\s+at\s+[a-z0-9-]+\s+dot\s+{_TOP}\b",
        rf"\b[a-z0-9]+\s+at\s+(?:gmail|yahoo|hotmail|outlook|qq|163|mail)\s+dot\s+{_TOP}\b",
        rf"{_LOCAL}(?:{_AT}|{_AT_WORD})[a-z0-9-]{{3,}}(?:{_DOT_WORD}[a-z0-9-]+)*?{_DOT_WORD}{_TOP}\b",
        # "(a)" also numbers paragraphs, so a letter opens the name and a domain ends it.
        rf"\b[a-z][\w.+-]*\s*[\[({{<]\s*[aà]\s*[\])}}>]\s*[a-z0-9-]{{3,}}(?:{_DOT_WORD}[a-z0-9-]+)*?"
        rf"{_DOT_WORD}{_TOP}\b",
        # Names of companies ("Fun at Work dot Com Ltd") are not written in small letters.
        rf"(?-i:\b[a-z][a-z0-9]+\s+at\s+[a-z0-9-]{{3,}}\s+dot\s+(?:[a-z]+\s+dot\s+)?{_TOP})\b"
        r"(?!\s+(?:ltd|limited|inc|llc|gmbh|co|pvt)\b)",
    )
)
#: What every e-mail address has, however it is written: a sieve in the dialect of polars.
EMAIL_SIEVE = (
    r"(?i)@|[\[({<]\s*(?:at|arroba|chez|ät|bei|a|à)\s*[\])}>]|\sdot\s|"
    r"\s(?:arroba|chiocciola|arobase|małpa|собака)\s"
)
#: At least eight digits with at most three signs between two: a sieve in the dialect of polars.
PHONE_SIEVE = r"\d(?:[\s().\-/]{0,3}\d){7,}"
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9.,])(?:\+|00)?[\s(]{0,2}\d(?:[\s().\-/]{0,3}\d){7,15}(?![A-Za-z0-9])"
)
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|-?\d{1,3}\.\d{4,}|\d+(?:\.\d{3})+"
)
_TEL = re.compile(
    r"(?:tel|telephone|phone|ph|mob|mobile|cell|cel|whatsapp|wa|hp|fone|fon|telefon|telefono|"
    r"telefone|handy|movil|gsm|sdt|dt|call|contact|电话|手机|電話|फोन|मोबाइल|ফোন|মোবাইল|"
    r"هاتف|جوال|тел)\W*(?:no|nr|n°|number|num)?\W*$",
    re.IGNORECASE,
)
_REGISTERED = re.compile(
    r"(?:acn|abn|arbn|reg|regn|registration|registre|registro|rc|rcs|siren|siret|ruc|nit|rut|cuit|"
    r"cnpj|cin|gst|gstin|tin|vat|iva|nif|cif|nip|krs|regon|vkn|mersis|ein|fein|cr|ubn|uen|brn|"
    r"crn|company|plot|survey|lot|mst|npwp|inn|ogrn|инн|огрн|税号|注册号|no|nr|num|id|code|"
    r"licen[cs]e|lic|permit|batch|hs|upi|duns|lei)\W*(?:no|nr|n°|number|num)?\W*$",
    re.IGNORECASE,
)
#: Companies that are named by their number (Canada, Australia, New Zealand, Hong Kong).
_NUMBERED = re.compile(
    r"^\s*(?:canada|ontario|alberta|quebec|québec|manitoba|saskatchewan|b\.?c\.?|nova scotia|"
    r"nwt|yukon|pty|ltd|limited|inc|corp|llc|holdings)\b",
    re.IGNORECASE,
)
#: Where numbers of the row's country give nothing: those of countries with most supplier lists.
_COUNTRIES = """
    BD IN PK CN VN ID TR EG MY TH PH KH MM LK NP MX BR CO PE AR CL GB DE FR IT ES PT NL BE PL
    RO MA TN KE ET ZA NG GH CI SA AE JO
"""
_USUAL = tuple(_COUNTRIES.split())
_FEWEST = 8


def has_email(text: str) -> bool:
    """Whether a text holds an e-mail address: plain, with blanks, or as "name (at) x [dot] com"."""
    tokens = text.split()
    if "@" in tokens and sum(len(token) == 1 for token in tokens) >= 8:
        text = re.sub(r"(?<=\b\w|[@.]) (?=[\w@.])", "", re.sub(r"(?<=\w) (?=\w\b)", "", text))
        text = text.replace(" ", "") if " " in text else text
    return any(pattern.search(text) for pattern in _EMAILS)


def has_phone(text: str, region: str | None) -> bool:
    """Whether a text holds the telephone number of a person or an office.

    Free, shared-cost and premium numbers are those of companies' hotlines and do not count.

    Args:
        text: plain text.
        region: ISO 3166 code of the country where the text is from, if it is known.
    """
    return any(_is_phone(number, before, after, region) for number, before, after in _numbers(text))


def _numbers(text: str) -> Iterator[tuple[str, str, str]]:
    for match in _DIGITS.finditer(text):
        if not _DATE.fullmatch(match[0].strip()):
            yield match[0].strip(), text[: match.start()], text[match.end() :]


def _is_phone(number: str, before: str, after: str, region: str | None) -> bool:
    digits = sum(c.isdigit() for c in number)
    is_announced = _TEL.search(before) is not None
    if number.startswith(("+", "00")) and _is_valid("+" + number.lstrip("+0 ("), None):
        return True
    if not is_announced and (_REGISTERED.search(before) or _NUMBERED.match(after)):
        return False
    if digits > 13:
        return False
    if is_announced:
        return digits >= _FEWEST and not _is_free(number, region)
    regions = [region] if region is not None else _USUAL
    compact = "".join(c for c in number if c.isdigit())
    if any(mobile_shape(one).fullmatch(compact) for one in regions if mobile_shape(one)):
        return region is not None or compact.startswith("0") or digits == 11
    is_written_as_phone = number.startswith(("0", "("))
    return is_written_as_phone and (
        any(_is_valid(number, one) for one in regions) and not _is_free(number, region)
    )


@functools.lru_cache(maxsize=50_000)
def _is_valid(number: str, region: str | None) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) and not _is_hotline(parsed)


def _is_free(number: str, region: str | None) -> bool:
    import phonenumbers

    try:
        return _is_hotline(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def _is_hotline(parsed: PhoneNumber) -> bool:
    import phonenumbers

    of_companies = {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.UAN,
    }
    return phonenumbers.number_type(parsed) in of_companies


@functools.cache
def mobile_shape(region: str | None) -> re.Pattern[str]:
    """Digits of a mobile number as they are dialled in a country; nothing matches where unknown."""
    import phonenumbers

    if region is None or region not in phonenumbers.SUPPORTED_REGIONS:
        return re.compile(r"(?!)")
    known = phonenumbers.PhoneMetadata.metadata_for_region(region)
    pattern = (
        None if known is None or known.mobile is None else known.mobile.national_number_pattern
    )
    if known is None or not pattern:
        return re.compile(r"(?!)")
    trunk = known.national_prefix_for_parsing or known.national_prefix or ""
    # A trunk prefix with groups also rewrites the number; the plain one then serves.
    simple = trunk if "(" not in trunk else known.national_prefix or ""
    prefix = f"(?:{simple})?" if simple else ""
    return re.compile(f"(?:(?:00)?{known.country_code})?{prefix}(?:{pattern})")
