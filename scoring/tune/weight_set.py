"""A set of weights as something to name, sign and recognise."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Literal

from configs.settings import Settings

#: How a record was signed.
Method = Literal["hmac-sha256", "sha256"]


def weight_set(settings: Settings) -> dict[str, Any]:
    """Everything by which weights order a list: the content of a weight set.

    Sources that are set up or not have no part in it, so the same weights have the same name on
    every list; nor has the text that names the source of a goalpost, which may be corrected.
    """
    scoring = settings.scoring
    return {
        "version": scoring.version,
        "exponent": scoring.exponent,
        "pillars": dict(sorted(scoring.pillars.items())),
        "evidence_grade_caps": dict(sorted(scoring.evidence_grade_caps.items())),
        "sector_groups": _without_sources(scoring.sector_relevance.model_dump(mode="json")),
        "signals": {
            name: line.model_dump(mode="json", exclude={"normalise": {"anchor_source"}})
            for name, line in sorted(settings.signals.items())
        },
    }


def _without_sources(content: Any) -> Any:
    """The content without the texts that name the sources of goalposts."""
    if isinstance(content, Mapping):
        return {
            key: _without_sources(value) for key, value in content.items() if key != "anchor_source"
        }
    return [_without_sources(value) for value in content] if isinstance(content, list) else content


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of a record, whatever the order of its keys."""
    return hashlib.sha256(_canonical(content)).hexdigest()


def signature(record: Mapping[str, Any], key: str | None) -> dict[str, str]:
    """Sign a record.

    Args:
        record: JSON-ready; a key `signature` in it is left out.
        key: secret of the organisation; without one the signature is a checksum, which shows
            that a record was changed but not who made it.

    Returns:
        method (hmac-sha256 or sha256) and value.
    """
    body = _canonical({name: value for name, value in record.items() if name != "signature"})
    if key:
        value = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        return {"method": "hmac-sha256", "value": value}
    return {"method": "sha256", "value": hashlib.sha256(body).hexdigest()}


def is_authentic(record: Mapping[str, Any], key: str | None) -> bool:
    """Whether a record is as it was signed.

    A record signed with a key is never taken without it, and with a key available a mere checksum
    is not enough.
    """
    signed = record.get("signature")
    if not isinstance(signed, Mapping):
        return False
    made = signature(record, key)
    return signed.get("method") == made["method"] and hmac.compare_digest(
        str(signed.get("value")), made["value"]
    )


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, default=str).encode()
