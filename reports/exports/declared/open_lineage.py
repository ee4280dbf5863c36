"""A run as events of OpenLineage."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import urlsplit

from reports.data_dictionary import output_columns
from reports.exports.export import Export, ExportFile, note
from reports.exports.lineage import UsedFile, used_files
from reports.exports.published_run import PublishedRun

_SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
_FACETS = "https://openlineage.io/spec/facets/"
_NAMESPACE = "understory"


def _make(run: PublishedRun) -> ExportFile:
    used = used_files(run)
    start = _event(run, "START", run.manifest["started_at"])
    complete = _event(run, "COMPLETE", run.manifest["finished_at"]) | {
        "inputs": [_list_of_suppliers(run), *(_input(run, file) for file in used)],
        "outputs": [_output(run, path) for path in sorted(run.sizes)],
    }
    events = (start, complete)
    lines = "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in events)
    return ExportFile(
        lines.encode(),
        len(events),
        (*note(len(used), "files read"), *note(len(run.sizes), "files written")),
    )


def _producer(run: PublishedRun) -> str:
    code = run.manifest["code"]
    return f"urn:understory:{code['understory']}:{code.get('commit') or 'release'}"


def _event(run: PublishedRun, kind: str, time: str) -> dict[str, Any]:
    """An event; the id of the run follows from its identity, so it is the same every time."""
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"urn:understory:run:{run.manifest['identity']}")
    nominal = {
        **_facet(run, f"{_FACETS}1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet"),
        "nominalStartTime": f"{run.as_of.isoformat()}T00:00:00Z",
    }
    own = {
        **_facet(run, f"{_SPEC}RunFacet"),
        "runId": run.run_id,
        "configurationSha256": run.manifest["config_hash"],
        "isSynthetic": run.is_synthetic,
    }
    return {
        "eventType": kind,
        "eventTime": time,
        "run": {"runId": str(identity), "facets": {"nominalTime": nominal, "understory_run": own}},
        "job": {"namespace": _NAMESPACE, "name": "run", "facets": {}},
        "inputs": [],
        "outputs": [],
        "producer": _producer(run),
        "schemaURL": f"{_SPEC}RunEvent",
    }


def _list_of_suppliers(run: PublishedRun) -> dict[str, Any]:
    return {"namespace": _NAMESPACE, "name": "supplier_list", "facets": {}, "inputFacets": {}}


def _input(run: PublishedRun, file: UsedFile) -> dict[str, Any]:
    namespace, name = _NAMESPACE, f"file/{file.name}"
    if file.address is not None:
        parts = urlsplit(file.address)
        namespace, name = f"{parts.scheme}://{parts.netloc}", parts.path.lstrip("/") or "/"
        if parts.query:
            name = f"{name}?{parts.query}"
    facets = {
        "version": {
            **_facet(
                run, f"{_FACETS}1-0-1/DatasetVersionDatasetFacet.json"
                "#/$defs/DatasetVersionDatasetFacet"
            ),
            "datasetVersion": file.sha256,
        },
        "understory_source": {
            **_facet(run, f"{_SPEC}DatasetFacet"),
            "sourceId": file.source_id,
            "title": file.title,
            "licence": file.licence,
            "fetchedAt": file.fetched_at,
            "publisherVersion": file.version,
            "bytes": file.bytes,
        },
    }  # fmt: skip
    return {"namespace": namespace, "name": name, "facets": facets, "inputFacets": {}}


def _output(run: PublishedRun, path: str) -> dict[str, Any]:
    facets: dict[str, Any] = {
        "version": {
            **_facet(
                run, f"{_FACETS}1-0-1/DatasetVersionDatasetFacet.json"
                "#/$defs/DatasetVersionDatasetFacet"
            ),
            "datasetVersion": run.hashes[path],
        }
    }  # fmt: skip
    columns = output_columns().get(path)
    if columns is not None:
        facets["schema"] = {
            **_facet(run, f"{_FACETS}1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"),
            "fields": [
                {"name": column.name, "type": column.kind, "description": column.meaning}
                for column in columns.values()
            ],
        }
    size = {
        **_facet(
            run, f"{_FACETS}1-0-2/OutputStatisticsOutputDatasetFacet.json"
            "#/$defs/OutputStatisticsOutputDatasetFacet"
        ),
        "size": run.sizes[path],
    }  # fmt: skip
    return {
        "namespace": _NAMESPACE,
        "name": f"{run.run_id}/{path}",
        "facets": facets,
        "outputFacets": {"outputStatistics": size},
    }


def _facet(run: PublishedRun, schema: str) -> dict[str, str]:
    return {"_producer": _producer(run), "_schemaURL": schema}


EXPORT = Export(
    name="openlineage",
    file="openlineage.jsonl",
    entries="events",
    content="the lineage of the run: files read with hash and licence, files written with columns",
    confirmed="Run events of OpenLineage 2-0-2 with the facets nominal time, dataset version, "
    "schema and output statistics (openlineage.io/spec).",
    assumed="",
    limits=(
        "Two events, START and COMPLETE, one a line; post each to `/api/v1/lineage` of a server.",
        "Local files are named by source and file, without their folder. The supplier list is "
        "named without its file.",
        "`understory_run` and `understory_source` are facets of our own.",
    ),
    make=_make,
)
