"""The synthetic list that comes with the desk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flows.desk.lists.list_folders import (
    DEMONSTRATION_PROFILE,
    ListFolder,
    add_file,
    all_lists,
    new_list,
)
from flows.desk.lists.turns import in_turn
from reports.languages.catalogue import message

#: As-of date of the synthetic world.
AS_OF = "2022-03-01"
_TITLE = "Demonstration"
_WHO = "the desk"


def ensure_demonstration(lists: Path) -> None:
    """Make the list of the demonstration where there is none; its files come with its check."""
    if any(folder.read().is_demonstration for folder in all_lists(lists)):
        return
    folder = new_list(lists, _TITLE, _WHO)
    with folder.changed(_WHO, message("prepared the demonstration")) as held:
        held[0] = replace(held[0], profile=DEMONSTRATION_PROFILE, as_of=AS_OF)


def write_world(folder: ListFolder) -> None:
    """Write the files of the demonstration where they are not there yet."""
    if not folder.read().is_demonstration:
        return
    with in_turn(folder.path / "world.lock"):
        if folder.read().files:
            return
        from flows.demo_world import write_demo_world

        world = (folder.path / DEMONSTRATION_PROFILE).parent
        write_demo_world(world)
        with (world / "suppliers.csv").open("rb") as stream:
            add_file(folder, "suppliers.csv", stream, _WHO)
