"""Whether a run may be published with its weights: shipped, set by hand, gated or overridden."""

from __future__ import annotations

import datetime as dt
import json
import os
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


def standing(settings: Settings, today: dt.date) -> dict[str, Any]:
    """Whether a run may be published with its weights; the record goes into the manifest.

    The weights that ship with the project are registered as such, and weights set by hand are the
    user's own judgement: both are published as they are. Estimated weights need evidence that is
    theirs, authentic and passed, or an override in writing that has not expired.

    Raises:
        DataRejectedError: estimated weights without either.
        UsageError: a file that is named is not there or cannot be read.
    """
    content_sha256 = content_hash(weight_set(settings))
    shipped = content_hash(weight_set(configs.load(local=None)))
    chosen = settings.tune.weights
    origin = "learned" if chosen.learned else "set by hand"
    if content_sha256 == shipped:
        origin = "shipped with the project"
    record: dict[str, Any] = {
        "version": settings.scoring.version,
        "sha256": content_sha256,
        "origin": origin,
        "gate": "not asked for",
        "signature": None,
        "override": None,
    }
    if origin != "learned":
        return record
    why_not = _why_not(chosen.evidence, content_sha256, settings.tune.acceptance)
    if chosen.evidence is not None and why_not is None:
        evidence = _read(Path(chosen.evidence), "evidence")
        return {**record, "gate": "passed", "signature": evidence["signature"]}
    override = _override(chosen.override, today)
    if override is None:
        raise DataRejectedError(
            f"not published: the estimated weights {content_sha256[:12]} have not passed the gate "
            f"({why_not}); run `understory tune gate` and name its file in tune.weights.evidence, "
            "or name an override (role, reason, expires_on) in tune.weights.override"
        )
    return {**record, "gate": f"overridden: {why_not}", "override": override}


def _why_not(evidence: str | None, content_sha256: str, acceptance: Acceptance) -> str | None:
    """Why a file of evidence does not let weights pass; None where it does."""
    if evidence is None:
        return "no evidence is named"
    record = _read(Path(evidence), "evidence")
    if record.get("weights_sha256") != content_sha256:
        return f"{evidence} is about other weights"
    if not is_authentic(record, os.environ.get(KEY_VARIABLE)):
        return f"{evidence} is not as it was signed, or {KEY_VARIABLE} is not the key it has"
    if record.get("asked") != acceptance.model_dump(mode="json"):
        return f"{evidence} was held against another tune.acceptance than that of this run"
    return None if record.get("passed") is True else str(record.get("verdict"))


def _override(path: str | None, today: dt.date) -> dict[str, str] | None:
    if path is None:
        return None
    record = _read(Path(path), "override")
    for key in _OVERRIDE_KEYS:
        if not str(record.get(key) or "").strip():
            raise DataRejectedError(
                f"{path}: an override of the gate needs {key}; write the role that decides, the "
                "reason and the day it ends"
            )
    try:
        expires_on = dt.date.fromisoformat(str(record["expires_on"]))
    except ValueError as error:
        raise DataRejectedError(f"{path}: expires_on is no day; write it as 2026-12-31") from error
    if expires_on < today:
        raise DataRejectedError(
            f"{path}: the override of the gate expired on {expires_on}; renew it or gate the "
            "weights"
        )
    return {key: str(record[key]).strip() for key in _OVERRIDE_KEYS}


def _read(path: Path, key: str) -> dict[str, Any]:
    if not path.is_file():
        raise UsageError(f"tune.weights.{key}: there is no file {path}; name one that exists")
    text = path.read_text(encoding="utf-8")
    try:
        record = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: it cannot be read as a record; write it again") from error
    if not isinstance(record, dict):
        raise UsageError(f"{path}: expected keys and values; write it again")
    return record
