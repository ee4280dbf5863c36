"""Starts the desk on a port and prints the link that opens it."""

from __future__ import annotations

import importlib
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from configs.config_errors import UsageError
from flows.desk.access.sessions import EntryLink, Sessions, stored_link
from flows.desk.desk_state import PRIVATE, Desk
from flows.desk.jobs.demonstration import ensure_demonstration
from flows.run.folders.installation import WORKSPACES

LOOPBACK = "127.0.0.1"
#: Requests at once; further ones are answered with 503 at once.
_MOST_AT_ONCE = 64
_MOST_PORTS = 20
_FIRST_PAGE_SECONDS = 1.0
#: What the pages of results need, beside the signals.
_OF_RESULTS = (
    "flows.desk.lists.month_tables",
    "flows.desk.lists.result_tables",
    "flows.desk.views.supplier_view",
    "flows.run.decisions.decision_files",
)


@dataclass(frozen=True)
class DeskOptions:
    """How the desk is served.

    Attributes:
        home: folder of results of the installation, whose workspaces are the lists.
        host: address it listens on.
        port: None for the first free one from the usual port on.
        users: users file; without one the desk is opened by a one-time link.
        certificate: TLS certificate of a desk that is not on loopback.
        private_key: of the certificate.
        names: host names under which browsers open a desk that is not on loopback.
        proxy_secret: file with the secret of the proxy that signs users in and encrypts.
    """

    home: Path
    host: str
    port: int | None
    users: Path | None = None
    certificate: Path | None = None
    private_key: Path | None = None
    names: tuple[str, ...] = ()
    proxy_secret: Path | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


USUAL_PORT = 4270


def reject_open_doors(options: DeskOptions) -> None:
    """Check that a desk that others reach has users and is encrypted.

    Raises:
        UsageError: it has not, or a file is not there.
    """
    if options.proxy_secret is not None and (options.users is None or not options.names):
        raise UsageError(
            "--proxy-secret: name the users and their roles with --auth FILE, and the host that "
            "browsers open with --name NAME"
        )
    is_encrypted = options.certificate is not None or options.proxy_secret is not None
    if not options.is_loopback and (options.users is None or not is_encrypted):
        raise UsageError(
            f"--host {options.host}: other machines would reach the desk; give --auth FILE and "
            "--tls-certificate FILE with --tls-key FILE, or leave --host out"
        )
    if (options.certificate is None) != (options.private_key is None):
        raise UsageError("--tls-certificate and --tls-key belong together; give both")
    for file in (options.users, options.certificate, options.private_key, options.proxy_secret):
        if file is not None and not file.is_file():
            raise UsageError(f"{file}: there is no such file; check the path")


def serve(options: DeskOptions, say: Callable[[str], None]) -> None:
    """Serve the desk until the process is ended.

    Args:
        options: how.
        say: takes the lines for the user.

    Raises:
        UsageError: the options are not safe, or the port is taken.
    """
    reject_open_doors(options)
    for folder in (options.home / PRIVATE, options.home / WORKSPACES):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    link_file = options.home / PRIVATE / "entry-link.json"
    if options.users is None and (link := stored_link(link_file)) is not None:
        say(f"The desk is running already. Open it: {link}")
        return
    import uvicorn

    from flows.desk.access.proxy_sign_in import ProxySignIn, read_secret
    from flows.desk.access.users import Passwords, read_users
    from flows.desk.application import application

    with _listening(options) as listener:
        port = listener.getsockname()[1]
        by_proxy = options.proxy_secret is not None
        is_encrypted = options.certificate is not None or by_proxy
        host = f"[{options.host}]" if ":" in options.host else options.host
        address = f"{'https' if is_encrypted else 'http'}://{host}:{port}"
        if by_proxy:
            address = f"https://{options.names[0]}"
        users = (
            None if options.users is None else read_users(options.users, has_passwords=not by_proxy)
        )
        entry = EntryLink(link_file, address) if users is None else None
        desk = Desk(
            home=options.home,
            sessions=Sessions(),
            entry=entry,
            passwords=None if users is None or by_proxy else Passwords(users),
            proxy=None
            if users is None or options.proxy_secret is None
            else ProxySignIn(read_secret(options.proxy_secret), users),
            cookie=f"understory_desk_{port}",
            is_encrypted=is_encrypted,
        )
        # Files that are being sent wait in the private folder, not in the shared one.
        incoming = desk.private / "incoming"
        incoming.mkdir(exist_ok=True)
        ensure_demonstration(desk.lists)
        tempfile.tempdir = str(incoming)
        names = {host, *options.names, *(("localhost",) if options.is_loopback else ())}
        hosts = {f"{name}:{port}" for name in names} | (
            set(options.names) if port == 443 or by_proxy else set()
        )
        app = application(desk, hosts)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=_MOST_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=3,
            ws="none",
            lifespan="off",
            proxy_headers=False,
            ssl_certfile=options.certificate,
            ssl_keyfile=options.private_key,
        )
        threading.Thread(target=_load_later, args=(desk,), daemon=True).start()
        say(f"Open the desk: {entry.link if entry is not None else address}")
        say("Ctrl-C stops it. Runs that are under way go on.")
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            say("The desk has stopped.")
        finally:
            if entry is not None:
                entry.close()


def _load_later(desk: Desk) -> None:
    """Import what the pages of results need once somebody is in and has the first page."""
    while not desk.sessions.any():
        time.sleep(0.5)
    time.sleep(_FIRST_PAGE_SECONDS)
    for name in _OF_RESULTS:
        importlib.import_module(name)
    from signals.registry import signals

    signals()


@contextmanager
def _listening(options: DeskOptions) -> Iterator[socket.socket]:
    """A socket on the port, or on the first free one."""
    ports = (
        [options.port] if options.port is not None else range(USUAL_PORT, USUAL_PORT + _MOST_PORTS)
    )
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    for port in ports:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((options.host, port))
        except OSError:
            listener.close()
            continue
        with listener:
            listener.listen(256)
            yield listener
        return
    named = f"--port {options.port}" if options.port is not None else f"ports from {USUAL_PORT}"
    raise UsageError(f"{named}: another program listens there; choose another one with --port")
