"""Twelve exports and two months of one of them at the desk, by pointing."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from benchmarks.desk_service import DeskService
from benchmarks.list_exports import EXPORTS, write_export
from flows.desk.lists.list_folders import ListFolder
from tests.flows.desk.visitor import Visitor
from tests.flows.small_world import write_small_world

#: Systems and languages, encodings, semicolons, title rows, merged cells and several sheets.
#: The first is the list whose months are run; of text, as the second month is written from it.
ON_A_PHONE = ("french", "sap", "jaggaer", "german", "chinese", "arabic")
IN_FIREFOX = ("french", "ariba", "openhub", "polish", "turkish", "vietnamese", "bengali")
RUN = "french"
_SUPPLIERS = 58
QUESTIONS = (
    "No,Question\n1,Do you keep the passports of workers?\n2,Is overtime voluntary?\n"
    "3,Can workers refuse overtime?\n"
)


def link_of(desk: DeskService) -> str:
    """The link that opens the desk once."""
    file = desk.home / "desk" / "entry-link.json"
    return str(json.loads(file.read_text("utf-8"))["link"])


def written_exports(folder: Path, names: Collection[str]) -> dict[str, Path]:
    """The exports as files, by id."""
    folder.mkdir()
    return {one.id: write_export(one, folder)[0] for one in EXPORTS if one.id in names}


def check_all(visitor: Visitor, files: dict[str, Path]) -> None:
    """Send every export, answer what is asked, and choose its towns, until nothing is open."""
    for name, file in files.items():
        visitor.follow("a.brand")
        visitor.window.give("#files", [file])
        visitor.follow("section[aria-labelledby=new] button.primary")
        assert visitor.has("form[action$='/answers']"), visitor.text()
        assert str(_SUPPLIERS) in visitor.text(), name
        assert _unread(visitor) == 0, name
        if name in (RUN, "german", "chinese"):
            visitor.picture(f"check-{name}")
        if visitor.has("fieldset.question select[name^=a]"):
            _answer_all(visitor)
            assert not visitor.has("fieldset.question select[name^=a]"), name
        visitor.follow("main a[href$='/places']")
        if visitor.has("form[action$='/answers'] select"):
            if name == RUN:
                visitor.picture("towns")
            _answer_all(visitor)
        assert visitor.has("nav.tiles"), visitor.text()
        assert not visitor.has("form[action$='/answers'] select"), name


def two_months(visitor: Visitor, desk: DeskService, files: dict[str, Path], world: Path) -> None:
    """Run the first month of a list, decide, send the changed list, and run the second."""
    lists = desk.home / "workspaces"
    folder = next(
        ListFolder(one) for one in sorted(lists.iterdir())
        if (one / "list.json").is_file() and ListFolder(one).read().title == RUN
    )  # fmt: skip
    _with_local_sources(folder, world)
    visitor.follow("a.brand")
    visitor.picture("lists")
    visitor.follow(f"a[href='/lists/{folder.list_id}']")
    assert visitor.has("form[action$='/answers']"), visitor.text()
    visitor.follow("nav.steps a[href$='/sources']")
    visitor.picture("sources")
    visitor.follow("main a[href$='/run']")
    _run(visitor, "2022-03-01", is_first=True)
    visitor.picture("run")
    visitor.follow("main a[href*='/results?run=']")
    visitor.picture("results")
    visitor.follow("main a[href*='/suppliers?run=']")
    visitor.write("#q", "alvara")
    visitor.follow("form[role=search] button")
    visitor.picture("suppliers")
    visitor.follow("tbody th a")
    visitor.picture("supplier")
    visitor.point("label[for=d-look_first]")
    visitor.write("#reason", "A new site without papers")
    visitor.write("#evidence", "Folder 12")
    visitor.write("#author_role", "category manager")
    visitor.follow("form[action$='/decisions'] button")
    visitor.settle("!document.querySelector('section.warning button')")
    visitor.picture("decided")
    # The month after: five suppliers have left, five are new.
    changed = files[RUN].with_name("second") / files[RUN].name
    _write_changed(files[RUN], changed)
    visitor.follow("nav.steps li:first-child a")
    visitor.point("details.card:has(#more) > summary")
    visitor.window.give("#more", [changed])
    visitor.follow("form:has(#more) button")
    assert visitor.has("form[action$='/answers']"), visitor.text()
    assert not visitor.has("fieldset.question select[name^=a]")
    visitor.follow("nav.steps a[href$='/run']")
    _run(visitor, "2022-04-01", is_first=False)
    visitor.follow("nav.steps a[href$='/months']")
    visitor.picture("months")
    for kind in ("new on the list", "no longer on the list"):
        assert visitor.text().count(kind) == 5
    visitor.follow("nav.steps a[href$='/results']")
    visitor.follow("nav.tabs a[href*='/suppliers']")
    visitor.point("#decided")
    visitor.follow("form[role=search] button")
    assert visitor.window.value("document.querySelectorAll('tbody tr').length") == 1
    visitor.follow("nav.steps a[href$='/weights']")
    visitor.write("#w-leverage", "0")
    visitor.follow("form[action$='/weights'] button.primary")
    visitor.settle("document.querySelector('dl.tiles') !== null")
    visitor.picture("weights")
    visitor.follow("nav.steps a[href$='/questions']")
    form = files[RUN].with_name("questions.csv")
    form.write_text(QUESTIONS, encoding="utf-8")
    visitor.window.give("#questionnaires", [form])
    visitor.follow("form[action$='/questions/files'] button")
    visitor.settle("document.querySelector('dl.tiles') !== null")
    visitor.picture("questions")


def _run(visitor: Visitor, as_of: str, *, is_first: bool) -> None:
    """Start a run, leave its page, and come back when it has ended."""
    if not is_first:
        visitor.point("details.card:has(#as_of) > summary")
    visitor.set("#as_of", as_of)
    visitor.follow("form[action$='/run/start'] button")
    page = str(visitor.window.value("location.pathname"))
    visitor.follow("a.brand")
    visitor.go(page)
    report = f"main a[href*='/results?run={as_of.replace('-', '')}']"
    visitor.settle(f"document.querySelector({report!r}) !== null")


def _answer_all(visitor: Visitor) -> None:
    """Take the first candidate of every question, and write a sector where none is offered."""
    names = visitor.window.value(
        "[...document.querySelectorAll('fieldset.question select[name^=a]')].map((s) => s.name)"
    )
    for name in names:
        first = visitor.window.value(f"document.querySelector('#{name}').options[1].value")
        visitor.set(f"#{name}", first)
    visitor.follow("form[action$='/answers'] p.actions button")


def _unread(visitor: Visitor) -> int:
    return int(visitor.window.value("document.querySelectorAll('tr.unread').length"))


def _with_local_sources(folder: ListFolder, world: Path) -> None:
    """Lay a profile with local files below the answers, as an operator does."""
    ids = [str(10_001 + at) for at in range(12)]
    profile = write_small_world(world, with_accounts=ids)
    (folder.path / "below.yaml").write_bytes(profile.read_bytes())
    with folder.changed("anna", "prepared the sources") as held:
        held[0] = replace(held[0], profile="below.yaml", as_of="2022-03-01",
                          version=held[0].version + 1)  # fmt: skip


def _write_changed(before: Path, after: Path) -> None:
    """The list of the next month: five suppliers have other ids and names."""
    after.parent.mkdir()
    rows = list(csv.reader(io.StringIO(before.read_bytes().decode("cp1252")), delimiter=";"))
    for at, row in enumerate(rows[21:26]):
        row[0], row[1] = f"2000{at}", f"Nouvelle Usine {at}"
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    after.write_bytes(text.getvalue().encode("cp1252"))
