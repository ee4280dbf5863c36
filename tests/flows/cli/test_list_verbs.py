"""`understory list check`, and the run that reads what it wrote."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
import xlsxwriter
from typer.core import TyperGroup
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.orchestration import serve
from flows.orchestration.monthly import monthly
from signals.registry import sources

LIST = (
    "Lief.-Nr.;Firma;Land;Ort;Branche;Ansprechpartner\n"
    "1;Acme GmbH;DE;Bonn;Bekleidung;A\n"
    "2;Blum SA;;;Stahl;B\n"
    "3;Cora Inc;US;Springfield;Verpackung;C\n"
)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "liste.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_a_list_is_ready_after_one_mapping_file_and_one_workbook(listed: Path) -> None:
    out = listed.parent / "checked"
    first = call("list", "check", listed, "--out", out)
    assert first.exit_code == 2
    assert "liste.csv, row 4: town 'Springfield': 31 towns have this name" in first.stdout
    assert f"Written: {out / 'mapping.yaml'}" in first.stdout
    assert (out / "to_complete.xlsx").is_file()

    mapping = out / "mapping.yaml"
    text = mapping.read_text(encoding="utf-8")
    for line in (
        '"Springfield, US": "Springfield, Sangamon County, Illinois"',
        '"Verpackung": "17"',
    ):
        assert f"# {line}" in text
        text = text.replace(f"# {line}", line)
    mapping.write_text(text, encoding="utf-8")
    with xlsxwriter.Workbook(out / "done.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["supplier_id", "name", "country", "town"])
        sheet.write_row(1, 0, ["2", "Blum SA", "France (FR)", "Lyon"])
    answers = ("--mapping", mapping, "--completed", out / "done.xlsx")
    second = call("list", "check", listed, "--out", out, *answers, "--json")

    assert second.exit_code == 0, second.output
    assert json.loads(second.stdout)["ready"] is True
    # The answers are kept.
    assert '\n      "Verpackung": "17"' in mapping.read_text(encoding="utf-8")
    plan = json.loads(call("run", "--dry-run", "--suppliers", listed, *answers, "--json").stdout)
    assert plan["plan"]["list"]["locations"] == {"precise": 0, "town": 3, "unknown": 0}
    assert plan["plan"]["list"]["countries"] == {"DEU": 1, "FRA": 1, "USA": 1}
    assert plan["plan"]["list"]["sectors"] == {"C": 3}


def test_what_a_user_has_edited_is_not_overwritten(listed: Path) -> None:
    out = listed.parent / "checked"
    call("list", "check", listed, "--out", out)
    (out / "mapping.yaml").write_text("mine", encoding="utf-8")
    (out / "to_complete.xlsx").write_bytes(b"mine")

    again = call("list", "check", listed, "--out", out)

    assert "mapping_2.yaml" in again.stdout
    assert (out / "mapping.yaml").read_text(encoding="utf-8") == "mine"
    assert (out / "to_complete.xlsx").read_bytes() == b"mine"
    assert (out / "to_complete_2.xlsx").is_file()


def test_a_mapping_file_of_more_lists_than_are_checked_is_kept(listed: Path) -> None:
    other = listed.parent / "other list.csv"
    other.write_text(LIST, encoding="utf-8")
    out = listed.parent / "checked"
    call("list", "check", listed, other, "--out", out)
    mapping = (out / "mapping.yaml").read_text(encoding="utf-8")

    again = call("list", "check", other, "--out", out, "--mapping", out / "mapping.yaml")

    assert (out / "mapping.yaml").read_text(encoding="utf-8") == mapping
    assert f"--suppliers '{other}' --mapping {out / 'mapping_2.yaml'}" in again.stdout


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<html></html>", "this is a web page saved under a table's name"),
        ("", "the file is empty (0 bytes)"),
    ],
)
def test_a_file_that_cannot_be_opened_leaves_nothing(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")

    done = call("list", "check", path, "--out", tmp_path / "checked")

    assert done.exit_code == 2
    assert fault in done.stdout
    assert not (tmp_path / "checked").exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("suppliers: [", "not valid YAML"),
        ("files: []", "expected suppliers: with files: below it"),
        ("suppliers: {files: [], colums: {}}", "unknown key suppliers.colums"),
    ],
)
def test_a_mapping_file_that_cannot_be_used(listed: Path, text: str, fault: str) -> None:
    mapping = listed.parent / "mapping.yaml"
    mapping.write_text(text, encoding="utf-8")

    done = call("run", "--dry-run", "--suppliers", listed, "--mapping", mapping)

    assert done.exit_code == 2
    assert fault in done.stderr


def test_a_completed_workbook_that_is_not_there(listed: Path) -> None:
    done = call("list", "check", listed, "--completed", listed.parent / "no.xlsx")

    assert done.exit_code == 2
    assert "there is no such completed workbook" in done.stderr


def test_a_mapping_file_alone_names_the_list(listed: Path) -> None:
    out = listed.parent / "checked"
    call("list", "check", listed, "--out", out)

    done = call("run", "--dry-run", "--mapping", out / "mapping.yaml", "--json")

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["suppliers"] == 2


def test_every_verb_with_a_list_reads_its_mapping_file() -> None:
    def verbs(group: TyperGroup, path: str = "") -> Iterator[tuple[str, set[str]]]:
        for name, verb in group.commands.items():
            if isinstance(verb, TyperGroup):
                yield from verbs(verb, f"{path}{name} ")
            else:
                yield f"{path}{name}", {one for p in verb.params for one in p.opts}

    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    of_lists = {name: options for name, options in verbs(group) if "--suppliers" in options}
    assert {"run", "pull", "publish", "serve", "sources plan"} <= set(of_lists)
    without = [
        name for name, options in of_lists.items() if not {"--mapping", "--completed"} <= options
    ]
    assert without == []


def test_a_stage_verb_reads_the_list_as_the_mapping_file_says(listed: Path) -> None:
    out = listed.parent / "checked"
    call("list", "check", listed, "--out", out)
    # Without the mapping file the column on persons rejects the list.
    rejected = call("pull", "gleif", "--suppliers", listed, "--out", listed.parent / "out")
    off = [("--set", f"sources.{name}.enabled=false") for name in sources()]
    options = [word for pair in off for word in pair]
    mapped = ("--mapping", out / "mapping.yaml", "--out", listed.parent / "out", *options)
    done = call("pull", *mapped, "--json")

    assert rejected.exit_code == 1
    assert "Ansprechpartner" in rejected.stderr
    assert done.exit_code == 0, done.output
    assert set(json.loads(done.stdout)) == {"request"}


def test_serve_gives_the_mapping_file_to_the_deployment(
    listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[serve.Schedule] = []
    monkeypatch.setattr(serve, "serve", lambda schedule, port, folder: asked.append(schedule))

    done = call("serve", "--suppliers", listed, "--mapping", "m.yaml", "--completed", "c.xlsx")

    assert done.exit_code == 0, done.output
    parameters = asked[0].parameters()
    assert set(parameters) <= set(inspect.signature(monthly.fn).parameters)
    assert parameters["mapping"] == "m.yaml"
    assert parameters["completed"] == "c.xlsx"


def test_sites_are_exported_and_no_file_is_overwritten(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(
        "supplier_id,name,country,address,latitude,longitude\n1,Acme,BD,12 Road,23.891234,90.31\n"
    )
    target = tmp_path / "out" / "plots.geojson"

    done = call("list", "export", listed, "--as", "eudr", "--out", target)
    again = call("list", "export", listed, "--as", "eudr", "--out", target)
    other = call("list", "export", listed, "--as", "open-supply-hub", "--out", tmp_path / "f.csv")

    assert done.exit_code == 0, done.output
    assert "(sites: 1)" in done.stdout
    assert again.exit_code == 2
    assert "this file exists" in again.stderr
    assert "The file has addresses" in other.stdout
    assert "12 Road" in (tmp_path / "f.csv").read_text(encoding="utf-8-sig")


def test_columns_that_are_not_read_are_one_line(tmp_path: Path) -> None:
    listed = tmp_path / "wide.csv"
    further = ",".join(f"Attribute {number}" for number in range(190))
    listed.write_text(
        f"supplier_id,name,country,sector,town,{further}\n1,Acme,DE,14,Bonn{',' * 190}\n"
    )

    done = call("list", "check", listed, "--out", tmp_path / "checked")

    lines = [line for line in done.stdout.splitlines() if "not read" in line]
    assert len(lines) == 1
    assert lines[0].endswith(" and 182 more.")


def test_a_plan_has_one_note_for_many_words(tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    sectors = ("Garments", "Textiles", "Furniture", "Toys", "Footwear", "Steel")
    rows = "".join(f"{n},Works {n},DE,{sector}\n" for n, sector in enumerate(sectors))
    listed.write_text(f"supplier_id,name,country,sector\n{rows}")

    notes = json.loads(call("run", "--dry-run", "--suppliers", listed, "--json").stdout)["notes"]

    (note,) = [note for note in notes if "Footwear" in note or "in words" in note]
    assert note == (
        "6 sectors and goods in words were read as codes, such as sector 'Footwear' as ISIC 15 "
        "(leather); `understory list check` names all"
    )
