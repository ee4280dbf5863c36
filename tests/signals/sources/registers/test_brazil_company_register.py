"""Brazil's company register: listed companies out of monthly archives, and nothing of persons."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from signals.account import Unit
from signals.conservation import stage_source
from signals.source import Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.registers import brazil_company_register
from signals.sources.registers.brazil_company_files import Wanted, companies, name_key
from signals.sources.registers.register_rows import ENTITIES
from tests.signals.builders import all_staged, context, keeps_contract
from tests.signals.sources.registers.brazilian_archives import archive, company_row, site_row
from tests.signals.web import Answer, Web

AS_OF = dt.date(2026, 11, 1)
NUMBER, BRANCH = "11222333000181", "11222333000262"
OTHER = "19131243000197"


def listed(*rows: tuple[str, str | None], country: str = "BR") -> pl.DataFrame:
    columns = ("supplier_id", "name", "country_iso2", "company_number")
    return pl.DataFrame(
        [(f"S{at}", name, country, number) for at, (name, number) in enumerate(rows)],
        schema=dict.fromkeys(columns, pl.String),
        orient="row",
    )


def mirrored(tmp_path: Path, suppliers: pl.DataFrame, companies: bytes, sites: bytes) -> Staged:
    mirror = tmp_path / "m"
    mirror.mkdir(exist_ok=True)
    (mirror / "Empresas3.zip").write_bytes(companies)
    (mirror / "K3241.K03200Y3.D60912.ESTABELE.zip").write_bytes(sites)
    using = context(
        tmp_path, mirror=mirror, supplier_rows=suppliers, as_of=AS_OF, known_since="2026-10-12"
    )
    (one,) = all_staged(brazil_company_register, using)
    assert one.table == ENTITIES
    keeps_contract(one.table, one.rows, one.rejected)
    return one


COMPANIES = archive(
    "EMPRECSV",
    company_row("11222333", "FAZENDA INVENTADA DO PARÁ LTDA", "2062"),
    company_row("19131243", "OUTRA FAZENDA S.A.", "2054"),
)
SITES = archive(
    "ESTABELE",
    site_row(NUMBER, trade_name="FAZENDA"),
    site_row(BRANCH, head=False),
    site_row(OTHER),
)


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Anything", "11.222.333/0001-81", NUMBER),
        ("Anything", NUMBER, NUMBER),
        # A branch that the list names is the supplier, its head office is no second match.
        ("Anything", BRANCH, BRANCH),
        # By a name that is equal but for legal form, case and accents.
        ("Fazenda Inventada do Para", None, NUMBER),
        ("Fazenda Inventada do Para Ltda.", "123", NUMBER),
        ("Fazenda Inventada", None, None),
    ],
)
def test_a_listed_company_is_found(
    tmp_path: Path, name: str, given: str | None, expected: str | None
) -> None:
    rows = mirrored(tmp_path, listed((name, given)), COMPANIES, SITES).rows
    assert rows["register_id"].to_list() == ([] if expected is None else [expected])


def test_what_is_kept_of_a_company(tmp_path: Path) -> None:
    (row,) = mirrored(tmp_path, listed(("A", NUMBER)), COMPANIES, SITES).rows.to_dicts()
    assert row["name"] == "FAZENDA INVENTADA DO PARÁ LTDA"
    assert (row["other_names"], row["legal_form"], row["country_iso2"]) == (
        ["FAZENDA"],
        "2062",
        "BR",
    )
    assert row["address"] == "RUA DO GADO 7, 68000000, PA"
    assert (row["status"], row["is_active"], row["published_on"]) == (
        "active",
        True,
        dt.date(2001, 2, 3),
    )
    stored = [path.read_text() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert not any("DOE" in text.upper() or "12345678" in text for text in stored)


@pytest.mark.parametrize(
    ("status", "day", "is_active", "ended"),
    [
        ("08", "20200506", False, dt.date(2020, 5, 6)),
        ("08", "20261102", True, dt.date(2026, 11, 2)),
        ("04", "20200506", True, None),
        ("08", "0", False, None),
    ],
)
def test_a_closed_company_ended_on_its_day(
    tmp_path: Path, status: str, day: str, is_active: bool, ended: dt.date | None
) -> None:
    sites = archive("ESTABELE", site_row(NUMBER, status=status, status_day=day))
    (row,) = mirrored(tmp_path, listed(("A", NUMBER)), COMPANIES, sites).rows.to_dicts()
    assert (row["is_active"], row["ended_on"]) == (is_active, ended)


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    firms = archive(
        "EMPRECSV",
        company_row("11222333", "FAZENDA INVENTADA LTDA", "2062"),
        company_row("19131243", "OUTRA FAZENDA S.A.", "2054"),
        '"11222333";"BROKEN"',
    )
    sites = archive(
        "ESTABELE",
        site_row(NUMBER),
        site_row(BRANCH, head=False),
        site_row("11222333000182"),
        site_row(OTHER),
    )
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "Empresas0.zip").write_bytes(firms)
    (mirror / "Estabelecimentos0.zip").write_bytes(sites)
    using = context(
        tmp_path,
        mirror=mirror,
        supplier_rows=listed(("A", NUMBER)),
        as_of=AS_OF,
        known_since="2026-10-12",
    )
    files = brazil_company_register.pull(using)
    balance = stage_source(brazil_company_register, files, using).balances[Unit.ROW]
    assert (balance.read, balance.used) == (7, 2)
    assert balance.rejected == {"uncertain_row": 1, "wrong_number": 1}
    assert sum(balance.out_of_scope.values()) == 3


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ('"11222333";"FAZENDA ""A"" LTDA";"2062";"";"";"";""', 'FAZENDA "A" LTDA'),
        ('"11222333";"FAZENDA A\0 LTDA";"2062";"";"";"";""', "FAZENDA A LTDA"),
        ('"11222333";"FAZENDA "A" LTDA";"2062";"";"";"";""', None),
        ('"11222333";"FAZENDA";"A LTDA";"2062";"";"";"";""', None),
        ('"11222333";"FAZENDA', None),
    ],
)
def test_a_row_whose_quotation_marks_are_not_certain_is_not_read(
    row: str, name: str | None
) -> None:
    kept = companies([row], Wanted(frozenset({NUMBER}), frozenset()))
    assert [one["name"] for one in kept.rows] == ([] if name is None else [name])
    assert kept.left_out == ([(1, "uncertain_row")] if name is None else [])


def test_a_broken_archive_is_rejected_and_the_others_go_on(tmp_path: Path) -> None:
    found = mirrored(tmp_path, listed(("A", NUMBER)), COMPANIES, SITES[:40])
    assert found.rows.is_empty()
    assert "cut off or broken" in found.rejected["reason"].item()


def test_the_newest_month_is_asked_for(tmp_path: Path, web: Web) -> None:
    empty = Answer(body=archive("EMPTY", ""))
    web.answers = {
        "/2026-11/Empresas0.zip": [Answer(status=404)],
        "/2026-10/Empresas0.zip": [Answer(body=COMPANIES)],
        **{f"/2026-10/Empresas{n}.zip": [empty] for n in range(1, 10)},
        "/2026-10/Estabelecimentos0.zip": [Answer(body=SITES)],
        **{f"/2026-10/Estabelecimentos{n}.zip": [empty] for n in range(1, 10)},
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=listed(("A", NUMBER)), as_of=AS_OF)
    files = brazil_company_register.pull(using)
    assert len(files) == 20
    stored = sum(path.stat().st_size for path in (tmp_path / "store").rglob("*") if path.is_file())
    assert stored < 20_000


def test_a_share_without_a_month_is_an_outage(tmp_path: Path, web: Web) -> None:
    web.answers = {
        f"/2026-{month:02d}/Empresas0.zip": [Answer(status=404)] for month in (8, 9, 10, 11)
    }
    using = context(tmp_path, url=web.url(""), supplier_rows=listed(("A", NUMBER)), as_of=AS_OF)
    with pytest.raises(SourceUnavailableError, match="token of the share may have changed"):
        brazil_company_register.pull(using)


def test_a_list_without_brazilian_suppliers_asks_for_nothing(tmp_path: Path, web: Web) -> None:
    rows = listed(("A", "1"), country="DE")
    assert (
        brazil_company_register.pull(context(tmp_path, url=web.url(""), supplier_rows=rows)) == ()
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [("Açúcar & Álcool Ltda", "ACUCAR ALCOOL S/A"), ("Usina X EIRELI", "USINA X")],
)
def test_names_are_equal_but_for_the_legal_form(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)
