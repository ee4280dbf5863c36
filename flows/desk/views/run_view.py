"""What the page of a run shows: steps in plain words, and how long it may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.languages.catalogue import Translator, message

#: Stage to the words of its step; sources are read in two stages.
STEPS = {
    "prepare": message("Read the supplier list"),
    "sources": message("Read the sources"),
    "identify": message("Link suppliers to registers"),
    "measure": message("Compute the signals"),
    "score": message("Compute scores and ranks"),
    "publish": message("Write the report"),
}
_OF_SOURCES = ("pull", "stage")
#: So many sources must be read before their mean says anything.
_LEAST_SOURCES = 3


def run_data(
    events: Sequence[Mapping[str, Any]],
    now: float,
    usual: Mapping[str, float],
    words: Translator,
    *,
    is_running: bool,
) -> dict[str, Any]:
    """Progress of a run.

    Args:
        events: of the job, in order.
        now: seconds since 1970; where the run has ended, the time at which it did.
        usual: seconds of each step in the last run of the list, as `durations` gives them.
        words: of the language of the page.
        is_running: whether it goes on.

    Returns:
        `steps` with their state (done, current, waiting); `sources` with seconds each; `share`
        done, 0 to 100; `remaining` in words; `elapsed` in words.
    """
    last = events[-1] if events else None
    current = None if last is None else _step(last["stage"])
    seen = {_step(event["stage"]) for event in events}
    names = list(STEPS)
    # Sources of identity are read before suppliers are linked, the others after.
    at = names.index(current) if current in STEPS else 0
    steps = [
        {
            "label": label,
            "state": _state(name, current, names.index(name) < at, name in seen, is_running),
            "detail": _detail(last, words) if name == current and is_running and last else "",
        }
        for name, label in STEPS.items()
    ]
    elapsed = now - events[0]["at"] if events else 0.0
    left = remaining_seconds(events, now, usual) if is_running else 0.0
    share = 0 if not events else 100
    if is_running:
        share = _share(events, elapsed, left)
    return {
        "steps": steps,
        "sources": _sources(events, now),
        "share": share,
        "elapsed": in_words(elapsed, words),
        "remaining": "" if left is None else in_words(left, words),
    }


def durations(events: Sequence[Mapping[str, Any]], end: float) -> dict[str, float]:
    """Seconds of each step of a run that has ended, by stage and source."""
    found: dict[str, float] = {}
    for event, seconds in _timed(events, end):
        key = step_key(event)
        found[key] = found.get(key, 0.0) + seconds
    return found


def step_key(event: Mapping[str, Any]) -> str:
    """Name of a step among those of one run."""
    is_source = event["stage"] in _OF_SOURCES
    return f"{event['stage']} {event['detail']}" if is_source else str(event["stage"])


def remaining_seconds(
    events: Sequence[Mapping[str, Any]], now: float, usual: Mapping[str, float]
) -> float | None:
    """How long a run may still take; None where nothing is known yet.

    After an earlier run: the sum of its steps that have not begun, and what is left of the current
    one. In a first run: the mean of the sources read so far times those that are left.
    """
    if not events:
        return sum(usual.values()) if usual else None
    last = events[-1]
    if usual:
        begun = {step_key(event) for event in events}
        left = sum(seconds for key, seconds in usual.items() if key not in begun)
        since = now - float(last["at"])
        return left + max(0.0, usual.get(step_key(last), 0.0) - since)
    sources = [event for event in events if event["stage"] == "pull"]
    if last["stage"] in _OF_SOURCES and len(sources) > _LEAST_SOURCES:
        mean = (now - sources[0]["at"]) / len(sources)
        return float(mean * (int(last["total"]) - len(sources) + 1))
    return None


def in_words(seconds: float, words: Translator) -> str:
    """A duration as people say it."""
    if seconds < 60:
        return words.count("{count} second", "{count} seconds", max(0, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return words.count("{count} minute", "{count} minutes", minutes)
    return words.text("{number} hours", number=words.number(seconds / 3600, 1))


def _step(stage: str) -> str:
    return "sources" if stage in _OF_SOURCES else stage


def _state(name: str, current: str | None, is_before: bool, is_seen: bool, is_running: bool) -> str:
    if name == current:
        return message("current") if is_running else message("done")
    is_done = is_before or (is_seen and name != current)
    return message("done") if is_done else message("waiting")


def _detail(event: Mapping[str, Any], words: Translator) -> str:
    if event["stage"] not in _OF_SOURCES:
        return ""
    done, total = words.number(event["done"] + 1), words.number(event["total"])
    return words.text(
        "{source} ({done} of {total})", source=event["detail"], done=done, total=total
    )


def _sources(events: Sequence[Mapping[str, Any]], now: float) -> list[dict[str, Any]]:
    """Seconds of each source, both stages together, in the order in which they were read."""
    found: dict[str, float] = {}
    for event, seconds in _timed(events, now):
        if event["stage"] in _OF_SOURCES:
            name = str(event["detail"])
            found[name] = found.get(name, 0.0) + seconds
    return [{"name": name, "seconds": round(taken, 1)} for name, taken in found.items()]


def _timed(
    events: Sequence[Mapping[str, Any]], end: float
) -> list[tuple[Mapping[str, Any], float]]:
    """Each event with the seconds until the next, or until the end."""
    times = [*(event["at"] for event in events), end]
    return [(event, times[at + 1] - times[at]) for at, event in enumerate(events)]


def _share(events: Sequence[Mapping[str, Any]], elapsed: float, left: float | None) -> int:
    """Per cent that is done; never all of it while the run goes on."""
    if left is not None and elapsed + left > 0:
        return min(99, round(100 * elapsed / (elapsed + left)))
    if not events:
        return 0
    last = events[-1]
    names = list(STEPS)
    step = _step(last["stage"])
    within = int(last["done"]) / max(1, int(last["total"])) if step == "sources" else 0.0
    return min(99, round(100 * (names.index(step) + within) / len(names)))
