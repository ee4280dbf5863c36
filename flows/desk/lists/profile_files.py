"""The profiles that the page of weights knows: shipped ones, the list's own, and saved ones."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

import configs
from configs import durable_files
from configs.config_errors import UsageError
from flows.desk.lists.answers import laid_over
from flows.desk.lists.list_folders import ListFolder, shown_name
from flows.run.folders.installation import is_name, name_for

#: Keys of profiles that each list has: the configuration without one, the list, and what was
#: tried last, whose file the job of weights writes.
DEFAULT, LIST, TRIED = "default", "list", "tried"
WHAT_IF = "what-if.yaml"
_SHIPPED, _SAVED = "shipped-", "saved-"
#: The demonstration's, which names files of its own.
_NOT_OFFERED = ("demo",)
_MOST = 50


def known_profiles(folder: ListFolder) -> dict[str, str]:
    """Profiles that can be compared: title by key, "" for `DEFAULT`, `LIST` and `TRIED`."""
    shipped = sorted(
        Path(one.name).stem
        for one in (files(configs) / "profiles").iterdir()
        if one.name.endswith(".yaml")
    )
    return {
        DEFAULT: "",
        LIST: "",
        **({TRIED: ""} if (folder.path / WHAT_IF).is_file() else {}),
        **{f"{_SHIPPED}{name}": name for name in shipped if name not in _NOT_OFFERED},
        **{
            f"{_SAVED}{file.stem}": str(configs.yaml_file(file).get("title", file.stem))
            for file in _saved(folder)
        },
    }


def profile_of(folder: ListFolder, key: str) -> str:
    """A profile as `flows.run.request.run_request.settings_of` takes it.

    A saved one has weights alone; it is laid over the settings of the list, in a file below `jobs`.

    Args:
        folder: of the list, whose `list.yaml` is written.
        key: of `known_profiles`.
    """
    if key == DEFAULT:
        return "base"
    if key == LIST:
        return str(folder.settings_file)
    if key == TRIED:
        return str(folder.path / WHAT_IF)
    if key.startswith(_SHIPPED):
        return key.removeprefix(_SHIPPED)
    saved = configs.yaml_file(_home(folder) / f"{key.removeprefix(_SAVED)}.yaml")
    whole = laid_over(configs.yaml_file(folder.settings_file), saved)
    target = folder.jobs / "profiles" / f"{key}.yaml"
    durable_files.write_text(target, yaml.safe_dump(whole, sort_keys=False, allow_unicode=True))
    return str(target)


def save_profile(folder: ListFolder, title: str, weights: Mapping[str, float]) -> None:
    """Save weights as a profile, in place of one of the same title.

    Raises:
        UsageError: the title is empty, or there are too many.
    """
    shown = shown_name(title)
    if not shown:
        raise UsageError("the profile has no name; give it one, such as More weight on accounts")
    saved = {str(configs.yaml_file(one).get("title")): one.stem for one in _saved(folder)}
    if shown not in saved and len(saved) >= _MOST:
        raise UsageError(f"a list has at most {_MOST} saved profiles; remove some")
    name = saved.get(shown) or name_for(shown, list(saved.values()))
    content: dict[str, Any] = {
        "title": shown,
        "signals": {signal: {"weight": weight} for signal, weight in weights.items()},
    }
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    durable_files.write_text(_home(folder) / f"{name}.yaml", text)


def saved_weights(folder: ListFolder, key: str) -> dict[str, float]:
    """Weights of a saved profile; none of another or an unknown one."""
    file = _file(folder, key)
    if file is None:
        return {}
    signals = configs.yaml_file(file).get("signals", {})
    return {name: float(one["weight"]) for name, one in signals.items()}


def remove_profile(folder: ListFolder, key: str) -> None:
    """Remove a saved profile; an unknown key changes nothing."""
    if (file := _file(folder, key)) is not None:
        file.unlink()


def _home(folder: ListFolder) -> Path:
    return folder.path / "profiles"


def _file(folder: ListFolder, key: str) -> Path | None:
    name = key.removeprefix(_SAVED)
    file = _home(folder) / f"{name}.yaml"
    return file if key.startswith(_SAVED) and is_name(name) and file.is_file() else None


def _saved(folder: ListFolder) -> list[Path]:
    home = _home(folder)
    return sorted(home.glob("*.yaml")) if home.is_dir() else []
