"""A run as a document of PROV."""

from __future__ import annotations

import json
import re
from typing import Any

from reports.data_dictionary import output_files
from reports.exports.export import Export, ExportFile, note
from reports.exports.lineage import UsedFile, used_files
from reports.exports.published_run import PublishedRun

#: What a local part of a qualified name may not hold.
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def _make(run: PublishedRun) -> ExportFile:
    used = used_files(run)
    activity, program = f"us:run-{run.run_id}", "us:understory"
    files = {f"us:raw-{number}": file for number, file in enumerate(used, start=1)}
    outputs = {f"us:output-{_NOT_IN_NAME.sub('-', path)}": path for path in sorted(run.sizes)}
    publishers = sorted({file.publisher for file in used if file.publisher is not None})
    agents = {name: f"us:publisher-{number}" for number, name in enumerate(publishers, start=1)}
    code = run.manifest["code"]
    document = {
        "prefix": {"us": "urn:understory:", "dcterms": "http://purl.org/dc/terms/"},
        "activity": {
            activity: {
                "prov:startTime": run.manifest["started_at"],
                "prov:endTime": run.manifest["finished_at"],
                "prov:label": f"{run.title}, as of {run.as_of.isoformat()}",
                "us:identity": run.manifest["identity"],
                "us:isSynthetic": _typed(str(run.is_synthetic).lower(), "xsd:boolean"),
            }
        },
        "agent": {
            program: {
                "prov:type": _typed("prov:SoftwareAgent", "prov:QUALIFIED_NAME"),
                "prov:label": f"Understory {code['understory']}",
                "us:commit": str(code.get("commit")),
            },
            **{
                agent: {
                    "prov:type": _typed("prov:Organization", "prov:QUALIFIED_NAME"),
                    "prov:label": name,
                }
                for name, agent in agents.items()
            },
        },
        "entity": {
            "us:supplier-list": {"prov:label": "Supplier list"},
            "us:configuration": {
                "prov:label": "Effective configuration",
                "us:sha256": run.manifest["config_hash"],
            },
            **{name: _raw(file) for name, file in files.items()},
            **{name: _output(run, path) for name, path in outputs.items()},
        },
        "used": {
            f"_:u{number}": {"prov:activity": activity, "prov:entity": name}
            for number, name in enumerate(("us:supplier-list", "us:configuration", *files), start=1)
        },
        "wasGeneratedBy": {
            f"_:g{number}": {"prov:entity": name, "prov:activity": activity}
            for number, name in enumerate(outputs, start=1)
        },
        "wasAssociatedWith": {"_:a1": {"prov:activity": activity, "prov:agent": program}},
        "wasAttributedTo": {
            f"_:t{number}": {"prov:entity": name, "prov:agent": agents[file.publisher]}
            for number, (name, file) in enumerate(files.items(), start=1)
            if file.publisher is not None
        },
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    return ExportFile(
        f"{text}\n".encode(),
        len(files) + len(outputs) + 2,
        (*note(len(files), "files read"), *note(len(outputs), "files written")),
    )


def _raw(file: UsedFile) -> dict[str, Any]:
    stated = {
        "us:address": file.address,
        "us:fetchedAt": file.fetched_at,
        "us:publisherVersion": file.version,
    }
    return {
        "prov:label": file.name,
        "dcterms:title": file.title,
        "dcterms:license": file.licence,
        "us:source": file.source_id,
        "us:sha256": file.sha256,
        "us:bytes": _typed(str(file.bytes), "xsd:long"),
        **{key: value for key, value in stated.items() if value is not None},
    }


def _output(run: PublishedRun, path: str) -> dict[str, Any]:
    content = output_files().get(path)
    return {
        "prov:label": path,
        **({} if content is None else {"dcterms:description": content}),
        "us:sha256": run.hashes[path],
        "us:bytes": _typed(str(run.sizes[path]), "xsd:long"),
    }


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"$": value, "type": kind}


EXPORT = Export(
    name="prov",
    file="prov.json",
    entries="entities",
    content="the provenance of the run for archives: what was used, generated and by whom",
    confirmed="PROV-JSON, W3C Member Submission of 24 April 2013 (w3.org/Submission/prov-json).",
    assumed="",
    limits=(
        "Agents are the program and the publishers of sources, never persons.",
        "Local files are named without their folder. The supplier list has no name.",
    ),
    make=_make,
)
