"""Custom fields of suppliers for SAP Ariba Supplier Risk: request bodies of its API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reports.exports.export import UNKNOWN, Export, ExportFile, cut, note
from reports.exports.published_run import PublishedRun, band_text, reason_text, usable_score

SUPPLIERS_PER_REQUEST = 100
TEXT = 255


def _make(run: PublishedRun) -> ExportFile:
    suppliers = [_supplier(row, run) for row in run.ranked.iter_rows(named=True)]
    requests = [
        suppliers[start : start + SUPPLIERS_PER_REQUEST]
        for start in range(0, len(suppliers), SUPPLIERS_PER_REQUEST)
    ]
    lines = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in requests)
    unknown = sum(usable_score(row) is None for row in run.ranked.iter_rows(named=True))
    shortened = sum(len(reason_text(row)) > TEXT for row in run.ranked.iter_rows(named=True))
    return ExportFile(
        lines.encode(),
        len(suppliers),
        (
            *note(len(requests), f"request bodies of up to {SUPPLIERS_PER_REQUEST} suppliers"),
            *note(unknown, f"suppliers whose score is {UNKNOWN}"),
            *note(shortened, f"reasons cut to {TEXT} characters"),
        ),
    )


def _supplier(row: Mapping[str, Any], run: PublishedRun) -> dict[str, Any]:
    score = usable_score(row)
    fields = {
        "Understory priority": band_text(row, UNKNOWN),
        "Understory score": UNKNOWN if score is None else f"{score:.1f}",
        "Understory evidence coverage": f"{100 * row['evidence_coverage']:.0f} %",
        "Understory reason": cut(reason_text(row), TEXT),
        "Understory as of": run.as_of.isoformat(),
    }
    return {
        "smVendorId": row["supplier_id"],
        "customFields": [{"fieldName": name, "value": value} for name, value in fields.items()],
    }


EXPORT = Export(
    name="ariba",
    file="supplier_custom_fields_ariba.jsonl",
    entries="suppliers",
    content="custom fields of SAP Ariba Supplier Risk, one body of `PATCH /suppliers` a line",
    confirmed="Risk Category Information API for Supplier Risk Exposure, 2608 (help.sap.com): the "
    "endpoint; `smVendorId`, `customFields`, `fieldName` and `value`; at most 100 suppliers a "
    "request; at most 300 custom fields; the fields are to be configured first; no personal data. "
    "SAP Ariba itself says Unknown where information is too little for a risk exposure.",
    assumed=f"That a body is a list of suppliers; that values are text; {TEXT} characters a value. "
    "Without `--ids`, the ids of your list are SM Vendor IDs.",
    limits=(
        "A supplier without a score has `Unknown` as priority and as score, so that no earlier "
        "score stays. Give `Unknown` no risk exposure when you configure the field.",
        "A contested supplier has `Contested, under review` and no score.",
        "Configure the fields as information only, unless you have validated the score for the "
        "decision that the risk exposure is used for.",
    ),
    make=_make,
    takes_ids=True,
)
