"""The list of measurements, and what a wrong id or absent data give."""

from pathlib import Path

import pytest

from benchmarks import shared_data
from benchmarks.__main__ import main
from benchmarks.measurement_registry import measurements


def _package(folder: Path, name: str, **files: str) -> str:
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    for file, text in files.items():
        (package / f"{file}.py").write_text(text)
    return name


def test_modules_are_found_by_their_files_without_importing_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    broken = "import no_such_package_at_all\n"
    name = _package(
        tmp_path,
        "first_measurements",
        quick='ID = "quick"\nGOAL = "below a second"\ndef run() -> str:\n    return "0.1 s"\n',
        right=broken + 'ID: str = "right"\nGOAL = "above 0.5"\nKIND = "validate"\n',
        tool="X = 1\n",
    )
    found = measurements(name)
    assert {m.id: m.kind for m in found.values()} == {"quick": "bench", "right": "validate"}
    assert found["quick"].run() == "0.1 s"


def test_a_bench_and_a_validation_may_share_an_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    name = _package(
        tmp_path,
        "third_measurements",
        rain='ID = "rain"\nGOAL = "fast"\n',
        validate_rain='ID = "rain"\nGOAL = "right"\nKIND = "validate"\n',
    )
    found = measurements(name)
    assert [(m.id, m.kind) for m in found.values()] == [("rain", "bench"), ("rain", "validate")]


@pytest.mark.parametrize(
    "text", ['ID = "other"\nGOAL = "g"\n', 'ID = "one"\n', "ID = 'one'\nGOAL='g'\nKIND='x'\n"]
)
def test_a_module_that_contradicts_its_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    name = _package(tmp_path, f"second_{abs(hash(text))}", one=text)
    with pytest.raises(ValueError, match=r"one\.py"):
        measurements(name)


def test_listing_gives_each_id_with_its_goal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--validate"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if line.startswith("brazil_first ")]
    assert "population" in line


def test_unknown_id_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no_such"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_absent_data_are_one_sentence_and_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shared_data, "_FOLDER", tmp_path / "absent")
    assert main(["--validate", "brazil_first"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "../shared/data" in captured.err
