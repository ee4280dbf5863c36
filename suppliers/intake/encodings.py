"""Decode the bytes of a text table."""

import re

from charset_normalizer import from_bytes

from suppliers.input_errors import DataRejectedError

_SAMPLE_BYTES = 200_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CANDIDATES = [
    "gb18030",
    "big5",
    "shift_jis",
    "euc_kr",
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1258",
    "cp874",
    "iso8859_15",
]
# Control characters but tab and line ends, the byte order mark, and marks of no width.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\ufeff]")
# What letters of other encodings look like when read as cp1252: signs inside words, and the
# Icelandic letters in the places of the Turkish ones.
_ODD_IN_WORDS = re.compile("[^\\W\\d_][£³¿¹¼¾¥ª¯±¢µ¶¡Ÿ¬\ufffd]|[£³¿¼¾¥¯¶¡][^\\W\\d_]")
_TURKISH_AS_WESTERN = re.compile("[ÐÝÞðýþ]")


def decode(content: bytes, where: str) -> str:
    """The text of a table file in whichever common encoding, without control characters.

    Raises:
        DataRejectedError: the bytes are no text.
    """
    encoding = _encoding(content)
    if encoding is None:
        raise DataRejectedError(
            f"{where}: the file is not readable as text; save it as CSV in UTF-8."
        )
    # The sample decides; a rare byte outside the encoding must not lose the whole list.
    return strip_control(content.decode(encoding, errors="replace"))


def strip_control(text: str) -> str:
    """The text without control and zero-width characters; C1 and NUL act as blanks."""
    return _CONTROL.sub(lambda m: "" if m[0] in "\u200b\u200e\u200f\ufeff" else " ", text)


def _encoding(content: bytes) -> str | None:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return encoding
    sample = content[:_SAMPLE_BYTES]
    nulls_even, nulls_odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(nulls_even, nulls_odd) > len(sample) * 0.15:
        return "utf-16-le" if nulls_odd > nulls_even else "utf-16-be"
    if b"\x00" in sample:
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # One broken byte in a long UTF-8 list is no reason to read all accents wrongly.
        if _mostly_utf8(content, error.start):
            return "utf-8"
    else:
        return "utf-8"
    return _legacy(content)


def _mostly_utf8(content: bytes, first_fault: int) -> bool:
    text = content.decode("utf-8", errors="replace")
    faults = text.count("�")
    wide = sum(1 for character in text if ord(character) > 127) - faults
    return first_fault > 0 and wide >= 10 * faults


def _legacy(content: bytes) -> str | None:
    # ASCII rows say nothing about the encoding, so only the lines with high bytes are weighed.
    lines = [line for line in content.splitlines() if any(byte > 127 for byte in line)]
    sample = b"\n".join(lines)[:_SAMPLE_BYTES]
    high = sum(1 for byte in sample if byte > 127)
    pairs = len(re.findall(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]", sample))
    doubles = len(re.findall(rb"(?:[\x81-\xfe]{2})+", sample))
    lone = len(re.findall(rb"(?<![\x81-\xfe])[\x81-\xfe](?![\x81-\xfe])", sample))
    if lone > max(pairs - lone, doubles) and lone * 2 > high:
        # Accents stand alone between ASCII letters: a European single-byte encoding.
        western = sample.decode("cp1252", errors="replace")
        if not _ODD_IN_WORDS.search(western):
            return "cp1254" if _TURKISH_AS_WESTERN.search(western) else "cp1252"
        candidates = [name for name in _CANDIDATES if name.startswith(("cp", "iso"))]
    else:
        candidates = _CANDIDATES
    best = from_bytes(sample, cp_isolation=candidates, threshold=0.6).best()
    if best is not None:
        return best.encoding
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1" if high < len(content) * 0.3 else None
    return "cp1252"
