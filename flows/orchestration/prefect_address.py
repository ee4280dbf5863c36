"""Which Prefect API is configured, and whether it answers, without importing Prefect."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from flows.orchestration.api_login import ApiLogin, stored_login
from flows.run.folders.installation import installation_of

#: Where `understory serve` listens by default.
SERVE_HOST = "127.0.0.1"
SERVE_PORT = 4200

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def api_address(host: str, port: int) -> str:
    """Address of the API of a server."""
    return f"http://{host}:{port}/api"


def configured_address(environment: Mapping[str, str] = os.environ) -> str | None:
    """The API address of the environment or of Prefect's active profile, or None."""
    if environment.get("PREFECT_API_URL"):
        return environment["PREFECT_API_URL"]
    home = Path(environment.get("PREFECT_HOME") or Path.home() / ".prefect")
    profiles = home / "profiles.toml"
    if not profiles.is_file():
        return None
    try:
        content = tomllib.loads(profiles.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        # Prefect itself will complain about the file, when it is used.
        return None
    name = environment.get("PREFECT_PROFILE") or content.get("active")
    address = content.get("profiles", {}).get(name, {}).get("PREFECT_API_URL")
    return str(address) if address else None


def answers(address: str, timeout_seconds: float = 2.0) -> bool:
    """Whether a Prefect API is alive at an address."""
    is_loopback = urlsplit(address).hostname in _LOOPBACK
    # A proxy for the outside world knows nothing of this machine's loopback.
    opener = build_opener(ProxyHandler({})) if is_loopback else build_opener()
    try:
        with opener.open(f"{address.rstrip('/')}/health", timeout=timeout_seconds) as response:
            return bool(response.read(64).strip() == b"true")
    except HTTPError as error:
        # A server that wants us to log in is there all the same.
        return error.code in (401, 403)
    except (URLError, OSError, ValueError):
        return False


def quiet_environment(address: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of Prefect's processes: the API's address, and no telemetry."""
    bypass = {name for name in environment.get("NO_PROXY", "").split(",") if name}
    return {
        "PREFECT_API_URL": address,
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # A temporary server of Prefect's own would have no login.
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
        # Dependencies come from the lock; a run must never install any.
        "PREFECT_RUNNER_AUTO_INSTALL_DEPENDENCIES": "false",
        "NO_PROXY": ",".join(sorted(bypass | _LOOPBACK)),
    }


def run_environment(address: str, environment: Mapping[str, str]) -> dict[str, str]:
    """`quiet_environment` for processes that run flows: our own log lines go to Prefect too."""
    quiet = quiet_environment(address, environment)
    return {**quiet, "PREFECT_LOGGING_EXTRA_LOGGERS": "understory"}


def find_api(out: Path, environment: Mapping[str, str] = os.environ) -> ApiLogin | None:
    """The API that answers, with its login: the configured one, else that of `understory serve`.

    Only a server that `understory serve` started for this installation is taken without being
    named: another one on the usual port may be another user's.

    Args:
        out: folder of the results.
        environment: variables of the process.
    """
    configured = configured_address(environment)
    home = environment.get("PREFECT_HOME") or installation_of(out) / ".prefect"
    started = stored_login(Path(home))
    login = environment.get("PREFECT_API_AUTH_STRING", "")
    if configured is not None:
        if not login and started is not None and started.address == configured:
            return started if answers(configured) else None
        return ApiLogin(configured, login) if answers(configured) else None
    return started if started is not None and answers(started.address) else None
