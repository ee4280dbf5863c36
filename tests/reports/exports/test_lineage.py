"""The forms of data packages and lineage, read by the libraries of their projects."""

import io
import json
import zipfile
from pathlib import Path

import polars as pl
from frictionless import Package, validate
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from prov.model import ProvActivity, ProvDocument, ProvEntity, ProvGeneration, ProvUsage

from reports.exports.published_run import PublishedRun
from reports.exports.registry import exports
from sql.empty_tables import column_comments


def test_the_data_package_is_valid_and_says_what_the_ddl_says(
    run: PublishedRun, tmp_path: Path
) -> None:
    made = exports()["data-package"].make(run)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        archive.extractall(tmp_path)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])
    package = Package(str(tmp_path / "datapackage.json"))
    assert len(package.resources) == made.written
    ranked = package.get_resource("ranked_all_columns")
    assert ranked.schema.get_field("score").description == column_comments("scores")["score"]
    rows = ranked.read_rows()
    assert [row["rank"] for row in rows] == run.ranked["rank"].to_list()
    contributions = package.get_resource("contributions").read_rows()
    assert len(contributions) == run.contributions.height
    assert {source["title"] for source in package.to_descriptor()["sources"]} == {
        "Global Forest Change", "Company accounts as filed",
    }  # fmt: skip


def test_events_are_those_of_openlineage(run: PublishedRun) -> None:
    made = exports()["openlineage"].make(run)
    events = [json.loads(line) for line in made.content.decode().splitlines()]
    read = [
        RunEvent(
            eventType=RunState[event["eventType"]],
            eventTime=event["eventTime"],
            run=Run(runId=event["run"]["runId"]),
            job=Job(event["job"]["namespace"], event["job"]["name"]),
            producer=event["producer"],
            inputs=[InputDataset(one["namespace"], one["name"]) for one in event["inputs"]],
            outputs=[OutputDataset(one["namespace"], one["name"]) for one in event["outputs"]],
        )
        for event in events
    ]
    assert [event.eventType for event in read] == [RunState.START, RunState.COMPLETE]
    assert read[0].run.runId == read[1].run.runId
    inputs = {(one.namespace, one.name) for one in read[1].inputs or ()}
    assert inputs == {
        ("understory", "supplier_list"),
        ("understory", "file/accounts_csv/accounts.csv"),
        ("https://example.org", "data/file.tif"),
        ("https://example.org", "older/file.tif"),
    }
    assert len(read[1].outputs or ()) == len(run.sizes)
    facets = [one["facets"] for one in (*events[1]["inputs"], *events[1]["outputs"])]
    for facet in (each for own in facets for each in own.values()):
        assert facet["_producer"] == events[1]["producer"]
        assert facet["_schemaURL"].startswith("https://openlineage.io/spec/")
    fields = next(own for own in facets if "schema" in own)["schema"]["fields"]
    assert all(set(field) == {"name", "type", "description"} for field in fields)


def test_provenance_is_read_back_with_every_file(run: PublishedRun) -> None:
    made = exports()["prov"].make(run)
    document = ProvDocument.deserialize(content=made.content.decode(), format="json")
    entities = list(document.get_records(ProvEntity))
    assert len(entities) == made.written == len(run.sizes) + 3 + 2
    assert len(list(document.get_records(ProvUsage))) == 5
    assert len(list(document.get_records(ProvGeneration))) == len(run.sizes)
    assert len(list(document.get_records(ProvActivity))) == 1
    again = ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document


def test_files_of_one_name_are_told_apart(run: PublishedRun) -> None:
    document = json.loads(exports()["prov"].make(run).content)
    labels = pl.Series([entity["prov:label"] for entity in document["entity"].values()])
    assert labels.n_unique() == labels.len()
    assert "hansen_gfc/file.tif#111111111111" in labels
