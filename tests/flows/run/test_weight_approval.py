import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

import configs
from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Settings
from flows.run.request import weight_approval
from flows.tuning import weight_acceptance
from scoring.tune.weight_set import content_hash, signature, weight_set

TODAY = dt.date(2026, 3, 1)
ESTIMATED = ["signals.leverage.weight=0.9", "tune.weights.learned=true"]


def settings(*changes: str) -> Settings:
    return configs.load(overrides=changes, local=None)


def evidence(path: Path, key: str | None = None, **changed: Any) -> str:
    content = weight_set(settings(*ESTIMATED))
    record: dict[str, Any] = {
        "weights_sha256": content_hash(content),
        "passed": True,
        "asked": settings().tune.acceptance.model_dump(mode="json"),
        "verdict": "The weights meet the acceptance criteria.",
    } | changed
    record["signature"] = signature(record, key)
    weight_acceptance.write(record, path)
    return f"tune.weights.evidence={path}"


def override(path: Path, **changed: Any) -> str:
    record = {"role": "head of risk", "reason": "audits wait", "expires_on": "2026-03-01"}
    path.write_text(yaml.safe_dump(record | changed))
    return f"tune.weights.override={path}"


def test_the_shipped_weights_are_registered() -> None:
    record = weight_approval.approval_record(settings(), TODAY)
    assert record["origin"] == "default"
    assert record["acceptance_test"] == "not_required"


def test_weights_set_by_hand_need_no_acceptance() -> None:
    record = weight_approval.approval_record(settings("signals.leverage.weight=0.9"), TODAY)
    assert record["origin"] == "set by user"


def test_estimated_weights_pass_with_their_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(weight_approval.KEY_VARIABLE, "a secret")
    file = evidence(tmp_path / "evidence.json", key="a secret")
    record = weight_approval.approval_record(settings(*ESTIMATED, file), TODAY)
    assert record["acceptance_test"] == "passed"
    assert record["signature"]["method"] == "hmac-sha256"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"passed": False, "verdict": "too unstable"}, "too unstable"),
        ({"weights_sha256": "0"}, "about other weights"),
        ({"asked": {"minimum_auc": 0.0}}, "other values of tune.acceptance"),
    ],
)
def test_estimated_weights_are_rejected(tmp_path: Path, changed: dict[str, Any], why: str) -> None:
    file = evidence(tmp_path / "evidence.json", **changed)
    with pytest.raises(DataRejectedError, match=why):
        weight_approval.approval_record(settings(*ESTIMATED, file), TODAY)


def test_evidence_that_was_changed_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "evidence.json"
    file = evidence(path, passed=False)
    path.write_text(path.read_text().replace("false", "true"))
    with pytest.raises(DataRejectedError, match="changed after signing"):
        weight_approval.approval_record(settings(*ESTIMATED, file), TODAY)


def test_estimated_weights_without_evidence_are_rejected() -> None:
    with pytest.raises(DataRejectedError, match="no evidence is named"):
        weight_approval.approval_record(settings(*ESTIMATED), TODAY)


def test_an_override_is_recorded(tmp_path: Path) -> None:
    file = override(tmp_path / "override.yaml")
    record = weight_approval.approval_record(settings(*ESTIMATED, file), TODAY)
    assert record["acceptance_test"] == "overridden: no evidence is named"
    assert record["override"] == {
        "role": "head of risk",
        "reason": "audits wait",
        "expires_on": "2026-03-01",
    }


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"role": ""}, "role"),
        ({"reason": None}, "reason"),
        ({"expires_on": "soon"}, "2026-12-31"),
        ({"expires_on": "2026-02-28"}, "expired"),
    ],
)
def test_an_incomplete_or_expired_override_is_rejected(
    tmp_path: Path, changed: dict[str, Any], word: str
) -> None:
    file = override(tmp_path / "override.yaml", **changed)
    with pytest.raises(DataRejectedError, match=word):
        weight_approval.approval_record(settings(*ESTIMATED, file), TODAY)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.json not found"):
        weight_approval.approval_record(
            settings(*ESTIMATED, f"tune.weights.evidence={tmp_path}/none.json"), TODAY
        )
