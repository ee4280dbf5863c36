"""Every verb with a folder of results takes `--workspace`, and each workspace has its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from configs.config_errors import UsageError
from flows.cli.app import app
from flows.cli.option_types import OUT_HELP
from flows.documentation.cli_page import options, verbs
from flows.run.folders import installation
from flows.run.folders.publication import point_latest

_NAMED = {"understory workspaces"}


def test_every_verb_with_a_folder_of_results_has_the_option() -> None:
    with_out = {
        name
        for name, verb in verbs().items()
        if (out := options(verb).get("--out")) is not None and out.help == OUT_HELP
    }
    assert len(with_out) > 20
    assert {name for name, verb in verbs().items() if "--workspace" in options(verb)} == (
        with_out - _NAMED
    )


def published(out: Path, run_id: str) -> None:
    (out / run_id).mkdir(parents=True)
    record = {"run_id": run_id, "as_of": "2022-03-01", "result": "published",
              "started_at": "2022-03-02T00:00:00", "finished_at": None}  # fmt: skip
    (out / run_id / "manifest.json").write_text(json.dumps(record))
    point_latest(out, run_id)


def test_each_workspace_has_its_own_latest(tmp_path: Path) -> None:
    for out, run_id in (
        (tmp_path, "own"),
        (installation.workspace_folder(tmp_path, "textiles-eu"), "theirs"),
    ):
        published(out, run_id)
    for options_, run_id in (([], "own"), (["--workspace", "textiles-eu"], "theirs")):
        done = CliRunner().invoke(app, ["latest", "--out", str(tmp_path), *options_])
        assert done.stdout.strip() == run_id, done.output
    empty = CliRunner().invoke(app, ["latest", "--out", str(tmp_path), "--workspace", "other"])
    assert empty.exit_code == 2
    assert "no run was published here yet" in empty.output


@pytest.mark.parametrize("name", ["../a", "A", "a/b", "", "-a", "a" * 41])
def test_a_name_that_could_be_another_folder_is_rejected(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="lower-case letters"):
        installation.workspace_folder(tmp_path, name)


def test_the_installation_of_a_folder(tmp_path: Path) -> None:
    folder = installation.workspace_folder(tmp_path, "a")
    assert (
        installation.installation_of(folder) == installation.installation_of(tmp_path) == tmp_path
    )
    assert installation.workspace_name(folder) == "a"
    assert installation.workspace_name(tmp_path) is None


def test_the_folders_of_an_installation(tmp_path: Path) -> None:
    assert installation.folders_of_results(tmp_path) == [tmp_path]
    folder = installation.workspace_folder(tmp_path, "a")
    folder.mkdir(parents=True)
    assert installation.folders_of_results(tmp_path) == [folder]
    published(tmp_path, "own")
    assert installation.folders_of_results(tmp_path) == [tmp_path, folder]


def test_the_workspaces_are_listed(tmp_path: Path) -> None:
    none = CliRunner().invoke(app, ["workspaces", "--out", str(tmp_path)])
    assert "No workspace in" in none.stdout
    published(installation.workspace_folder(tmp_path, "b"), "run")
    installation.workspace_folder(tmp_path, "a").mkdir()
    found = CliRunner().invoke(app, ["workspaces", "--json", "--out", str(tmp_path)])
    named = [(one["workspace"], one["latest"]) for one in json.loads(found.stdout)]
    assert named == [("a", None), ("b", "run")]


def test_a_list_of_the_desk_is_a_workspace_with_its_profile(tmp_path: Path) -> None:
    folder = installation.workspace_folder(tmp_path, "mills-2026")
    folder.mkdir(parents=True)
    (folder / "mills.csv").write_text("supplier_id,name,country\ns1,Mill 1,Indonesia\n", "utf-8")
    (folder / installation.LIST_PROFILE).write_text(
        f"title: Mills 2026\nsuppliers:\n  files: [{folder / 'mills.csv'}]\n", "utf-8"
    )
    arguments = ["run", "--dry-run", "--direct", "--as-of", "2022-03-01", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*arguments, "--workspace", "mills-2026", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["suppliers"] == 1
    other = CliRunner().invoke(app, [*arguments, "--workspace", "another"])
    assert "no supplier list" in other.output
    assert installation.workspaces(tmp_path) == ["mills-2026"]


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Suppliers 2026", (), "suppliers-2026"),
        ("Suppliers 2026", ("suppliers-2026", "suppliers-2026-2"), "suppliers-2026-3"),
        ("../../etc/passwd", (), "etc-passwd"),
        ("Fornecedores São Paulo", (), "fornecedores-sao-paulo"),
        ("供应商", (), "list"),
        ("a" * 90, (), "a" * 32),
    ],
)
def test_a_title_becomes_the_name_of_a_workspace(
    title: str, taken: tuple[str, ...], name: str
) -> None:
    found = installation.name_for(title, taken)
    assert found == name
    assert installation.is_name(found)
