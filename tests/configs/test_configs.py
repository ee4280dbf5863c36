"""Configuration: layers leaf by leaf, unknown keys named with their nearest, hash of the whole."""

from pathlib import Path

import pytest
import yaml

import configs
from configs import UsageError
from configs.settings import Settings


def test_the_effective_settings_can_be_loaded_again_as_they_are() -> None:
    """Manifests hold them, and a past month is rebuilt from its manifest."""
    settings = configs.load(local=None)
    again = configs.load(changes=settings.model_dump(), local=None)
    assert configs.effective_hash(again) == configs.effective_hash(settings)


@pytest.mark.parametrize("profile", configs.profile_names())
def test_every_profile_loads(profile: str) -> None:
    assert configs.load(profile, local=None).title


@pytest.mark.parametrize(
    ("override", "says"),
    [
        (
            "scoring.sector_relevance.signals.heat_hour=0.5",
            "sector_relevance.signals.heat_hour: no such signal; did you mean heat_hours",
        ),
        ("scoring.exponant=3", "unknown key scoring.exponant; did you mean exponent"),
        ("scoring.exponent=0", "scoring.exponent"),
        ("signals.leverage.normalise={method: anchors, floor: 1, ceiling: 1}", "leverage"),
        ("scoring.pillars.forest=1", "unknown key scoring.pillars.forest"),
        ("scoring", "key.path=value"),
        ("scoring.top_k=[", "scoring.top_k"),
    ],
)
def test_a_wrong_key_or_value_is_one_sentence(override: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        configs.load(overrides=[override], local=None)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_findings_of_a_configuration_come_at_once() -> None:
    overrides = ["scoring.exponant=3", "scoring.exponent=0", "scoring.top_k=none"]
    with pytest.raises(UsageError) as caught:
        configs.load(overrides=overrides, local=None)
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "--set scoring.exponant=3",
        "configuration key scoring.exponent",
        "configuration key scoring.top_k",
    ]


def test_a_removed_key_says_what_to_do_and_is_read_in_an_earlier_manifest() -> None:
    with pytest.raises(UsageError, match=r"selection.budget was removed: .* scoring.top_k"):
        configs.load(overrides=["selection.budget=30"], local=None)
    written = configs.load(local=None).model_dump(mode="json")
    written["selection"]["budget"] = 30
    assert not hasattr(Settings.model_validate(written).selection, "budget")


def test_a_circle_within_the_error_of_a_point_is_rejected() -> None:
    with pytest.raises(UsageError, match="a circle of 1 km around a point"):
        configs.load(overrides=["sources.hansen_gfc.options.radius_km=1"], local=None)
    settings = configs.load(overrides=["sources.hansen_gfc.options.radius_km=2.5"], local=None)
    assert settings.sources["hansen_gfc"].options["radius_km"] == 2.5


def test_layers_merge_at_the_leaf_and_lists_and_normalisers_replace(tmp_path: Path) -> None:
    profile = tmp_path / "own.yaml"
    profile.write_text(
        "scoring: {missing: {minimum_coverage: 0.3}, peers: {levels: [[region]]}}\n"
        "signals: {leverage: {normalise: {method: peer_percentile}}}\n"
    )
    local = tmp_path / "local.yaml"
    local.write_text("scoring: {top_k: 7}\n")
    base = configs.load(local=None)
    settings = configs.load(str(profile), ["scoring.missing.minimum_own_pillars=1"], local=local)
    assert settings.scoring.missing.minimum_coverage == 0.3
    assert settings.scoring.missing.minimum_own_pillars == 1
    assert settings.scoring.missing.low_quantile == base.scoring.missing.low_quantile
    assert settings.scoring.peers.levels == (("region",),)
    assert settings.signals["leverage"].normalise.method == "peer_percentile"
    assert settings.signals["leverage"].weight == base.signals["leverage"].weight
    assert settings.scoring.top_k == 7


@pytest.mark.parametrize(
    ("text", "says"),
    [("a: [1", "line 1"), ("- a\n- b\n", "keys and values"), ("titel: x\n", "did you mean title")],
)
def test_a_broken_profile_names_itself(tmp_path: Path, text: str, says: str) -> None:
    profile = tmp_path / "own.yaml"
    profile.write_text(text)
    with pytest.raises(UsageError) as caught:
        configs.load(str(profile), local=None)
    assert says in str(caught.value)
    assert "own.yaml" in str(caught.value)


def test_a_profile_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(UsageError, match="demo"):
        configs.load("gone", local=None)


def test_every_key_of_the_base_has_a_comment_or_lies_in_a_commented_block() -> None:
    text = (Path(configs.__file__).parent / "base.yaml").read_text()
    for key in yaml.safe_load(text):
        block = text.split(f"\n{key}:", 1)[1].split("\n\n", 1)[0]
        assert "#" in block or text.split(f"\n{key}:")[0].rstrip().endswith("."), key


def test_naming_a_mirror_switches_a_source_on_unless_the_profile_says_otherwise(
    tmp_path: Path,
) -> None:
    profile = tmp_path / "p.yaml"
    profile.write_text(
        "sources:\n  gleif: {mirror: data/gleif}\n  companies_house: {enabled: false, mirror: x}\n"
    )
    sources = configs.load(str(profile)).sources
    assert (sources["gleif"].enabled, sources["companies_house"].enabled) == (True, False)
    by_option = configs.load(overrides=["sources.gleif.mirror=data/gleif"]).sources
    assert by_option["gleif"].enabled
    assert not configs.load(overrides=["sources.gleif.mirror=null"]).sources["gleif"].enabled
