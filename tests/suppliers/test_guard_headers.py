import pytest

from suppliers.input_errors import NonExtractiveError
from suppliers.intake.guard_report import GuardSettings
from suppliers.intake.person_words import person_rule
from suppliers.intake.personal_data_guard import check_headers

PERSON_HEADERS = {
    "EN": """Worker Phone|employee_name|WorkerID|Emp. No.|Contact person|E-Mail|passport_number|
        Date of Birth|Salary (USD)|grievance text|hotline calls|interview notes|union membership|
        Nationality|Gender|religion|photo|fingerprint|Medical record|visa expiry|Name of worker|
        workerPhone|PHONE_NO|Home address|Overtime hours|National ID""",
    "ES": """Nombre del trabajador|Teléfono|Correo electrónico|Fecha de Nacimiento|Cédula|Salario|
        Queja|Estado civil|Huella digital|Número de empleado|Pasaporte|Sexo""",
    "PT": """Nome do trabalhador|Telefone|CPF|Data de nascimento|Salário|Matrícula|
        Nome da mãe|Holerite|Reclamação|Sindicato|Celular""",
    "FR": """Nom du salarié|Prénom|Courriel|Date de naissance|Salaire net|Plainte|
        Numéro de sécurité sociale|Syndicat|Numéro de téléphone|Situation familiale""",
    "HI": "कर्मचारी का नाम|मोबाइल नंबर|आधार संख्या|जन्म तिथि|वेतन|शिकायत|लिंग|धर्म",
    "BN": "শ্রমিকের নাম|মোবাইল নম্বর|জন্ম তারিখ|জাতীয় পরিচয়পত্র|বেতন|অভিযোগ|বয়স",
    "ZH": "工人姓名|身份证号码|联系电话|出生日期|工资|投诉内容|性别|指纹|工号|手机|员工编号",
    "ID": "Nama Karyawan|No. HP|NIK|Tanggal Lahir|Gaji pokok|Keluhan|Jenis kelamin|Sidik jari|KTP",
    "VI": "Họ và tên|Số điện thoại|CCCD|Ngày sinh|Lương cơ bản|Khiếu nại|Giới tính|Vân tay",
    "TR": "Adı Soyadı|T.C. Kimlik No|Cep Telefonu|Doğum Tarihi|İşçi maaşı|Şikayet|Cinsiyet|E-posta",
    "AR": "اسم العامل|رقم الهاتف|تاريخ الميلاد|الراتب الشهري|شكوى|الجنسية|جواز السفر|بصمة",
}
COMPANY_HEADERS = """Number of employees|headcount|Employees|Total wages|Employee expense|
    Workforce band|Staff costs|WagesSalaries|AverageNumberEmployeesDuringPeriod|
    Wages and salaries|Union|Region|Número de empleados|Nombre de salariés|Effectif|
    Nº de funcionários|员工人数|Jumlah karyawan|
    Số lượng công nhân|Çalışan sayısı|عدد العمال|कर्मचारियों की संख्या|কর্মচারীর সংখ্যা|Masse salariale|
    Charges de personnel|Payment terms|Incoterms|VAT number|Company code|GDP per capita|station_id|
    precip_mm|acq_date|frp|confidence|Average wage|% female workers|Age of company|Percentage|
    EmployeeBenefitsExpense|Social security costs|Last audit date|Health and safety|Description"""


def _split(text: str) -> list[str]:
    return [header.strip() for header in text.split("|")]


@pytest.mark.parametrize(
    ("language", "header"),
    [(language, header) for language, text in PERSON_HEADERS.items() for header in _split(text)],
)
def test_person_level_headers_are_recognised(language: str, header: str) -> None:
    assert person_rule(header) is not None


@pytest.mark.parametrize("header", _split(COMPANY_HEADERS))
def test_company_level_headers_pass(header: str) -> None:
    assert person_rule(header) is None


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        ("Worker phone", "phone"),
        ("CPF", "national_id"),
        ("Number of worker phones", "phone"),
        ("Employee list", "worker_record"),
        ("Net pay", "wage"),
        ("Complaint details", "testimony"),
    ],
)
def test_the_rule_is_named(header: str, rule: str) -> None:
    with pytest.raises(NonExtractiveError) as rejection:
        check_headers(["name", header], {"name"}, GuardSettings(), "list.csv")
    assert rejection.value.column == header
    assert rejection.value.rule == rule
    assert f"rule {rule}" in str(rejection.value)
    assert "--drop" in str(rejection.value)


def test_dropping_a_column_lets_the_rest_pass_and_is_reported() -> None:
    settings = GuardSettings(drop=frozenset({"worker phone"}))
    report = check_headers(["name", "Worker-Phone"], {"name"}, settings, "list.csv")
    assert report.dropped == ("Worker-Phone",)
    assert report.not_read == ()


def test_a_declared_false_alarm_passes_and_is_reported_with_its_reason() -> None:
    settings = GuardSettings(declared_false_alarms={"Race": "a motor race we sponsor"})
    report = check_headers(["name", "Race"], {"name"}, settings, "list.csv")
    (alarm,) = report.false_alarms
    assert (alarm.column, alarm.rule, alarm.reason) == (
        "Race",
        "personal_trait",
        "a motor race we sponsor",
    )


def test_unknown_columns_are_listed_with_the_nearest_field() -> None:
    report = check_headers(["name", "Lattitude", "Terms"], {"name"}, GuardSettings(), "list.csv")
    assert [(c.column, c.nearest) for c in report.not_read] == [
        ("Lattitude", "latitude"),
        ("Terms", None),
    ]


@pytest.mark.parametrize(
    "value", ["ana@example.org", "+8801712345678", "x" * 100, "123.456.789-09"]
)
def test_a_value_in_place_of_a_header_is_shown_by_its_position(value: str) -> None:
    headers = ["name", value, "phone"]
    with pytest.raises(NonExtractiveError) as rejection:
        check_headers(headers, {"name"}, GuardSettings(), "list.csv")
    assert value not in str(rejection.value)
    settings = GuardSettings(drop=frozenset({"phone"}), declared_false_alarms={value: "none"})
    report = check_headers(headers, {"name"}, settings, "list.csv")
    assert value not in repr(report.not_read)


def test_reports_add_up() -> None:
    one = check_headers(["Terms"], set(), GuardSettings(), "a.csv")
    other = check_headers(["Zone"], set(), GuardSettings(), "b.csv")
    assert len((one + other + one).not_read) == 2
