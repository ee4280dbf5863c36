"""Rows and archives of Brazil's company register, in the tax office's form."""

from __future__ import annotations

import io
import zipfile


def archive(member: str, *rows: str) -> bytes:
    """A zip with one table in Latin-1."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(member, "".join(f"{row}\n" for row in rows).encode("latin-1"))
    return body.getvalue()


def _row(*cells: str) -> str:
    return ";".join(f'"{cell}"' for cell in cells)


def company_row(root: str, name: str, nature: str) -> str:
    return _row(root, name, nature, "49", "1000,00", "05", "")


def site_row(
    number: str,
    *,
    head: bool = True,
    trade_name: str = "",
    status: str = "02",
    status_day: str = "20010203",
    since: str = "20010203",
) -> str:
    return _row(
        number[:8], number[8:12], number[12:], "1" if head else "2", trade_name, status,
        status_day, "00", "", "", since, "0151201", "", "RUA", "DO GADO", "7",
        "C/O JOHN DOE", "CENTRO", "68000000", "PA", "0427", "91", "12345678", "", "", "", "",
        "john.doe@example.org", "", "",
    )  # fmt: skip
