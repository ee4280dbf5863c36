"""Marks that a scaffold leaves where its author has to write something."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

#: The mark, in the texts and comments that a scaffold writes.
TO_FILL = "TO FILL"

#: Packages that scaffolds write to, with the endings of their files.
_SCAFFOLDED = {"signals": ".py", "sql": ".sql", "configs": ".yaml"}


def unfilled() -> tuple[str, ...]:
    """Every file with marks, as `signals/environment/heat.py lines 12, 15`, in order of paths."""
    found = []
    for package, ending in _SCAFFOLDED.items():
        for path, file in _files(files(package), package):
            if not path.endswith(ending):
                continue
            lines = file.read_text(encoding="utf-8").splitlines()
            marked = [str(number) for number, line in enumerate(lines, 1) if TO_FILL in line]
            if marked:
                found.append(f"{path} lines {', '.join(marked)}")
    return tuple(found)


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.is_dir():
            yield from _files(entry, f"{path}/{entry.name}")
        else:
            yield f"{path}/{entry.name}", entry
