import pytest

from reports.tables.next_step import LADDER, STEP_LABELS, Situation, Step, choose, next_steps
from reports.tables.purchasing_practices import own_practices
from tests.reports.sample import sample_bundle


@pytest.mark.parametrize(
    ("priority_band", "pillar", "bounds", "step"),
    [
        ("insufficient_information", None, None, Step.FIND_DATA_FIRST),
        ("insufficient_information", "purchasing", 90.0, Step.FIND_DATA_FIRST),
        ("first_priority", "purchasing", 10.0, Step.FIX_OWN_PURCHASING),
        ("few_signals", "purchasing", 90.0, Step.FIX_OWN_PURCHASING),
        ("first_priority", "land_use", 36.0, Step.SHARE_FINDINGS),
        ("first_priority", "land_use", 35.0, Step.JOINT_ASSESSMENT),
        ("first_priority", None, None, Step.JOINT_ASSESSMENT),
        ("second_priority", "financial", 10.0, Step.SUPPORT_REMEDIATION),
        ("second_priority", "environment", 10.0, Step.SHARE_FINDINGS),
        ("third_priority", "financial", 10.0, Step.SHARE_FINDINGS),
        ("few_signals", None, 0.0, Step.SHARE_FINDINGS),
    ],
)
def test_the_first_rung_that_fits(
    priority_band: str, pillar: str | None, bounds: float | None, step: Step
) -> None:
    assert choose(Situation(priority_band, pillar, bounds, None)).step is step


def test_data_first_names_the_cheapest_data_item() -> None:
    chosen = choose(Situation("insufficient_information", None, None, "its company number."))
    assert chosen.reason.endswith("The lowest-cost data item that would help: its company number.")


def test_the_ladder_has_no_way_out() -> None:
    words = " ".join((*STEP_LABELS.values(), *(step.value for step in Step))).lower()
    assert not any(word in words for word in ("exit", "drop", "delist", "terminate", "end "))
    assert LADDER[0] is Step.FIX_OWN_PURCHASING
    assert LADDER[-1] is Step.ESCALATE


def test_every_supplier_has_one_step() -> None:
    bundle = sample_bundle()
    rows = bundle.contributions.collect()
    steps = next_steps(bundle.scores, rows, own_practices(bundle, rows))
    assert steps["supplier_id"].to_list() == bundle.scores["supplier_id"].to_list()
    assert steps["next_step_reason"].null_count() == 0
    assert set(steps["next_step"][-6:]) == {"find_data_first"}
