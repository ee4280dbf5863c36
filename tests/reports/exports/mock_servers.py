"""Stand-ins for systems that imports go to, with the rules that their documentation states."""

import csv
import io
import json
import re
from typing import Any


def ariba_answer(body: str) -> tuple[int, str]:
    """Status and message of `PATCH /suppliers`, in the words of its error messages."""
    suppliers: list[dict[str, Any]] = json.loads(body)
    if len(suppliers) > 100:
        return 400, "You cannot submit more than 100 records at a time"
    for supplier in suppliers:
        if not supplier.get("smVendorId"):
            return 400, "smVendorId should not be empty"
        if not supplier.get("customFields"):
            return 400, f"CustomFields should not be empty for smVendorID {supplier['smVendorId']}"
        for field in supplier["customFields"]:
            if set(field) != {"fieldName", "value"}:
                return 400, f"unknown parts of a custom field: {sorted(field)}"
    return 200, f"{len(suppliers)}"


def coupa_import(
    content: bytes, present: dict[str, str], custom_fields: set[str]
) -> dict[str, dict[str, str]]:
    """What a suppliers import stores, by supplier number.

    Args:
        content: of the file.
        present: names of the suppliers in Coupa by number.
        custom_fields: prompts of the custom fields of the instance.
    """
    assert not content.startswith(b"\xef\xbb\xbf"), "a byte-order mark"
    assert all(line.startswith(b'"') for line in content.splitlines()), "a field without quotes"
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    names = [row["Name*"] for row in rows]
    assert len(set(names)) == len(names), "a name that is not unique"
    stored = {}
    for row in rows:
        assert 0 < len(row["Name*"]) <= 100, "a name of a length that is not allowed"
        assert present[row["Supplier Number"]] == row["Name*"], "the import would change a name"
        own = {name: text for name, text in row.items() if name not in ("Name*", "Supplier Number")}
        assert set(own) <= custom_fields, "a column that is no custom field"
        stored[row["Supplier Number"]] = own
    return stored


#: Fields of SupplierRiskScore that the export fills: longest text, or None for other kinds.
_SALESFORCE = {
    "Name": 80, "SupplierId": 255, "Category": 255, "Subcategory": 255, "RawScore": 255,
    "NormalizedScore": None, "ScoreRationale": 32_000, "AsOfDate": None, "SourceSystemName": 255,
}  # fmt: skip
_SALESFORCE_BYTES = 100 * 1024 * 1024
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?(?:Z|[+-]\d{2}:\d{2})")


def salesforce_ingest(content: bytes) -> list[dict[str, str | None]]:
    """What an ingest job of Bulk API 2.0 stores for SupplierRiskScore; None for `#N/A`.

    By "Prepare CSV Files" and "Valid Date Format in Records" of its documentation: UTF-8, at most
    100 MB, one line ending, field names in the first row, fields in quotes where they hold a comma,
    a quotation mark or a line end, no blank beside a quotation mark, empty fields left as they are.
    """
    assert len(content) <= _SALESFORCE_BYTES, "more than 100 MB"
    assert not content.startswith(b"\xef\xbb\xbf"), "a byte-order mark"
    (names, *rows) = _strict_rows(content.decode("utf-8"))
    assert set(names) <= set(_SALESFORCE), "a column that is no field of the object"
    stored = []
    for row in rows:
        assert len(row) == len(names), "a row with another number of fields"
        record = dict(zip(names, row, strict=True))
        for name, value in record.items():
            longest = _SALESFORCE[name]
            assert longest is None or len(value) <= longest, f"{name}: data value too large"
        assert record["Name"], "a required field is missing: Name"
        assert _DATE_TIME.fullmatch(record["AsOfDate"]), "AsOfDate is no date with a time"
        assert record["NormalizedScore"] in ("", "#N/A") or float(record["NormalizedScore"]) >= 0
        stored.append(
            {name: None if text == "#N/A" else text for name, text in record.items() if text}
        )
    return stored


def _strict_rows(text: str) -> list[list[str]]:
    """Rows of a CSV file with no freedom: csv reads blanks and quotation marks more loosely."""
    field = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n]*)')
    end = "\r\n" if "\r\n" in text else "\n"
    rows: list[list[str]] = [[]]
    at = 0
    while at < len(text):
        found = field.match(text, at)
        assert found is not None
        quoted, plain = found.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        at = found.end()
        if text.startswith(",", at):
            at += 1
        elif text.startswith(end, at):
            at += len(end)
            rows.append([])
        else:
            assert at == len(text), f"a mark beside a quoted field: {text[at : at + 10]!r}"
    return [row for row in rows if row]
