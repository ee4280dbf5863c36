"""Whether a run may be published with its weights, and the record of that for the manifest."""

from __future__ import annotations

import datetime as dt
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import configs
from configs.config_errors import DataRejectedError, UsageError
from configs.settings import Acceptance, Settings
from scoring.tune.weight_set import content_hash, is_authentic, weight_set

#: Secret with which an organisation signs the evidence of its weights.
KEY_VARIABLE = "UNDERSTORY_SIGNING_KEY"

_OVERRIDE_KEYS = ("role", "reason", "expires_on")


def approval_record(settings: Settings, today: dt.date) -> dict[str, Any]:
    """Whether a run may be published with its weights; the record goes into the manifest.

    The default weights are recorded as such, and weights set by the user are the user's own
    judgement: both are published without a test. Estimated weights need evidence that is about
    them, authentic and passed, or a written override that has not expired.

    Raises:
        DataRejectedError: estimated weights with neither.
        UsageError: a named file does not exist or cannot be read.
    """
    content_sha256 = content_hash(weight_set(settings))
    chosen = settings.tune.weights
    origin = "estimated" if chosen.learned else "set by user"
    if content_sha256 == _hash_of_default():
        origin = "default"
    record: dict[str, Any] = {
        "version": settings.scoring.version,
        "sha256": content_sha256,
        "origin": origin,
        "acceptance_test": "not_required",
        "signature": None,
        "override": None,
    }
    if origin != "estimated":
        return record
    why_not = _why_not(chosen.evidence, content_sha256, settings.tune.acceptance)
    if chosen.evidence is not None and why_not is None:
        evidence = _read(Path(chosen.evidence), "evidence")
        return {**record, "acceptance_test": "passed", "signature": evidence["signature"]}
    override = _override(chosen.override, today)
    if override is None:
        raise DataRejectedError(
            f"not published: the estimated weights {content_sha256[:12]} have not met the "
            f"acceptance criteria ({why_not}); run `understory tune accept` and name its file in "
            "tune.weights.evidence, or name an override (role, reason, expires_on) in "
            "tune.weights.override"
        )
    return {**record, "acceptance_test": f"overridden: {why_not}", "override": override}


@cache
def _hash_of_default() -> str:
    return content_hash(weight_set(configs.load(local=None)))


def _why_not(evidence: str | None, content_sha256: str, acceptance: Acceptance) -> str | None:
    """Why a file of evidence does not approve weights; None where it does."""
    if evidence is None:
        return "no evidence is named"
    record = _read(Path(evidence), "evidence")
    if record.get("weights_sha256") != content_sha256:
        return f"{evidence} is about other weights"
    if not is_authentic(record, os.environ.get(KEY_VARIABLE)):
        return f"{evidence} was changed after signing, or {KEY_VARIABLE} is another key"
    if record.get("asked") != acceptance.model_dump(mode="json"):
        return f"{evidence} was tested under other values of tune.acceptance than this run has"
    return None if record.get("passed") is True else str(record.get("verdict"))


def _override(path: str | None, today: dt.date) -> dict[str, str] | None:
    if path is None:
        return None
    record = _read(Path(path), "override")
    for key in _OVERRIDE_KEYS:
        if not str(record.get(key) or "").strip():
            raise DataRejectedError(
                f"{path}: an override of the acceptance criteria needs {key}; state the role that "
                "decides, the reason and the date of expiry"
            )
    try:
        expires_on = dt.date.fromisoformat(str(record["expires_on"]))
    except ValueError as error:
        raise DataRejectedError(
            f"{path}: expires_on is not a date; write it as 2026-12-31"
        ) from error
    if expires_on < today:
        raise DataRejectedError(
            f"{path}: the override expired on {expires_on}; renew it, or run "
            "`understory tune accept`"
        )
    return {key: str(record[key]).strip() for key in _OVERRIDE_KEYS}


def _read(path: Path, key: str) -> dict[str, Any]:
    if not path.is_file():
        raise UsageError(f"tune.weights.{key}: file {path} not found; correct the path")
    text = path.read_text(encoding="utf-8")
    try:
        record = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: not valid JSON or YAML; create the file again") from error
    if not isinstance(record, dict):
        raise UsageError(f"{path}: expected keys and values; create the file again")
    return record
