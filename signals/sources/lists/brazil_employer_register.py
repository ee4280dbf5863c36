"""Brazil's register of employers found to have held workers in conditions analogous to slavery.

The ministry's CSV (Latin-1, semicolons, lines before and after the table) lists natural persons
beside companies. Of a line only a company is kept: by a CNPJ with valid check digits and a legal
form in its name, because sole traders have a CNPJ too. Of all others nothing is stored but that
there was one. Of companies only name, number, state and the days of the listing are kept.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from signals.access import Access, Reach, Requests
from signals.account import Unit
from signals.card import Collection, Licence, SourceCard
from signals.expected_form import ExpectedForm
from signals.fetching.published_rows import text_rows
from signals.fetching.responses import read_body
from signals.source import PullContext, RawFile, Staged
from signals.sources.lists.list_rows import stage_lists
from signals.sources.lists.reduced_lists import pull_reduced
from suppliers.intake.cnpj import cnpj
from suppliers.intake.days import written_day

CARD = SourceCard(
    id="brazil_employer_register",
    title="Register of employers (Cadastro de Empregadores)",
    publisher="Ministério do Trabalho e Emprego, Brazil",
    url="https://www.gov.br/trabalho-e-emprego/pt-br/assuntos/inspecao-do-trabalho/areas-de-atuacao/combate-ao-trabalho-escravo-e-analogo-ao-de-escravo",
    # The footer of gov.br puts all content of the site under this licence; it forbids derivatives,
    # so values from the table are not redistributed.
    licence=Licence(
        id="CC-BY-ND-3.0",
        url="https://creativecommons.org/licenses/by-nd/3.0/",
        redistributable=False,
        commercial_use=True,
    ),
    held_by="Labour inspection of Brazil, after a final administrative decision",
    collection=Collection.PUBLIC_RECORD,
    role="identity",
    cadence="monthly",
    publication_lag_days=0,
    coverage="Companies on the register in Brazil, two years each; natural persons are not read",
    expected_rows=(0, 10_000),
    counts=(Unit.FILE, Unit.ROW),
    citation="Ministério do Trabalho e Emprego, Cadastro de Empregadores.",
    form_verified="2026-11: address, encoding and columns from a client; no sample",
    access=Access(adds="Brazil's register of employers as flags, companies alone"),
    reach=Reach(by="name", countries=("BRA",)),
    requests=(Requests(kilobytes=120),),
)

_NUMBER, _NAME, _STATE = "CNPJ/CPF", "Empregador", "UF"
_LISTED = "Inclusão no Cadastro de Empregadores"
_HEADER = ("entity type", "name", "company number", "country", "address", "start date", "end date",
           "entry id")  # fmt: skip
_PERSON = ("Person", "not read", "", "", "", "", "", "")
_UNKNOWN = ("", "not read", "", "", "", "", "", "")
_CPF_DIGITS = 11
#: Forms of legal persons (Código Civil, arts. 44, 980-A, 1.052, 1.088, 1.093); `ME` and `EPP` are
#: sizes, which sole traders have too.
_LEGAL_PERSON = re.compile(
    r"\b(LTDA|LIMITADA|S\s*[./]?\s*A|EIRELI|SLU|CIA|COMPANHIA|COOPERATIVA|COOP|ASSOCIA[CÇ][AÃ]O"
    r"|FUNDA[CÇ][AÃ]O|CONS[OÓ]RCIO|SOCIEDADE|INSTITUTO|MUNIC[IÍ]PIO)\b\.?",
    re.IGNORECASE,
)
#: A sole trader's name has the CPF at its end, or the root of the CNPJ at its start.
_SOLE_TRADER = re.compile(r"^\s*\d{2}\.?\d{3}\.?\d{3}\b|\d{11}\s*$|\bMEI\b")


#: How the publisher's answer is checked.
FORM = ExpectedForm(
    kind="text",
    holds=(_NUMBER, _NAME, _STATE, _LISTED),
    is_part=True,
    delimiter=";",
    encoding="latin-1",
    header_begins="ID;",
)


def pull(context: PullContext) -> Sequence[RawFile]:
    """Fetch the register without its persons, or take it from the mirror in the same way.

    Raises:
        SourceUnavailableError: the publisher does not answer or the file has no such table, or
            the mirror holds no table.
        UsageError: the mirror does not exist.
    """
    return pull_reduced(
        CARD.id,
        context,
        key="cadastro_de_empregadores.csv",
        expect="text",
        reduce=without_persons,
    )


def without_persons(path: Path) -> bytes:
    """The listings of companies as CSV in UTF-8, and one bare line for each other entry.

    Raises:
        SourceUnavailableError: the file has no table with the columns of the register, or its
            rows are not certain.
    """
    lines = read_body(path).decode("latin-1").splitlines()
    start = next((at for at, line in enumerate(lines) if line.startswith("ID;")), None)
    text = "\n".join(lines[start:] if start is not None else [])
    header, rows = text_rows(CARD.id, text, path.name, (_NUMBER, _NAME, _STATE, _LISTED))
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\n")
    writer.writerow(_HEADER)
    for row, is_certain in rows:
        # Lines behind the table have no number.
        if row[0].strip().isnumeric():
            width = len(header)
            is_whole = is_certain and len(row) >= width and not any(row[width:])
            entry = dict(zip(header, row, strict=False))
            writer.writerows(_listings(entry) if is_whole else [_UNKNOWN])
    return kept.getvalue().encode()


def _listings(row: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """One line for each period of a company on the register; one bare line for anything else."""
    number, name = cnpj(row[_NUMBER]), " ".join(row[_NAME].split())
    if number is None:
        digits = re.sub(r"\D", "", row[_NUMBER])
        yield _PERSON if len(digits) == _CPF_DIGITS else _UNKNOWN
    elif _SOLE_TRADER.search(name):
        yield _PERSON
    elif not _LEGAL_PERSON.search(name):
        yield _UNKNOWN
    else:
        for period in row[_LISTED].split(","):
            start, _, end = period.partition(" a ")
            days = [written_day(text, "day_first") for text in (start, end)]
            first, last = (day.isoformat() if day else "" for day in days)
            yield (
                "Company", name, number, "BR", row[_STATE].strip(), first, last,
                f"{number}:{first}",
            )  # fmt: skip


def stage(files: Sequence[RawFile], context: PullContext) -> Sequence[Staged]:
    """One row per company and period on the register; persons are counted and not read.

    Raises:
        NonExtractiveError: a table holds data about persons.
    """
    return stage_lists(CARD, "entity_list", files, context)
