"""What a scaffold rejects, all findings at once, and where its entry goes."""

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import signals
from configs.config_errors import UsageError
from flows.cli.app import app
from flows.scaffold import checkout
from flows.scaffold.config_entry import with_entry
from flows.scaffold.signal_scaffold import SignalRequest, signal_scaffold
from flows.scaffold.source_scaffold import SourceRequest, source_scaffold
from flows.scaffold.unfilled import unfilled
from tests.flows.scaffold.checkouts import ROOT

BASE = """\
sources:
  rain:
    url: ""                         # an address
                                    # that needs a key
  gleif:                            # registers
    url: ""

signals:
  # Of the weather.
  heat:
    weight: 1.0
  drought:                          # by month
    weight: 1.0
  # Of the accounts.
  leverage:
    weight: 1.0
  late_heat:
    weight: 0.0

scoring: {}
"""
GROUPS = {
    **dict.fromkeys(("heat", "drought", "late_heat"), "environment"),
    "leverage": "financial",
    "rain": "climate",
    "gleif": "registers",
}


def signal(**changes: Any) -> SignalRequest:
    usual: dict[str, Any] = {
        "name": "night_fires",
        "pillar": "environment",
        "source": "firms",
        "table": None,
        "column": "detections",
        "title": None,
        "unit": None,
    }
    return SignalRequest(**{**usual, **changes})


def source(**changes: Any) -> SourceRequest:
    usual: dict[str, Any] = {
        "name": "night_work",
        "group": "context",
        "key": "country_iso3",
        "title": None,
        "publisher": None,
    }
    return SourceRequest(**{**usual, **changes})


@pytest.mark.parametrize(
    ("section", "group", "before"),
    [
        ("signals", "environment", "  # Of the accounts.\n"),  # the longest row of its pillar
        ("signals", "financial", "  late_heat:\n"),
        ("signals", "sentiment", "\nscoring: {}\n"),  # none yet: the end of the section
        ("sources", "climate", "  gleif:"),
        ("sources", "registers", "\nsignals:\n"),
    ],
)
def test_an_entry_goes_behind_those_of_its_group(section: str, group: str, before: str) -> None:
    entry = "  new:                             # a comment\n    weight: 0.0\n"
    text = with_entry(BASE, section, entry, group, GROUPS)
    assert entry + before in text
    assert text.replace(entry, "") == BASE
    assert "new" in yaml.safe_load(text)[section]


@pytest.mark.parametrize(
    ("text", "says"), [("a: [", "not valid YAML"), ("scoring: {}\n", "signals is missing")]
)
def test_a_broken_configuration_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        with_entry(text, "signals", "  new: {}\n", "environment", GROUPS)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Night"}, ["Night: the name of a signal"]),
        ({"name": "match"}, ["keyword of Python"]),
        ({"name": "n" * 41}, ["longer than 40"]),
        ({"name": "water_stress"}, ["signals/environment/water_stress.py has this name"]),
        ({"name": "firms"}, ["signals/sources/climate/firms.py has this name"]),
        ({"name": "basin_scores"}, ["signals/environment/basin_scores.py has this name"]),
        ({"name": "landuse"}, ["signals/landuse has this name"]),
        ({"pillar": "weather"}, ["--pillar weather: give one of financial"]),
        ({"pillar": "context"}, ["end in _prior"]),
        ({"name": "fire_prior"}, ["end in _prior"]),
        ({"source": "fire"}, ["--source fire: there is no source of this name"]),
        ({"table": "stg_air__site_year"}, ["give a staging table of firms: stg_firms__site_fires"]),
        ({"column": None}, ["--column: give the column", "covered_days, detections"]),
        ({"column": "origin"}, ["--column origin: give the column"]),
        ({"source": "hansen_gfc"}, ["--table: give a staging table of hansen_gfc"]),
        ({"source": "gleif", "table": "stg_register_parents"}, ["not of sites, suppliers"]),
        ({"title": 'Fires "here"'}, ["--title: give a text in one line"]),
        ({"unit": "u" * 61}, ["--unit: the text is longer"]),
        ({"name": "Night", "pillar": "x", "source": "y"}, ["Night:", "--pillar x", "--source y"]),
    ],
)
def test_requests_for_a_signal_that_are_rejected(
    changes: dict[str, str | None], says: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        signal_scaffold(signal(**changes), ROOT)
    assert all(text in str(caught.value) for text in says), str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "firms"}, ["signals/sources/climate/firms.py has this name"]),
        ({"name": "weather"}, ["a staging table of this name exists"]),
        ({"group": "weather", "key": "iso3"}, ["--group weather: give one of", "--key iso3"]),
        ({"publisher": " "}, ["--publisher: give a text"]),
    ],
)
def test_requests_for_a_source_that_are_rejected(
    changes: dict[str, str | None], says: list[str]
) -> None:
    with pytest.raises(UsageError) as caught:
        source_scaffold(source(**changes), ROOT)
    assert all(text in str(caught.value) for text in says), str(caught.value)


@pytest.mark.parametrize("kind", ["signal", "source"])
def test_what_the_new_files_import_exists(kind: str) -> None:
    """Templates are no modules: neither mypy nor a renaming in an editor looks into them."""
    scaffold = (
        signal_scaffold(signal(), ROOT) if kind == "signal" else source_scaffold(source(), ROOT)
    )
    new = {Path(path).stem for path in scaffold.new_files}
    for path, text in scaffold.new_files.items():
        if not path.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[-1] not in new:
                module = importlib.import_module(str(node.module))
                missing = [a.name for a in node.names if not hasattr(module, a.name)]
                assert set(missing) <= new, path


def test_nothing_is_overwritten_and_every_file_in_the_way_is_named(tmp_path: Path) -> None:
    scaffold = signal_scaffold(signal(), ROOT)
    for path in scaffold.new_files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("mine")
    with pytest.raises(UsageError) as caught:
        checkout.write(tmp_path, scaffold)
    assert all(path in str(caught.value) for path in scaffold.new_files)
    assert not (tmp_path / checkout.BASE_CONFIGURATION).exists()
    assert {(tmp_path / path).read_text() for path in scaffold.new_files} == {"mine"}


def test_outside_a_checkout_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "__file__", str(tmp_path / "signals" / "__init__.py"))
    done = CliRunner().invoke(app, ["new", "source", "night_work", "--group", "context"])
    assert done.exit_code == 2
    assert "works in a checkout of the source alone" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("verb", ["signal", "source"])
def test_the_verbs_have_help_and_are_documented(verb: str) -> None:
    shown = CliRunner().invoke(app, ["new", verb, "--help"])
    assert shown.exit_code == 0
    for page in ("docs/how-to/run-guarantees.md", "docs/tutorial/add-a-signal.md"):
        assert f"understory new {verb}" in (ROOT / page).read_text(encoding="utf-8")


def test_no_card_of_the_program_is_left_to_be_filled() -> None:
    assert unfilled() == ()
