import random
from pathlib import Path

import polars as pl
import pytest
from stdnum import verhoeff
from stdnum.cn import ric
from stdnum.tr import tckimlik

from suppliers.input_errors import NonExtractiveError
from suppliers.intake.fields import FieldKind
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.personal_data_guard import check_values

# Numbers with valid check digits that belong to no one: made by the rule of each scheme.
CPF = [str(n) for n in (111444777, 123456789, 987654321, 222333444)]


def _cpf(nine: str, *, marked: bool) -> str:
    digits = [int(c) for c in nine]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11 % 10
        digits.append(rest)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}" if marked else text


def _aadhaar(eleven: str) -> str:
    digits = eleven + verhoeff.calc_check_digit(eleven)
    return f"{digits[:4]} {digits[4:8]} {digits[8:]}"


def _chinese(first_17: str) -> str:
    return first_17 + ric.calc_check_digit(first_17 + "0")


def _turkish(nine: str) -> str:
    return nine + tckimlik.calc_check_digits(nine)


def _check(values: list[str | None], kind: FieldKind, settings: GuardSettings | None = None):
    frame = pl.DataFrame({"column": pl.Series(values, dtype=pl.String)})
    return check_values(frame, {"column": kind}, settings or GuardSettings(), "list.csv")


PERSON_VALUES: list[tuple[str, FieldKind, list[str]]] = [
    ("email", "text", [f"worker{i}@example.org" for i in range(3)]),
    ("email", "identifier", [f"worker{i}@example.org" for i in range(5)]),
    ("phone", "text", ["+44 20 7946 0018", "+44 20 7946 0958", "+1 202 456 1111"]),
    ("phone", "text", ["(011) 4555-1234", "0171 555 1234", "020-7946-0018"]),
    ("national_id (br.cpf)", "identifier", [_cpf(n, marked=True) for n in CPF[:2]]),
    ("national_id (br.cpf)", "identifier", [_cpf(n, marked=False) for n in CPF]),
    (
        "national_id (in.aadhaar)",
        "identifier",
        [_aadhaar("23456789012"), _aadhaar("34567890123")],
    ),
    (
        "national_id (cn.ric)",
        "identifier",
        [_chinese("11010119900307123"), _chinese("31010119850115321")],
    ),
    (
        "national_id (tr.tckimlik)",
        "identifier",
        [_turkish(n) for n in ("123456789", "234567891", "345678912")],
    ),
    ("national_id (us.ssn)", "text", ["536-90-4399", "536-90-4398"]),
    ("national_id (pk.cnic)", "text", ["54303-5698369-1", "54303-5698369-2"]),
    ("birth_date", "text", ["1991-02-03", "12.05.1987", "3/4/1999"]),
    ("person_name", "text", ["Mr. Hassan", "Mrs Amina", "Ms Lan"]),
    ("free_text", "text", ["they told us " * 30] * 3),
]


@pytest.mark.parametrize(("rule", "kind", "values"), PERSON_VALUES)
def test_person_level_values_reject_and_are_never_shown(
    rule: str,
    kind: FieldKind,
    values: list[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    with pytest.raises(NonExtractiveError) as rejection:
        _check(values, kind)
    assert rejection.value.rule == rule
    assert rejection.value.column == "column"
    reported = f"{rejection.value} {rejection.value!r} {rejection.value.__dict__} {caplog.text}"
    assert not any(value in reported for value in values)
    assert rejection.value.__cause__ is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("rule", "kind", "values"), PERSON_VALUES)
def test_a_declaration_clears_the_column_and_is_recorded(
    rule: str, kind: FieldKind, values: list[str]
) -> None:
    settings = GuardSettings(declared_false_alarms={"Column": "test data of the vendor"})
    check = _check(values, kind, settings)
    assert (rule, "test data of the vendor") in [
        (alarm.rule, alarm.reason) for alarm in check.report.false_alarms
    ]
    assert not check.withheld


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("text", ["Meghna Knit Ltd", "PT Maju Jaya", "Textiles del Sur S.A."]),
        ("text", ["SUNGAI HIJAU", "BUKIT MAKMUR LESTARI", "RAWA"]),
        ("identifier", ["0000MADEUPFIRM000142", "0000MADEUPFIRM000239"]),
        ("identifier", ["CN2019001AAAAAA", "BD2020002BBBBBB"]),
        ("category", ["610910", "6203.42", "0901"]),
        ("category", ["0901.11.00", "0902.10.00", "0603.11.00"]),
        ("category", ["01/02/2014", "31/12/2013", "2014-12-31"]),
        ("text", ["01/02/2019", "31/12/2018", "30-11-2020"]),
        ("number", ["23.684994", "-90.356331", "104,195397"]),
        ("number", ["1.234.567,89", "1,234,567.89"]),
        ("address", ["c/o Ms Lin, No. 5 Garden Road, tel +86 20 8555 1234"] * 5),
        ("text", ["Mr Price Group Ltd", *[f"Mill {i}" for i in range(9)]]),
        ("identifier", ["2020-01-31", "2021-05-31", "2022-05-31"]),
    ],
)
def test_company_values_pass(kind: FieldKind, values: list[str]) -> None:
    check = _check(values, kind)
    assert not check.withheld
    assert not check.report.false_alarms


@pytest.mark.parametrize("digits", [6, 8, 9, 10, 11, 12, 13, 16, 18])
def test_plain_numbers_of_any_length_are_not_identity_numbers(digits: int) -> None:
    source = random.Random(digits)
    values = [str(source.randrange(10 ** (digits - 1), 10**digits)) for _ in range(2_000)]
    assert not _check(values, "identifier").withheld


def test_a_single_certain_value_is_withheld_not_rejected() -> None:
    values = [f"Company {i} Ltd" for i in range(99)]
    check = _check([*values, "lan@example.org"], "text")
    assert check.withheld["column"].arg_true().to_list() == [99]
    (reported,) = check.report.withheld
    assert (reported.rule, reported.rows) == ("email", 1)


def test_names_beside_worker_numbers_are_rejected() -> None:
    frame = pl.DataFrame({"id": ["EMP001", "EMP002", "EMP003"], "name": ["Lan", "Minh", "Hoa"]})
    columns: dict[str, FieldKind] = {"id": "identifier", "name": "text"}
    with pytest.raises(NonExtractiveError, match="person_name"):
        check_values(frame, columns, GuardSettings(), "list.csv")
    firms = frame.with_columns(name=pl.Series(["Lan Co Ltd", "Minh Textile", "Hoa JSC"]))
    check_values(firms, columns, GuardSettings(), "list.csv")
