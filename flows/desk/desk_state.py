"""What the pages of one desk share."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from flows.desk.access.action_log import ActionLog
from flows.desk.access.attempts import Attempts
from flows.desk.access.proxy_sign_in import ProxySignIn
from flows.desk.access.sessions import EntryLink, Sessions
from flows.desk.access.users import Passwords
from flows.run.folders.installation import WORKSPACES

MEGABYTE = 1_000_000
#: In the folder of results.
PRIVATE = "desk"


@dataclass(frozen=True)
class Desk:
    """One desk.

    Attributes:
        home: folder of results of the installation, whose workspaces are the lists.
        sessions: of browsers.
        entry: the one-time link; None where users sign in by name.
        passwords: of the users file; None where the link is used.
        proxy: who a proxy in front says is asking; None without one.
        cookie: name of the session's cookie.
        is_encrypted: whether browsers reach it over TLS.
        largest_upload: bytes of all files that are sent at once.
        attempts: wrong passwords.
    """

    home: Path
    sessions: Sessions
    entry: EntryLink | None
    passwords: Passwords | None = None
    proxy: ProxySignIn | None = None
    cookie: str = "understory_desk"
    is_encrypted: bool = False
    largest_upload: int = 500 * MEGABYTE
    attempts: Attempts = field(default_factory=Attempts)
    log: ActionLog = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "log", ActionLog(self.private / "actions.jsonl"))

    @property
    def private(self) -> Path:
        """Folder of what is the desk's own: its log, its link, keys and files being sent."""
        return self.home / PRIVATE

    @property
    def lists(self) -> Path:
        """Folder of the lists."""
        return self.home / WORKSPACES

    @property
    def keys_file(self) -> Path:
        """Environment file of this installation, with the keys of sources."""
        return self.private / "keys.env"
