from typing import Any

import polars as pl
import pytest

import configs
from scoring.tune.acceptance_criteria import AcceptanceEvidence, judge
from scoring.tune.fairness import SCHEMA
from scoring.tune.weight_set import content_hash, is_authentic, signature, weight_set

ACCEPTANCE = configs.load(local=None).tune.acceptance


def parity(ratio: float | None, beyond: bool = True, suppliers: int = 100) -> pl.DataFrame:
    row = {
        "dimension": "income_group",
        "group": "low",
        "measure": "flag_rate_top_tenth",
        "suppliers": suppliers,
        "rate_ratio": ratio,
        "significant_fdr5": beyond,
    }
    return pl.DataFrame([row], schema=dict(SCHEMA))


def evidence(**changed: Any) -> AcceptanceEvidence:
    given: dict[str, Any] = {
        "auc_low": 0.6,
        "ahead": {"random": 0.1, "prior": 0.05},
        "agreement": 0.8,
        "variance_share": {"one": 0.4, "two": 0.6 - 0.2},
        "parity": parity(1.1),
    }
    return AcceptanceEvidence(**(given | changed))


def test_enough_evidence_passes() -> None:
    result = judge(evidence(), ACCEPTANCE)
    assert result.passed
    assert result.sentence() == "The weights meet the acceptance criteria."


@pytest.mark.parametrize(
    ("changed", "criterion", "word"),
    [
        ({"auc_low": 0.54}, "validity", "0.540"),
        ({"auc_low": float("nan")}, "validity", "no interval of the AUC"),
        ({"supplier_auc_low": 0.48}, "sectors", "0.480"),
        ({"supplier_auc_low": float("nan")}, "sectors", "supplier-weighted AUC could be"),
        ({"agreement": float("nan")}, "stability", "no two months in a row"),
        ({"ahead": {"random": 0.1, "prior": -0.01}}, "baselines", "prior"),
        ({"ahead": {"random": 0.1}}, "baselines", "prior"),
        ({"agreement": 0.69}, "stability", "0.69"),
        ({"variance_share": {"one": 0.7}}, "dominance", "one"),
        ({"variance_share": {}}, "dominance", "no score varies"),
        ({"parity": parity(2.0)}, "group_error", "2.00 times"),
        ({"parity": parity(0.5)}, "group_error", "0.50 times"),
        ({"parity": parity(None)}, "group_error", "the others' is 0"),
    ],
)
def test_each_criterion_can_fail(changed: dict[str, Any], criterion: str, word: str) -> None:
    result = judge(evidence(**changed), ACCEPTANCE)
    assert [found.name for found in result.criteria if not found.passed] == [criterion]
    assert word in result.sentence()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (parity(2.0, beyond=False), "none of 1 comparisons lies outside"),
        (parity(2.0, suppliers=29), "no two groups of 30 suppliers or more"),
    ],
    ids=["chance", "small"],
)
def test_probability_and_small_groups_do_not_decide(table: pl.DataFrame, said: str) -> None:
    result = judge(evidence(parity=table), ACCEPTANCE)
    assert result.passed
    assert said in result.criteria[-1].sentence


def test_sectors_with_too_few_cases_do_not_decide() -> None:
    result = judge(evidence(supplier_auc_low=None), ACCEPTANCE)
    assert result.passed
    (sectors,) = (found for found in result.criteria if found.name == "sectors")
    assert "no sector has cases enough" in sectors.sentence


def test_a_weight_set_is_named_by_what_orders_a_list() -> None:
    base = configs.load(local=None)
    other_sources = configs.load(overrides=["sources.firms.enabled=false"], local=None)
    other_weights = configs.load(overrides=["signals.leverage.weight=0.9"], local=None)
    name = content_hash(weight_set(base))
    assert content_hash(weight_set(other_sources)) == name
    assert content_hash(weight_set(other_weights)) != name
    other_groups = configs.load(
        overrides=["scoring.sector_relevance.signals.farm_dependence=1.0"], local=None
    )
    assert content_hash(weight_set(other_groups)) != name


def test_the_text_of_a_goalpost_source_does_not_name_a_weight_set() -> None:
    goalposts = "{{method: anchors, floor: 0.3, ceiling: {}, anchor_source: {}}}"
    first, other_text, other_ceiling = (
        weight_set(
            configs.load(
                overrides=[f"signals.leverage.normalise={goalposts.format(ceiling, text)}"],
                local=None,
            )
        )
        for ceiling, text in ((0.9, "a"), (0.9, "b"), (0.8, "a"))
    )
    assert content_hash(other_text) == content_hash(first)
    assert content_hash(other_ceiling) != content_hash(first)


@pytest.mark.parametrize("key", [None, "a secret"], ids=["no key", "key"])
def test_a_signed_record_cannot_be_changed(key: str | None) -> None:
    record: dict[str, Any] = {"passed": False}
    record["signature"] = signature(record, key)
    assert record["signature"]["method"] == ("hmac-sha256" if key else "sha256")
    assert is_authentic(record, key)
    assert not is_authentic({**record, "passed": True}, key)
    assert not is_authentic(record, "another secret")
    assert not is_authentic({"passed": True}, key)


def test_a_checksum_does_not_stand_in_for_a_key() -> None:
    record: dict[str, Any] = {"passed": True}
    record["signature"] = signature(record, None)
    assert not is_authentic(record, "a secret")
