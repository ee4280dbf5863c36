"""Stand-ins for systems that imports go to, with the rules that their documentation states."""

import csv
import io
import json
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
