"""The verb that writes evidence packs."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from flows.cli.option_types import DEFAULT_OUT, LATEST_RUN, Out, RunId

#: As `reports.exports.packs.laws.LAWS`, which is too slow to import for help.
_Law = Literal["csddd", "eu-2024-3015", "lksg", "uflpa"]


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(pack)


def pack(
    suppliers: Annotated[
        list[str], typer.Argument(help="Ids of suppliers.", metavar="SUPPLIER...")
    ],
    law_name: Annotated[
        _Law,
        typer.Option(
            "--law",
            help="csddd: Directive (EU) 2024/1760; eu-2024-3015: regulation on products made with "
            "forced labour; lksg: German supply chain act; uflpa: Uyghur Forced Labor Prevention "
            "Act.",
        ),
    ],
    run: RunId = LATEST_RUN,
    out: Out = DEFAULT_OUT,
) -> None:
    """Write evidence packs of suppliers for a law.

    It has an index, every data item with the source used, decisions and notices.
    """
    from flows.run.results.supplier_documents import write_packs

    for path in write_packs(out, run, suppliers, law_name):
        typer.echo(f"Pack: {path}")
    typer.echo("A pack gives priorities and what they rest on; it is not a finding.")
