"""Who the suppliers are by the list alone is taken over where it is the same, and nowhere else."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from flows.run import stages
from flows.run.identity.earlier_identity import TABLES
from flows.run.work import artefacts
from flows.run.work.frame_hash import hash_of_frame
from flows.run.work.stage_types import PreparedRun, RunRequest
from tests.flows.run.test_stages import request_for, write_world

FIRST, NEXT = dt.date(2022, 3, 1), dt.date(2022, 4, 1)
#: The shipped list has an area since 2022-06-21.
LATER = dt.date(2022, 7, 1)

COMPANIES = (
    "supplier_id,name,country,parent\n"
    "a,Alpha Textiles Ltd,Bangladesh,Beta Holdings Ltd\n"
    "b,Omega Garments Ltd,Vietnam,Beta Holdings Ltd\n"
    "c,Gamma Foods Ltd,Kenya,c\n"
    "d,Xinjiang Cotton Mills Co Ltd,China,\n"
)


def identified(request: RunRequest) -> PreparedRun:
    prepared = stages.prepare(request)
    assert not prepared.identity_source_ids
    stages.identify(prepared)
    return prepared


def contents(prepared: PreparedRun) -> list[object]:
    tables = [hash_of_frame(prepared.workspace.read_frame(name)) for name in TABLES]
    return [*tables, prepared.workspace.read_json(artefacts.IDENTITY_RESULT)]


def is_taken_over(one: PreparedRun, other: PreparedRun) -> bool:
    paths = [run.workspace.folder / artefacts.IDENTIFIED_SITES for run in (one, other)]
    return paths[0].samefile(paths[1])


@pytest.fixture
def world(tmp_path: Path) -> Path:
    folder = write_world(tmp_path / "world")
    (folder / "list.csv").write_text(COMPANIES)
    return folder


def test_another_month_has_what_it_would_find(world: Path, tmp_path: Path) -> None:
    first, then = identified(request_for(world, FIRST)), request_for(world, NEXT)
    later = identified(then)
    assert is_taken_over(first, later)
    alone = identified(replace(then, out=tmp_path / "alone"))
    assert contents(later) == contents(alone)
    assert first.workspace.read_frame(artefacts.SHARED_GROUPS).height
    assert first.workspace.read_frame(artefacts.REJECTED_RELATIONS).height
    assert not is_taken_over(first, identified(replace(request_for(world, NEXT), force=True)))


def test_a_path_to_a_listed_company_states_the_day_of_the_list(world: Path, tmp_path: Path) -> None:
    (world / "list.csv").write_text(COMPANIES.replace("China,", "China,Beta Holdings Ltd"))
    first, then = identified(request_for(world, FIRST)), request_for(world, NEXT)
    later = identified(then)
    assert NEXT in set(later.workspace.read_frame(artefacts.RELATIONS)["known_on"])
    assert not is_taken_over(first, later)
    assert contents(later) == contents(identified(replace(then, out=tmp_path / "alone")))


def test_an_area_that_is_listed_in_between_is_found(world: Path, tmp_path: Path) -> None:
    first, then = identified(request_for(world, FIRST)), request_for(world, LATER)
    later = identified(then)
    assert not is_taken_over(first, later)
    assert contents(later) == contents(identified(replace(then, out=tmp_path / "alone")))
    found = [run.workspace.read_frame(artefacts.IDENTITY_FLAGS).height for run in (first, later)]
    assert found[0] < found[1]


def test_another_list_or_a_decision_is_another_identity(world: Path) -> None:
    first = identified(request_for(world, FIRST))
    decisions = world / "decisions.csv"
    decisions.write_text(
        "supplier_id,register,register_id,decision,decided_by,decided_on\n"
        "a,gleif,529900T8BM49AURSDO55,reject,B,2022-01-05\n"
    )
    then = request_for(world, NEXT)
    identity = then.settings.identity.model_copy(update={"decisions": str(decisions)})
    settings = then.settings.model_copy(update={"identity": identity})
    assert not is_taken_over(first, identified(replace(then, settings=settings)))
    (world / "list.csv").write_text(COMPANIES.replace("Gamma", "Delta"))
    assert not is_taken_over(first, identified(request_for(world, NEXT)))
