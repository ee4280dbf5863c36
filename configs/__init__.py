"""Configuration: base.yaml, then a profile, then local.yaml, then `--set`; leaf by leaf."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import process

from configs.config_errors import UsageError
from configs.former_names import REMOVED_KEYS, current_key
from configs.sector_groups import SectorRelevance, sector_group_findings
from configs.settings import Settings

__all__ = ["UsageError", "effective_hash", "load", "profile_names", "yaml_file"]

#: Blocks whose keys the user names; everywhere else an unknown key is a mistake.
_OPEN_BLOCKS = (
    "suppliers.columns.map",
    "suppliers.columns.declared_false_alarms",
    "suppliers.constants",
    "suppliers.answers.countries",
    "suppliers.answers.sectors",
    "suppliers.answers.towns",
    "sources.*.options",
    "sources.*.options.*",
    "source_limits",
    "source_limits.*",
    "scoring.sector_relevance.signals",
)


#: The safe loader, in C where PyYAML was built with it: ten times as fast on base.yaml.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def profile_names() -> tuple[str, ...]:
    """Names of the profiles that ship with the package."""
    folder = files(__package__) / "profiles"
    names = (entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return tuple(sorted(name.removesuffix(".yaml") for name in names))


def load(
    profile: str | None = None,
    overrides: Sequence[str] = (),
    changes: Mapping[str, Any] | None = None,
    local: Path | None = Path("configs/local.yaml"),
) -> Settings:
    """The effective settings.

    Args:
        profile: name of a shipped profile or path of a YAML file; None for base alone.
        overrides: `key.path=value` strings, values in YAML.
        changes: nested values laid on top of the profile, such as the list given on the
            command line.
        local: a file of the operator's own, laid between profile and overrides; absent is fine.

    Raises:
        UsageError: no such profile, broken YAML, unknown keys (the nearest is named), or values
            of the wrong shape; all findings at once, a line each.
    """
    unknown: list[str] = []
    base = _yaml_of((files(__package__) / "base.yaml").read_text(encoding="utf-8"), "base.yaml")
    merged = dict(base)
    if profile is not None:
        merged = _laid_over(merged, *_profile(profile), unknown)
    if local is not None and local.is_file():
        of_the_operator = _yaml_of(local.read_text(encoding="utf-8"), str(local))
        merged = _laid_over(merged, of_the_operator, str(local), unknown)
    for override in overrides:
        merged = _laid_over(merged, _override(override), f"--set {override}", unknown)
    if changes:
        merged = _laid_over(merged, changes, "the command line", unknown)
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        wrong = [_finding(part, profile or "base.yaml") for part in error.errors()]
        raise UsageError("\n".join([*unknown, *wrong, *_of_groups(merged)])) from error
    unknown.extend(sector_group_findings(settings.scoring.sector_relevance, settings.signals))
    if unknown:
        raise UsageError("\n".join(unknown))
    return settings


def _of_groups(merged: Mapping[str, Any]) -> list[str]:
    """Findings in the sector groups where something else has the wrong form."""
    scoring, signals = merged.get("scoring"), merged.get("signals")
    if not isinstance(scoring, Mapping) or not isinstance(signals, Mapping):
        return []
    try:
        table = SectorRelevance.model_validate(scoring.get("sector_relevance"))
    except ValidationError:
        return []
    return sector_group_findings(table, list(signals))


def _finding(part: ErrorDetails, where: str) -> str:
    key = ".".join(str(name) for name in part["loc"])
    return f"configuration key {key}: {part['msg']} (got {part['input']!r}); correct it in {where}"


def yaml_file(path: Path) -> dict[str, Any]:
    """Keys and values of a YAML file.

    Raises:
        UsageError: no such file, broken YAML, or no keys at the top level.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file; check the path")
    return _yaml_of(path.read_text(encoding="utf-8"), str(path))


def effective_hash(settings: Settings) -> str:
    """Hash of the effective configuration; equal hash means equal method and sources.

    Who is sent alerts, what is kept and where, the language of the outputs, where they are uploaded
    and what questions cost change no result, and are left out.
    """
    content = settings.model_dump(
        mode="json",
        exclude={
            "alerts": True,
            "retention": True,
            "raw_store": True,
            "language": True,
            "questions": True,
            "publish": {"upload_to"},
        },
    )
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _profile(profile: str) -> tuple[dict[str, Any], str]:
    path = Path(profile)
    if path.suffix in {".yaml", ".yml"}:
        if not path.is_file():
            raise UsageError(f"profile {profile}: no such file")
        return _yaml_of(path.read_text(encoding="utf-8"), profile), profile
    if profile not in profile_names():
        raise UsageError(
            f"profile {profile}: no such profile; there are {', '.join(profile_names())}, "
            "or give the path of a .yaml file"
        )
    text = (files(__package__) / "profiles" / f"{profile}.yaml").read_text(encoding="utf-8")
    return _yaml_of(text, profile), f"profile {profile}"


def _yaml_of(text: str, where: str) -> dict[str, Any]:
    try:
        loaded = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise UsageError(
            f"{where}{_line_of_fault(text)}: this is not valid YAML; correct the line"
        ) from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise UsageError(f"{where}: expected keys and values at the top level")
    return loaded


def _line_of_fault(text: str) -> str:
    """The line by the loader in Python; the one in C may name a later line."""
    try:
        yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            return f" line {mark.line + 1}"
    return ""


def _override(text: str) -> dict[str, Any]:
    key, separator, value = text.partition("=")
    if not separator or not key:
        raise UsageError(f"--set {text}: write it as key.path=value")
    try:
        nested: Any = yaml.load(value, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise UsageError(f"--set {text}: the value is not valid YAML; quote it") from error
    for part in reversed(key.split(".")):
        nested = {part: nested}
    return dict(nested)


_SOURCES = "sources"


def _laid_over(
    below: Mapping[str, Any],
    above: Mapping[str, Any],
    where: str,
    unknown: list[str],
    path: str = "",
) -> dict[str, Any]:
    """`above` over `below`, leaf by leaf; lists and normalisers replace, unknown keys are noted.

    Naming a mirror of a source asks for the source: it is switched on where `above` does not say.
    """
    merged = dict(below)
    for written, value in above.items():
        key = current_key(path, str(written))
        here = f"{path}.{key}" if path else str(key)
        if key not in below and not _is_open(path):
            if here in REMOVED_KEYS:
                unknown.append(f"{where}: {here} was removed: {REMOVED_KEYS[here]}")
                continue
            nearest = process.extractOne(str(key), [str(known) for known in below])
            hint = f"; did you mean {nearest[0]}?" if nearest else ""
            unknown.append(f"{where}: unknown key {here}{hint}")
            continue
        if path == _SOURCES and isinstance(value, Mapping) and value.get("mirror"):
            value = {"enabled": True, **value}
        old = below.get(key)
        replaces = here.endswith(".normalise")
        if isinstance(old, dict) and isinstance(value, Mapping) and not replaces:
            merged[key] = _laid_over(old, value, where, unknown, here)
        else:
            merged[key] = value
    return merged


def _is_open(path: str) -> bool:
    parts = path.split(".")
    return any(
        len(parts) == len(pattern)
        and all(p in ("*", q) for p, q in zip(pattern, parts, strict=True))
        for pattern in (block.split(".") for block in _OPEN_BLOCKS)
    )
