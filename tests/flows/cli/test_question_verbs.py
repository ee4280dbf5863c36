"""The verbs on questionnaires, on a small published run."""

import json
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from reports.tables.ranked_list import ranked_table
from scoring.questionnaires.questions import COLUMNS
from tests.reports.sample import sample_bundle
from tests.scoring.questionnaires.questions_sample import questions

RUN = "20240301-0a1b2c3d"
#: One question of each kind, and a repeat.
FORM = (
    {"data_point_id": "lead_times"},
    {"data_point_id": "document_retention", "text": "=Do you keep passports?"},
    {"data_point_id": "deposits", "questionnaire": "second"},
    {"data_point_id": "deposits", "language": "es", "text": "¿Exige depósitos?"},
    {"data_point_id": "passport_numbers", "extractive": True},
    {"data_point_id": "site_list", "band": "review", "text": "Which plants have you?"},
    {"about": "other"},
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    bundle = sample_bundle()
    config = bundle.manifest["config"]
    assert isinstance(config, dict)
    manifest = {
        **bundle.manifest,
        "as_of": "2024-03-01",
        "is_synthetic": True,
        "result": "published",
        "purpose": "prioritise_support",
        "config": {**config, "title": bundle.title},
    }
    (folder / RUN).mkdir()
    (folder / RUN / "manifest.json").write_text(json.dumps(manifest, default=str))
    ranked_table(bundle).write_parquet(folder / RUN / "ranked.parquet")
    bundle.contributions.sink_parquet(folder / RUN / "contributions.parquet")
    (folder / "latest").symlink_to(RUN)
    return folder


@pytest.fixture
def form(tmp_path: Path) -> Path:
    path = tmp_path / "matched.csv"
    questions(*FORM).write_csv(path)
    return path


def call(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    return result.output


def test_decide_writes_the_workbook_the_pairs_the_burden_and_the_summary(
    out: Path, form: Path
) -> None:
    figures = json.loads(call("questions", "decide", "--questions", form, "--out", out, "--json"))
    folder = Path(figures["folder"])
    suppliers = pl.read_parquet(out / RUN / "ranked.parquet").height
    assert folder == out / "questions" / RUN
    assert figures["suppliers"] == suppliers
    assert figures["questions_sent"] == 6 * suppliers
    assert (figures["for_review"], figures["other_subject"]) == (1, 1)
    pairs = pl.read_parquet(folder / "decisions.parquet")
    assert pairs.height == 3 * suppliers
    burden = pl.read_csv(folder / "burden.csv")
    assert burden["questions_asked"].sum() == figures["questions_asked"]
    summary = (folder / "summary.md").read_text("utf-8")
    assert "1 questions have no accepted match" in summary
    book = fastexcel.read_excel(folder / "questions.xlsx")
    assert book.sheet_names == ["Questions", "For review", "Repeats", "ILO indicators", "Suppliers"]
    sheet = book.load_sheet("Questions", header_row=2).to_polars()
    rows = dict(sheet.select("Question", "Decision and why").iter_rows())
    assert "cannot be seen from the desk" in rows["'=Do you keep passports?"]
    assert rows["Which plants have you?"].startswith("Keep until reviewed.")


def test_the_questions_that_were_matched_last_are_the_default(out: Path) -> None:
    assert "questions match" in call("questions", "decide", "--out", out, code=2)
    (out / "questions").mkdir(exist_ok=True)
    path = out / "questions" / "matched.parquet"
    questions(*FORM).write_parquet(path)
    assert "Results: " in call("questions", "decide", "--out", out)
    path.unlink()


def test_a_withdrawn_run_is_rejected(out: Path, form: Path, tmp_path: Path) -> None:
    manifest = json.loads((out / RUN / "manifest.json").read_text("utf-8"))
    (tmp_path / RUN).mkdir()
    (tmp_path / RUN / "manifest.json").write_text(json.dumps({**manifest, "result": "withdrawn"}))
    verb = ("questions", "decide", "--questions", form, "--run", RUN, "--out", tmp_path)
    assert "withdrawn" in call(*verb, code=2)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (None, 2, "there is no such file"),
        (pl.col("text").alias("band"), 1, "band is"),
        (pl.lit("weather").alias("data_point_id"), 1, "weather is no data point"),
    ],
)
def test_a_file_that_is_no_matched_questionnaire_is_named(
    out: Path, tmp_path: Path, change: pl.Expr | None, code: int, words: str
) -> None:
    path = tmp_path / "wrong.csv"
    if change is not None:
        questions({"data_point_id": "deposits"}).with_columns(change).write_csv(path)
    text = call("questions", "decide", "--questions", path, "--out", out, code=code)
    assert words in text
    assert "wrong.csv" in text


def test_missing_columns_are_all_named(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.csv"
    pl.DataFrame({"text": ["What?"]}).write_csv(path)
    text = call("questions", "decide", "--questions", path, "--out", out, code=1)
    assert all(name in text for name in COLUMNS if name != "text")


def test_short_forms_are_written_for_suppliers_with_what_changes_for_them(
    out: Path, form: Path, tmp_path: Path
) -> None:
    promises = tmp_path / "promises.csv"
    promises.write_text(call("questions", "incentives").lstrip("\ufeff"), "utf-8")
    verb = ("questions", "short-form", "--questions", form, "--out", out)
    call(*verb, "S-00001", "--language", "es", "--top", 1, "--incentives", promises)
    folder = out / "questions" / RUN / "short-forms"
    page = (folder / "S-00001.es.html").read_text("utf-8")
    assert "Contract of two years" in page
    sheet = fastexcel.read_excel(folder / "S-00001.es.xlsx").load_sheet("1", header_row=2)
    assert sheet.to_polars().height == 1
    text = call(*verb)
    assert "state no change" in text
    assert len(list(folder.glob("*.en.xlsx"))) > 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("S-9",), "no such supplier in the run: S-9"), (("S-00001", "--all"), "not both")],
)
def test_a_supplier_that_is_not_in_the_run_gets_no_form(
    out: Path, form: Path, arguments: tuple[str, ...], words: str
) -> None:
    verb = ("questions", "short-form", "--questions", form, "--out", out)
    assert words in call(*verb, *arguments, code=2)


def test_every_wrong_cell_of_the_promises_is_named(out: Path, form: Path, tmp_path: Path) -> None:
    promises = tmp_path / "promises.csv"
    header = "supplier_id,promise,unit,until_when,kept,kept_on"
    promises.write_text(f"{header}\nS-9,,,soon,,\n", "utf-8")
    verb = ("questions", "short-form", "S-00001", "--questions", form, "--out", out)
    text = call(*verb, "--incentives", promises, code=1)
    assert all(name in text for name in ("supplier_id", "promise", "until_when"))


def test_counts_are_written_and_pooled(out: Path, form: Path, tmp_path: Path) -> None:
    verb = ("questions", "counts", "--questions", form, "--out", out)
    assert "--name" in call(*verb, code=2)
    call(*verb, "--name", "One")
    first = out / "questions" / RUN / "question_counts.csv"
    second = tmp_path / "second.csv"
    second.write_text(first.read_text("utf-8-sig").replace("One", "Two"), "utf-8")
    found = json.loads(call("questions", "pool", first, second, "--format", "json"))
    assert (found["companies"], found["data_points"]) == (2, 3)
    assert found["overlaps"][0]["overlap"] == 1
    text = call("questions", "pool", first, second, "--at-least", 2)
    assert "that all ask for: 3" in text
    assert "One and Two: 3 of 3 in common (100%)." in text
    assert "in several files" in call("questions", "pool", first, first, code=1)
    assert "two companies" in call("questions", "pool", first, code=2)


def test_the_schema_of_counts_is_printed() -> None:
    assert json.loads(call("questions", "counts", "--schema"))["primaryKey"] == ["data_point_id"]
