"""Templates that are compiled once and kept in the user's cache."""

from pathlib import Path

import pytest
from jinja2.exceptions import UndefinedError

from reports.documents.page_templates import templates

NAME = "pictures.html.j2"


def test_a_template_is_compiled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    templates({"percent": str, "tr": str}).get_template(NAME)
    (kept,) = (tmp_path / "understory" / "templates").iterdir()
    written = kept.read_bytes()

    def refuse(*_: object) -> None:
        raise AssertionError("compiled again")

    again = templates({"percent": str, "tr": str})
    monkeypatch.setattr(again, "compile", refuse)
    again.get_template(NAME)

    kept.write_bytes(written[: len(written) // 2])
    templates({"percent": str, "tr": str}).get_template(NAME)
    assert kept.read_bytes() == written


def test_a_cache_that_cannot_be_written_is_not_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "understory").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert templates({"percent": str, "tr": str}).get_template(NAME).name == NAME


def test_unknown_names_are_errors_and_text_is_escaped() -> None:
    environment = templates({})
    with pytest.raises(UndefinedError):
        environment.from_string("{{ unknown }}").render()
    assert environment.from_string("{{ text }}").render(text="<b>") == "&lt;b&gt;"
