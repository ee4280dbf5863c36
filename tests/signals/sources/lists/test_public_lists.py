"""Screening list and register of employers: companies alone, and nothing else is stored."""

import datetime as dt
from pathlib import Path

import pytest

from signals.source import SourceModule
from signals.source_errors import SourceUnavailableError
from signals.sources.lists import brazil_employer_register, us_screening_list
from suppliers.intake.cnpj import cnpj
from tests.signals.builders import context, staged
from tests.signals.sources.test_lists import SCREENING_LIST
from tests.signals.web import Answer, Web

EMPLOYERS = (
    "Cadastro de Empregadores;;;;;;;;;\n\n"
    "ID;Ano da ação fiscal;UF;Empregador;CNPJ/CPF;Estabelecimento;Trabalhadores envolvidos;CNAE;"
    "Decisão administrativa de procedência;Inclusão no Cadastro de Empregadores\n"
    "1;2022;PA;FAZENDA INVENTADA LTDA;11.222.333/0001-81;FAZENDA DO FULANO;7;0151-2/01;"
    "01/02/2023;05/10/2022 a 13/01/2023, 11/11/2023\n"
    "2;2022;PA;FULANO DE TAL;111.444.777-35;SITIO;7;0151-2/01;01/02/2023;05/10/2023\n"
    "3;2022;MG;BELTRANO DE TAL 11144477735;11.222.333/0001-81;SITIO;7;0151;01/02/2023;05/10/2023\n"
    "4;2022;MG;SICRANO DE TAL;11.222.333/0001-81;SITIO;7;0151;01/02/2023;05/10/2023\n"
    "5;2022;MG;NUMERO ERRADO LTDA;11.222.333/0001-82;SITIO;7;0151;01/02/2023;05/10/2023\n"
    "Fonte: FULANO DE TAL;;;;;;;;;\n"
).encode("latin-1")


def stored(tmp_path: Path) -> str:
    """All that lies in the raw store."""
    files = [path for path in (tmp_path / "store").rglob("*") if path.is_file()]
    return "\n".join(path.read_bytes().decode("latin-1") for path in files)


def test_companies_of_the_register_are_read_with_their_periods(tmp_path: Path, web: Web) -> None:
    web.answers = {"/cadastro.csv": [Answer(body=EMPLOYERS)]}
    outcome = staged(brazil_employer_register, context(tmp_path, url=web.url("/cadastro.csv")))
    (row,) = outcome.rows.iter_rows(named=True)
    assert (row["name"], row["country_iso2"]) == ("FAZENDA INVENTADA LTDA", "BR")
    assert (row["company_number"], row["address"]) == ("11222333000181", "PA")
    assert row["listed_on"] == row["published_on"] == dt.date(2023, 11, 11)
    assert sorted(outcome.rejected["rule"]) == ["person_entry"] * 2 + ["unknown_kind"] * 2
    everything = stored(tmp_path) + str(outcome.rejected.rows())
    assert not any(name in everything for name in ("FULANO", "BELTRANO", "SICRANO", "111.444"))


def test_a_mirror_of_the_register_is_stored_without_persons(tmp_path: Path) -> None:
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "cadastro.csv").write_bytes(EMPLOYERS)
    outcome = staged(brazil_employer_register, context(tmp_path, mirror=mirror))
    assert outcome.rows["entry_id"].to_list() == ["11222333000181:2023-11-11"]
    assert "FULANO" not in stored(tmp_path)


def test_a_listing_that_had_not_ended_by_the_as_of_date_counts(tmp_path: Path, web: Web) -> None:
    web.answers = {"/cadastro.csv": [Answer(body=EMPLOYERS)]}
    using = context(tmp_path, url=web.url("/cadastro.csv"), as_of=dt.date(2022, 12, 1))
    assert dt.date(2022, 10, 5) in staged(brazil_employer_register, using).rows["listed_on"]


def test_the_screening_list_is_stored_without_persons(tmp_path: Path, web: Web) -> None:
    web.answers = {"/consolidated.csv": [Answer(body=SCREENING_LIST.encode())]}
    outcome = staged(us_screening_list, context(tmp_path, url=web.url("/consolidated.csv")))
    (row,) = outcome.rows.iter_rows(named=True)
    assert (row["name"], row["entry_id"], row["country_iso2"]) == ("MADE UP YARN", "c1", "TJ")
    assert row["other_names"] == ["MU Yarn", "Yarn Made Up"]
    assert sorted(outcome.rejected["rule"]) == ["person_entry", "thing_entry", "unknown_kind"]
    assert not any(word in stored(tmp_path) for word in ("DOE", "ROE", "Johnny", "AB12", "1980"))


@pytest.mark.parametrize("module", [us_screening_list, brazil_employer_register])
@pytest.mark.parametrize("body", ["a,b\n1,2\n", "<html><p>Sign in</p></html>", "ID;Nome\n1;x\n"])
def test_another_file_is_an_outage_and_no_empty_list(
    web: Web, tmp_path: Path, module: SourceModule, body: str
) -> None:
    web.answers = {"/list": [Answer(body=body.encode())]}
    with pytest.raises(SourceUnavailableError):
        module.pull(context(tmp_path, url=web.url("/list")))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("11.222.333/0001-81", "11222333000181"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("11.222.333/0001-82", None),
        ("00.000.000/0000-00", None),
        ("111.444.777-35", None),
        ("", None),
        (None, None),
    ],
)
def test_check_digits_of_a_company_number(text: str | None, number: str | None) -> None:
    assert cnpj(text) == number
