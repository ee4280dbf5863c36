import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from signals.account import Unit
from signals.conservation import stage_source
from signals.financial import leverage, liquidity
from signals.source_errors import SourceUnavailableError
from signals.sources.accounts import companies_house_accounts
from signals.sources.accounts.companies_house_accounts import TABLE
from signals.sources.accounts.uk_xbrl_concepts import uk_items
from signals.sources.accounts.xbrl_instance import read_instance
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import context, staged, suppliers
from tests.signals.financial.accounts import run
from tests.signals.web import Answer, Web

NUMBER = "00012345"
NAME = f"Prod223_0001_{NUMBER}_20221231.html"
LISTED = suppliers({"supplier_id": "A", "country_iso3": "GBR", "company_number": NUMBER})


def inline(*facts: str) -> bytes:
    """A small inline XBRL document: contexts `now`, `year` and `within` (one year)."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:core="http://xbrl.frc.org.uk/fr/2021-01-01/core"><body>
<xbrli:context id="now"><xbrli:entity/><xbrli:period><xbrli:instant>2022-12-31</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:context id="year"><xbrli:period><xbrli:startDate>2022-01-01</xbrli:startDate>
<xbrli:endDate>2022-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="within"><xbrli:entity><xbrli:segment>
<xbrldi:explicitMember dimension="core:Maturities">core:WithinOneYear</xbrldi:explicitMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2022-12-31</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:context id="stated-micro"><xbrli:entity><xbrli:segment>
<xbrldi:explicitMember dimension="bus:Standards">bus:Micro-entities</xbrldi:explicitMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2022-12-31</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:context id="stated-small"><xbrli:entity><xbrli:segment>
<xbrldi:explicitMember dimension="bus:L">bus:SmallCompaniesRegimeForAccounts</xbrldi:explicitMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2022-12-31</xbrli:instant>
</xbrli:period></xbrli:context>
<xbrli:unit id="gbp"><xbrli:measure>iso4217:GBP</xbrli:measure></xbrli:unit>
<xbrli:unit id="pure"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>
{"".join(facts)}</body></html>""".encode()


def fact(name: str, text: str, *, at: str = "now", unit: str = "gbp", **attributes: str) -> str:
    extra = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return (
        f'<p>x<ix:nonFraction name="core:{name}" contextRef="{at}" unitRef="{unit}"{extra}>'
        f"{text}</ix:nonFraction></p>"
    )


def stated(name: str, at: str) -> str:
    return f'<ix:nonNumeric name="bus:{name}" contextRef="{at}"></ix:nonNumeric>'


MICRO = inline(
    stated("AccountingStandardsApplied", "stated-micro"),
    fact("FixedAssets", "600"),
    fact("CurrentAssets", "1,400", format="ixt:numdotdecimal"),
    fact("Creditors", "800", at="within"),
    fact("TotalAssetsLessCurrentLiabilities", "1,200"),
    fact("NetAssetsLiabilities", "(300)"),
    fact("AverageNumberEmployeesDuringPeriod", "7", at="year", unit="pure"),
)


@pytest.mark.parametrize(
    ("text", "attributes", "value"),
    [
        ("1,234", {}, 1234.0),
        ("1,234.5", {"format": "ixt:numcommadot"}, 1234.5),
        ("1.234,5", {"format": "ixt2:numcommadecimal"}, 1234.5),
        ("1.234,5", {"format": "ixt:numdotcomma"}, 1234.5),
        ("1 234", {"format": "ixt:num-dot-decimal"}, 1234.0),
        ("1\u00a0234", {}, 1234.0),
        ("1\u202f234", {}, 1234.0),
        ("", {}, None),
        ("1 pound 50", {"format": "ixt4:num-unit-decimal"}, None),
        ("12", {"scale": "3"}, 12_000.0),
        ("12", {"sign": "-"}, -12.0),
        ("(12)", {}, -12.0),
        ("-", {"format": "ixt2:zerodash"}, 0.0),
        ("nil", {"format": "ixt4:fixed-zero"}, 0.0),
        ("n/a", {}, None),
        ("12,34,567", {"format": "ixt4:num-dot-decimal-in"}, 1_234_567.0),
        ("1.234,56", {}, None),  # no thousand 1.23456
        ("1,234.56", {"format": "ixt:num-comma-decimal"}, None),
        ("1,2,3", {}, None),
        ("1.234.567", {"format": "ixt:num-comma-decimal"}, 1_234_567.0),
        ("1,5", {"format": "ixt:num-comma-decimal"}, 1.5),
        ("12", {"scale": "-2"}, 0.12),
    ],
)
def test_numbers_as_written(text: str, attributes: dict[str, str], value: float | None) -> None:
    (found,) = read_instance(inline(fact("Debtors", text, **attributes)), NAME)
    assert (found.value, found.currency, found.end) == (value, "GBP", dt.date(2022, 12, 31))


def test_a_micro_entity_by_hand() -> None:
    found = {item.item: item for item in uk_items(read_instance(MICRO, NAME))}
    assert {name: item.value for name, item in found.items()} == {
        "current_assets": 1400.0,
        "current_liabilities": 800.0,
        "equity": -300.0,
        "employees": 7.0,
        "total_assets": 2000.0,
    }
    assert all(item.concept.startswith("uk-micro:") for item in found.values())


def test_what_is_owed_follows_from_net_current_assets() -> None:
    content = inline(
        fact("CurrentAssets", "100"),
        fact("NetCurrentAssetsLiabilities", "60"),
        fact("TotalAssetsLessCurrentLiabilities", "60"),
    )
    found = {item.item: item for item in uk_items(read_instance(content, NAME))}
    assert (found["current_liabilities"].value, found["current_liabilities"].is_weak) == (40, True)
    assert found["total_assets"].value == 100.0


def test_accounts_with_a_profit_and_loss_account_are_of_no_micro_entity() -> None:
    content = inline(
        fact("TotalAssets", "100"),
        fact("TurnoverRevenue", "900", at="year"),
        fact("StaffCostsEmployeeBenefitsExpense", "300", at="year"),
    )
    found = {item.item: item for item in uk_items(read_instance(content, NAME))}
    assert found["revenue"].concept == "uk-gaap:TurnoverRevenue"
    assert found["revenue"].start == dt.date(2022, 1, 1)


REVENUE = fact("TurnoverRevenue", "900", at="year")


@pytest.mark.parametrize(
    ("shown", "regime"),
    [
        ((REVENUE,), "uk-gaap"),
        ((), "uk-small"),
        ((REVENUE, stated("ApplicableLegislation", "stated-small")), "uk-small"),
        ((REVENUE, stated("AccountingStandardsApplied", "stated-micro")), "uk-micro"),
        ((stated("SomethingElse", "stated-micro"),), "uk-small"),
    ],
    ids=["full", "no-profit-and-loss", "states-small", "states-micro", "not-about-standards"],
)
def test_the_regime_is_the_one_that_the_accounts_state(shown: tuple[str, ...], regime: str) -> None:
    found = list(uk_items(read_instance(inline(fact("TotalAssets", "100"), *shown), NAME)))
    assert {item.concept.split(":")[0] for item in found} == {regime}


def test_plain_xbrl_of_2009() -> None:
    content = b"""<?xml version="1.0"?><xbrl xmlns="http://www.xbrl.org/2003/instance"
 xmlns:pt="http://www.xbrl.org/uk/fr/gaap/pt/2004-12-01">
 <context id="c"><entity/><period><instant>2009-12-31</instant></period></context>
 <unit id="GBP"><measure>GBP</measure></unit>
 <pt:CurrentAssets contextRef="c" unitRef="GBP" decimals="0">500</pt:CurrentAssets>
 <pt:CreditorsDueWithinOneYearTotalCurrentLiabilities contextRef="c" unitRef="GBP"
  >200</pt:CreditorsDueWithinOneYearTotalCurrentLiabilities>
 <pt:TotalAssetsLessCurrentLiabilities contextRef="c" unitRef="GBP"
  >400</pt:TotalAssetsLessCurrentLiabilities>
 <pt:ShareholderFunds contextRef="c" unitRef="GBP">150</pt:ShareholderFunds></xbrl>"""
    found = {item.item: item.value for item in uk_items(read_instance(content, NAME))}
    assert found["total_assets"] == 600.0
    assert found["equity"] == 150.0


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><x>&c;</x>"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "defines XML entities"),
        (MICRO[:700], "not well-formed XML"),
        (b"<html><body>Service unavailable<br></body></html>", "not well-formed XML"),
        (b"", "not well-formed XML"),
    ],
)
def test_documents_that_are_not_read(content: bytes, words: str) -> None:
    with pytest.raises(DataRejectedError, match=words):
        read_instance(content, NAME)


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members:
            target.writestr(name, content)
    return out.getvalue()


ORIGINAL = """<xbrli:context id="original"><xbrli:entity><xbrli:identifier
 scheme="http://www.companieshouse.gov.uk/">00012345</xbrli:identifier><xbrli:segment>
<xbrldi:explicitMember dimension="core:Restatements">core:{member}</xbrldi:explicitMember>
</xbrli:segment></xbrli:entity><xbrli:period><xbrli:instant>2022-12-31</xbrli:instant>
</xbrli:period></xbrli:context>"""


@pytest.mark.parametrize(
    ("member", "value"), [("Original", 500.0), ("FullAccounts", 500.0), ("Asia", None)]
)
def test_a_neutral_member_leaves_the_amount_whole(member: str, value: float | None) -> None:
    content = inline(
        ORIGINAL.format(member=member),
        fact("TotalAssets", "500", at="original"),
        fact("NetAssetsLiabilities", "200"),
    )
    found = {item.item: item.value for item in uk_items(read_instance(content, NAME))}
    assert found.get("total_assets") == value
    assert found["equity"] == 200.0


def test_an_amount_without_members_goes_before_one_with_a_neutral_member() -> None:
    content = inline(
        ORIGINAL.format(member="Original"),
        fact("TotalAssets", "500", at="original"),
        fact("TotalAssets", "450"),
    )
    found = {item.item: item.value for item in uk_items(read_instance(content, NAME))}
    assert found["total_assets"] == 450.0


TURNOVER = "TurnoverRevenue"
QUARTER = """<xbrli:context id="quarter"><xbrli:period><xbrli:startDate>2022-10-01</xbrli:startDate>
<xbrli:endDate>2022-12-31</xbrli:endDate></xbrli:period></xbrli:context>"""
DOLLARS = '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'


@pytest.mark.parametrize(
    ("facts", "item", "value"),
    [
        ((fact(TURNOVER, "294", at="year"), fact(TURNOVER, "831", at="year")), "revenue", 831.0),
        ((QUARTER, fact(TURNOVER, "200", at="quarter"), fact(TURNOVER, "831", at="year")),
         "revenue", 831.0),
        ((fact("CurrentAssets", "172,000"), fact("CurrentAssets", "171,797")),
         "current_assets", 171_797.0),
        ((fact("CurrentAssets", "500"), fact("CurrentAssets", "900")), "current_assets", None),
        ((DOLLARS, fact("CurrentAssets", "650", unit="usd"), fact("CurrentAssets", "500")),
         "current_assets", 500.0),
    ],
)  # fmt: skip
def test_of_several_figures_of_a_concept_one_is_meant_or_none(
    facts: tuple[str, ...], item: str, value: float | None
) -> None:
    content = inline(fact("NetAssetsLiabilities", "300"), *facts)
    found = {one.item: one.value for one in uk_items(read_instance(content, NAME))}
    assert found.get(item) == value
    assert found["equity"] == 300.0


@pytest.mark.parametrize("end", ["2022-12-31", "2023-01-01T00:00:00", "2022-12-31T23:59:59"])
def test_a_period_ends_on_the_day_before_its_midnight(end: str) -> None:
    content = inline(fact("NetAssetsLiabilities", "300")).replace(
        b"<xbrli:instant>2022-12-31<", f"<xbrli:instant>{end}<".encode()
    )
    assert read_instance(content, NAME)[0].end == dt.date(2022, 12, 31)


def test_a_document_without_total_assets_keeps_its_items() -> None:
    content = inline(fact("NetAssetsLiabilities", "(300)"), fact("CashBankOnHand", "20"))
    found = {item.item: item.value for item in uk_items(read_instance(content, NAME))}
    assert found == {"equity": -300.0, "cash": 20.0}


NUMBERED = inline(ORIGINAL.format(member="Original"), fact("TotalAssets", "500", at="original"))


@pytest.mark.parametrize(
    ("name", "content", "documents", "words"),
    [
        ("accounts.html", NUMBERED, {"used": 1}, ""),
        ("accounts.html", NUMBERED.replace(b"00012345", b"00099999"), {"beyond": 1}, ""),
        ("accounts.html", MICRO, {"nothing": 1}, "which company it is of"),
        (NAME, inline(stated("Note", "now")), {"nothing": 1}, "no figure with a date"),
        (NAME, inline(fact("Donations", "5")), {"nothing": 1}, "none of its figures is an item"),
    ],
    ids=["number within", "another company", "of nobody", "notes alone", "no item"],
)
def test_every_document_is_accounted_for(
    tmp_path: Path, name: str, content: bytes, documents: dict[str, int], words: str
) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "Accounts_Bulk_Data-2023-03-02.zip").write_bytes(archive((name, content)))
    using = context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    files = companies_house_accounts.pull(using)
    settled = stage_source(companies_house_accounts, files, using)
    balance = settled.balances[Unit.DOCUMENT]
    assert (balance.read, balance.used) == (1, documents.get("used", 0))
    assert sum(balance.out_of_scope.values()) == documents.get("beyond", 0)
    assert balance.rejected == ({"document_yields_nothing": 1} if documents.get("nothing") else {})
    (table,) = settled.tables
    assert words in " ".join(table.rejected["reason"].to_list())


def test_a_mirror_of_every_kind_of_file(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    other = ("Prod223_0001_00099999_20221231.html", BOMB)
    daily = archive((NAME, MICRO), other)
    (mirror / "Accounts_Bulk_Data-2023-03-02.zip").write_bytes(daily)
    nested = archive(("Accounts_Bulk_Data-2023-03-03.zip", daily))
    (mirror / "Accounts_Monthly_Data-April2023.zip").write_bytes(nested)
    (mirror / f"{NAME}.gz").write_bytes(gzip.compress(MICRO))
    outcome = staged(
        companies_house_accounts, context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    )
    assert set(outcome.rows["published_on"]) == {
        dt.date(2023, 3, 2),
        dt.date(2023, 4, 30),
        dt.date(2023, 10, 3),
    }
    assert outcome.rows.height == 3 * 5
    assert outcome.rejected.is_empty()


def test_bad_archives_and_documents_leave_the_others_unharmed(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    bad = {
        "1-bomb": archive((NAME, BOMB)),
        "2-cut": archive((NAME, MICRO))[:200],
        "3-path": archive(("../" + NAME, MICRO)),
        "4-swollen": archive((NAME, b" " * 30_000_000)),
        "5-html": b"<html>404</html>",
    }
    for name, content in bad.items():
        (mirror / f"Accounts-{name}-2023-03-02.zip").write_bytes(content)
    (mirror / "Accounts_Bulk_Data-2023-03-09.zip").write_bytes(archive((NAME, MICRO)))
    outcome = staged(
        companies_house_accounts, context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    )
    assert set(outcome.rows["published_on"]) == {dt.date(2023, 3, 9)}
    assert outcome.rejected.height == len(bad)
    assert set(outcome.rejected["rule"]) == {"unreadable_file"}


def test_a_balance_day_after_the_filing_is_left_out(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "Accounts_Bulk_Data-2022-03-02.zip").write_bytes(archive((NAME, MICRO)))
    outcome = staged(
        companies_house_accounts, context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    )
    assert outcome.rows.is_empty()


def test_an_exempt_entity_is_no_riskier_and_no_better_for_what_it_need_not_show(
    tmp_path: Path,
) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "Accounts_Bulk_Data-2023-03-02.zip").write_bytes(archive((NAME, MICRO)))
    rows: pl.DataFrame = staged(
        companies_house_accounts, context(tmp_path, mirror=mirror, supplier_rows=LISTED)
    ).rows
    (owed,) = run(leverage.compute, tables={TABLE: [rows]})
    assert owed["value"] == pytest.approx(2300 / 2000)
    (quick,) = run(liquidity.compute, tables={TABLE: [rows]})
    assert (quick["status"], quick["value"]) == ("not_disclosed_exempt", None)
    assert "exempt by law" in str(quick["status_reason"])


def test_without_british_companies_nothing_is_asked_for(tmp_path: Path) -> None:
    foreign = suppliers({"supplier_id": "A", "company_number": "HRB 1"})
    assert companies_house_accounts.pull(context(tmp_path, supplier_rows=foreign)) == []


@pytest.mark.shared
def test_every_shared_account_parses(shared_data: Path, tmp_path: Path) -> None:
    mirror = shared_data / "finance" / "uk_companies_house_ixbrl"
    numbers = {
        "09355500": 8, "14033910": 5, "14068295": 5, "NI681295": 5, "NI682066": 9,
        "OC437536": 1, "OC438238": 9, "SC720321": 9, "SC722766": 5, "00174098": 5, "00193009": 5,
    }  # fmt: skip
    listed = suppliers(
        *({"supplier_id": n, "country_iso3": "GBR", "company_number": n} for n in numbers)
    )
    outcome = staged(
        companies_house_accounts, context(tmp_path, mirror=mirror, supplier_rows=listed)
    )
    assert outcome.rejected.is_empty()
    last = outcome.rows.filter(
        pl.col("period_end") == pl.col("period_end").max().over("supplier_id")
    )
    found = dict(last.group_by("supplier_id").len().iter_rows())
    assert found.keys() == numbers.keys()
    regimes = dict(
        last.with_columns(pl.col("concept").str.extract(r"^(uk-\w+):"))
        .group_by("supplier_id")
        .agg(pl.col("concept").unique().sort().str.join(" "))
        .iter_rows()
    )
    micro = {"14033910", "14068295", "NI681295", "SC722766", "00174098", "00193009"}
    assert {name for name, regime in regimes.items() if regime == "uk-micro"} == micro
    assert regimes["OC438238"] == regimes["NI682066"] == regimes["SC720321"] == "uk-small"
    # Assets less what is owed within a year, as each balance sheet adds up.
    assets = last.filter(pl.col("item") == "total_assets")
    assert (assets["value"] >= 0).all()


def test_older_months_are_in_the_archive(web: Web, tmp_path: Path) -> None:
    name = "Accounts_Monthly_Data-April2024.zip"
    older = "Accounts_Monthly_Data-March2024.zip"
    zipped = b"PK\x05\x06" + bytes(18)
    web.answers = {
        f"/{name}": [Answer(body=zipped)],
        f"/{older}": [Answer(404)],
        f"/archive/{older}": [Answer(body=zipped)],
    }
    british = suppliers({"supplier_id": "s1", "country_iso3": "GBR", "company_number": "123"})
    using = context(
        tmp_path, url=web.root, as_of=dt.date(2024, 5, 2), supplier_rows=british, months=2
    )
    files = companies_house_accounts.pull(using)
    assert [raw.key for raw in files] == [older, name]


def test_no_month_at_the_address_is_an_outage(web: Web, tmp_path: Path) -> None:
    name = "Accounts_Monthly_Data-April2024.zip"
    web.answers = {f"/{name}": [Answer(404)], f"/archive/{name}": [Answer(404)]}
    british = suppliers({"supplier_id": "s1", "country_iso3": "GBR", "company_number": "123"})
    using = context(
        tmp_path, url=web.root, as_of=dt.date(2024, 5, 2), supplier_rows=british, months=1
    )
    with pytest.raises(SourceUnavailableError, match="none of the months"):
        companies_house_accounts.pull(using)
