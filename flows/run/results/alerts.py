"""Messages about runs to e-mail, Slack, Teams, webhooks and others, through Apprise.

The addresses hold passwords and tokens, so they come from the environment alone. A message holds
ids, dates, counts and commands: never a name, a value or the text of an error.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from configs.config_errors import UsageError
from configs.settings import Settings
from flows.run.folders import published_runs
from flows.run.folders.run_states import HELD, NOTHING_RANKED, PUBLISHED
from flows.run.request import source_keys
from flows.run.results import metrics
from flows.run.work.stage_types import Published, RunRequest
from signals.registry import sources

#: Addresses of Apprise, separated by spaces.
VARIABLE = "UNDERSTORY_ALERTS"
EVENTS = ("late", "failed", "held", "thin", "drifted", "done")

log = logging.getLogger("understory")


def reported(
    request: RunRequest, run: Callable[[], Published], due: dt.datetime | None = None
) -> Published:
    """Do a run, write its metrics, and send what happened.

    Args:
        request: of the run.
        run: does it.
        due: when it was to start; None where no schedule started it.
    """
    wanted, now = request.settings.alerts, dt.datetime.now(dt.UTC)
    month = f"The run as of {request.as_of} in {request.out}"
    if due is not None and now - due > dt.timedelta(hours=wanted.late_hours):
        hours = (now - due).total_seconds() / 3600
        send(wanted.events, ["late"], f"{month} started {hours:.0f} hours late.")
    try:
        published = run()
    except Exception as error:
        metrics.write_failure(request.out, request.as_of)
        send(wanted.events, ["failed"], failure_text(month, error))
        raise
    manifest = published_runs.read_manifest(published.folder)
    metrics.write(request.out, manifest, published)
    if not published.already_published:
        events = events_of(manifest, request.settings)
        send(wanted.events, events, _text(manifest, published, request.out))
    return published


def failure_text(month: str, error: Exception) -> str:
    """What is sent of a failure: its kind, as its text may name suppliers."""
    return f"{month} failed ({type(error).__name__}). Its log has the sentence."


def events_of(manifest: Mapping[str, Any], settings: Settings) -> list[str]:
    """What happened in a run, most serious first."""
    state = manifest["result"]
    unread = [
        entry
        for entry in manifest["sources"]
        if entry["status"] == "unavailable"
        and not source_keys.is_key_missing(
            sources()[entry["source_id"]].CARD, settings, str(entry["reason"])
        )
    ]
    happened = {
        "held": state == HELD,
        "thin": state == NOTHING_RANKED or (state == PUBLISHED and bool(unread)),
        "drifted": bool(manifest["drift"].get("alarm")),
        "done": state == PUBLISHED,
    }
    return [event for event in EVENTS if happened.get(event)]


def send(wanted: Collection[str], events: Collection[str], text: str) -> bool:
    """Send one message where one of the events is wanted and addresses are set.

    Returns:
        Whether every address took it; true where nothing was to be sent. A message that cannot be
        sent is a warning in the log and never stops a run.
    """
    chosen = [event for event in events if event in wanted]
    if not chosen or not addresses():
        return True
    sent = deliver(f"Understory: {', '.join(chosen)}", text)
    for kind, taken in sent:
        if not taken:
            log.warning("The alert (%s) could not be sent by %s", ", ".join(chosen), kind)
    return all(taken for _, taken in sent)


def addresses(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The addresses that the environment holds."""
    return environment.get(VARIABLE, "").split()


def deliver(title: str, text: str) -> list[tuple[str, bool]]:
    """Send a message to every address: the kind of each, never the address, and whether it went.

    Raises:
        UsageError: no address is set.
    """
    from apprise import Apprise

    if not addresses():
        raise UsageError(
            f"{VARIABLE} is not set; give it addresses such as slack://… or mailtos://…, separated "
            "by spaces (docs/how-to/operating.md)"
        )
    # Its own log would repeat addresses.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    results = []
    for address in addresses():
        service = Apprise()
        taken = service.add(address) and bool(service.notify(body=text, title=title))
        results.append((urlsplit(address).scheme or "an address without a scheme", taken))
    return results


def _text(manifest: Mapping[str, Any], published: Published, out: Path) -> str:
    run_id = published.run_id
    lines = [
        f"Run {run_id} in {out}: {published.state.replace('_', ' ')}.",
        f"{published.ranked:,} suppliers ranked, {published.insufficient:,} with insufficient "
        "information.",
    ]
    counts = manifest.get("signals")
    if counts:
        lines.append(f"{counts['unchanged']} of {counts['all']} signals unchanged.")
    unread = [s["source_id"] for s in manifest["sources"] if s["status"] == "unavailable"]
    if unread:
        lines.append(f"Sources not read: {', '.join(unread)}.")
    if manifest["drift"].get("alarm"):
        lines.append(f"Signals that changed far more: {', '.join(manifest['drift']['alarm'])}.")
    if published.state == HELD:
        rules = sorted({one["rule"] for one in manifest["publication"]["findings"]})
        lines += [
            f"Held by {', '.join(rules)}; `latest` stays.",
            f"understory publish --accept {run_id} --reason TEXT --out {out}",
        ]
    return "\n".join(lines)
