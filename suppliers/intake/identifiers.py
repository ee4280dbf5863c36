"""Identifiers and other short codes of companies, as lists write them."""

import re


def parse_currency(text: str) -> str | None:
    """Three letters (ISO 4217), or None."""
    code = text.strip().upper()
    return code if re.fullmatch(r"[A-Z]{3}", code) else None


def parse_lei(text: str) -> str | None:
    """A Legal Entity Identifier with the right check digits, or None."""
    from stdnum import lei

    code = lei.compact(text).upper()
    # The remainder of a division by 97 gives check digits from 02 to 98 (ISO 7064, MOD 97-10).
    return code if lei.is_valid(code) and "02" <= code[-2:] <= "98" else None


def parse_register_number(text: str) -> str | None:
    """A number of a company register as written, or None without a digit."""
    return text if re.search(r"\d", text) else None


def parse_duns(text: str) -> str | None:
    """A D-U-N-S number: nine digits, which spreadsheets shorten by zeros in front."""
    digits = re.sub(r"^(?i:d-?u-?n-?s)\W*|[\s.-]|\.0$", "", text.strip())
    if not re.fullmatch(r"\d{7,9}", digits) or len(set(digits)) == 1:
        return None
    return digits.zfill(9)


def parse_cik(text: str) -> str | None:
    """A Central Index Key of ten digits, or None."""
    digits = re.sub(r"^(?i:cik)\s*|\.0$", "", text.strip())
    return digits.zfill(10) if re.fullmatch(r"\d{1,10}", digits) else None


def parse_os_id(text: str) -> str | None:
    """An Open Supply Hub id of 15 characters, or None."""
    code = text.strip().upper()
    return code if re.fullmatch(r"[A-Z]{2}\d{7}[A-Z0-9]{6}", code) else None


def parse_tier(text: str) -> int | None:
    """A tier from 0 to 20, also as ``Tier 1``, or None."""
    found = re.fullmatch(r"(?i:(?:tier|t|nivel|rang|stufe)\s*)?(\d{1,2})(?:\.0)?", text.strip())
    return int(found[1]) if found and int(found[1]) <= 20 else None
