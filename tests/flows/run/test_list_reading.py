"""A list that is rejected names all that its check finds, in one attempt."""

import json
from pathlib import Path

import pytest

from flows.run.request import earlier_list, run_request
from flows.run.request.list_reading import read_list
from flows.run.work import artefacts
from flows.run.work.work_folder import WorkFolder
from suppliers.input_errors import DataRejectedError, NonExtractiveError
from suppliers.intake.list_check import check_lists
from suppliers.intake.list_files import IntakeOptions


def write(folder: Path, *rows: str) -> Path:
    path = folder / "l.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_faults_of_rows_stand_beside_a_column_about_persons(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "supplier_id,name,country,Passport number",
        "a,Alpha Textiles Ltd,Bangladesh,x",
        "b,Beta Foods Ltd,Atlantis,y",
        ",Gamma Ltd,Viet Nam,z",
    )
    with pytest.raises(NonExtractiveError) as caught:
        read_list(run_request.settings_of(None, [], [path]).suppliers)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert "'Passport number'" in lines[0]
    assert "row 4: supplier_id is empty" in lines[1]
    assert "row 3: the country 'Atlantis' is not known" in lines[2]
    of_rows = [one for one in check_lists(path, IntakeOptions(), {}).findings if one.rows]
    assert all(one.sentence in lines for one in of_rows)


def test_a_finding_stands_once_and_a_long_list_is_cut(tmp_path: Path) -> None:
    rows = [f"{n},Mill {n},Nowhere{n}" for n in range(60)]
    path = write(tmp_path, "supplier_id,name,country", *rows)
    with pytest.raises(DataRejectedError) as caught:
        read_list(run_request.settings_of(None, [], [path]).suppliers)
    lines = str(caught.value).splitlines()
    assert len(lines) == 42
    assert lines[-1].endswith("more findings: `understory list check` names them all.")
    assert str(caught.value).count("60 of 60 rows") == 1


def test_a_fault_of_columns_alone_is_one_line(tmp_path: Path) -> None:
    path = write(tmp_path, "supplier_id,sector", "a,10")
    with pytest.raises(DataRejectedError) as caught:
        read_list(run_request.settings_of(None, [], [path]).suppliers)
    with_check = str(caught.value)
    assert len(set(with_check.splitlines())) == len(with_check.splitlines())
    assert "name" in with_check


def test_a_list_is_taken_over_from_the_same_bytes_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "supplier_id,name,country", "a,Alpha Textiles Ltd,Bangladesh")
    settings = run_request.settings_of(None, [], [path]).suppliers
    out = tmp_path / "out"
    work = WorkFolder(out / ".work" / "first")
    fingerprint = earlier_list.fingerprint_of_list(settings)
    assert fingerprint is not None
    assert earlier_list.take_over(out, fingerprint) is None
    read = read_list(settings)
    earlier_list.keep(work, read, fingerprint)
    taken = earlier_list.take_over(out, fingerprint)
    assert taken is not None
    assert taken.suppliers.equals(read.suppliers)
    assert taken.sites.equals(read.sites)
    assert taken.file_hashes == read.file_hashes
    assert json.loads(json.dumps(read.record)) == taken.record
    # A list that was not left whole is read and guarded again.
    (work.folder / artefacts.LIST_INTAKE).write_text("{")
    assert earlier_list.take_over(out, fingerprint) is None


@pytest.mark.parametrize("changed", ["row", "option", "code"])
def test_another_row_option_or_code_is_another_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    path = write(tmp_path, "supplier_id,name,country", "a,Alpha Textiles Ltd,Bangladesh")
    settings = run_request.settings_of(None, [], [path]).suppliers
    before = earlier_list.fingerprint_of_list(settings)
    assert before == earlier_list.fingerprint_of_list(settings)
    if changed == "row":
        write(tmp_path, "supplier_id,name,country", "a,Alpha Textiles Ltd,Viet Nam")
    elif changed == "option":
        settings = settings.model_copy(
            update={"derive_supplier_id": not settings.derive_supplier_id}
        )
    else:
        monkeypatch.setattr(earlier_list, "code_version", lambda: "of another guard")
    assert earlier_list.fingerprint_of_list(settings) != before
