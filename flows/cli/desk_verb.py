"""The verb that opens the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.cli.option_types import DEFAULT_OUT, local_folder

_File = Path | None
_LOOPBACK = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("desk")(desk)


def desk(
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="Folder of results; its workspaces are the lists.",
            metavar="FOLDER",
            callback=local_folder,
        ),
    ] = DEFAULT_OUT,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=1, max=65535, help="Port; default: the first free one from 4270."
        ),
    ] = None,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            help="Address to listen on; one that other machines reach needs --auth and TLS files.",
        ),
    ] = _LOOPBACK,
    auth: Annotated[
        _File,
        typer.Option("--auth", help="Users file: names, roles and argon2 hashes.", metavar="FILE"),
    ] = None,
    tls_certificate: Annotated[
        _File, typer.Option("--tls-certificate", help="TLS certificate.", metavar="FILE")
    ] = None,
    tls_key: Annotated[
        _File, typer.Option("--tls-key", help="Private key of the certificate.", metavar="FILE")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name",
            help="Host name under which browsers open it; may be repeated.",
            metavar="NAME",
        ),
    ] = None,
    proxy_secret: Annotated[
        _File,
        typer.Option(
            "--proxy-secret",
            help="File with the secret of a proxy that signs users in and encrypts.",
            metavar="FILE",
        ),
    ] = None,
    add_user: Annotated[
        str | None,
        typer.Option(
            "--add-user", help="Add a user to the file of --auth and stop.", metavar="NAME"
        ),
    ] = None,
    role: Annotated[
        Literal["read", "decide", "run"],
        typer.Option("--role", help="Role of the user that is added."),
    ] = "read",
) -> None:
    """Open the desk: lists, runs and results in a browser.

    Prints a link that opens it once. Only this machine reaches it, unless --host says otherwise.
    Ctrl-C stops the desk; runs that are under way go on.
    """
    from configs.config_errors import UsageError
    from flows.desk import server

    if add_user is not None:
        from flows.desk.access.users import add_user as add

        if auth is None:
            raise UsageError("--add-user: name the users file with --auth FILE")
        password = None
        if proxy_secret is None:
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        add(auth, add_user, role, password)
        typer.echo(f"{auth}: user {add_user} has the role {role}.")
        return
    options = server.DeskOptions(
        home=out.resolve(),
        host=host,
        port=port,
        users=auth,
        certificate=tls_certificate,
        private_key=tls_key,
        names=tuple(name or ()),
        proxy_secret=proxy_secret,
    )
    server.serve(options, typer.echo)
