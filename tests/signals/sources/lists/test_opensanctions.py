"""OpenSanctions in both forms: companies with their days; read under a stated licence alone."""

import datetime as dt
import json
from pathlib import Path

import pytest

import configs
from configs.config_errors import UsageError
from flows.run.work.stage_types import is_licensed
from signals.account import Unit
from signals.source_errors import SourceUnavailableError
from signals.sources.lists import entity_list, opensanctions
from tests.signals.builders import balance, context, staged
from tests.signals.web import Answer, Web

TABLE = (
    "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,"
    "dataset,first_seen,last_seen,last_change\n"
    "NK-1,Company,Made Up Yarn,MU Yarn;Yarn MU,,tj,Mill Lane 1,529900SYNTH000000012,,,,X,"
    "2021-09-28T00:00:00,,\n"
    "NK-2,Organization,Made Up Gin,,,cn;uz,,,,,,X,2022-01-02,,\n"
    "NK-3,Person,John Doe,,1980-01-01,tj,,,,,,X,2022-01-02,,\n"
)
LICENCE = {"licence": "non_commercial"}


def followed(entity_id: str, schema: str, *, target: bool = True, **properties: object) -> str:
    caption = entity_id.replace("-", " ")
    return json.dumps(
        {"id": entity_id, "caption": caption, "schema": schema, "target": target,
         "first_seen": "2021-09-28", "properties": properties}
    )  # fmt: skip


RECORDS = "\n".join(
    [
        followed("Yarn-Ltd", "Company", jurisdiction=["tj"], topics=["sanction", "debarment"],
                 leiCode=["529900SYNTH000000012"], registrationNumber=["77 1"],
                 sourceUrl=["https://example.org/a"]),
        followed("S1", "Sanction", entity=["Yarn-Ltd"], startDate=["2020-03-04"],
                 sourceUrl=["https://example.org/list"]),
        followed("Gin-Ltd", "Company", topics=["debarment"]),
        followed("S2", "Sanction", entity=["Gin-Ltd"], startDate=["2019-01-01"],
                 endDate=["2025-01-01"]),
        followed("Old-Ltd", "Company"),
        followed("S3", "Sanction", entity=["Old-Ltd"], endDate=["2022-01-01"]),
        followed("Parent-Ltd", "Company", target=False),
        followed("O1", "Ownership", owner=["Parent-Ltd"], asset=["Yarn-Ltd"]),
        followed("Jane-Roe", "Person"),
        "{broken",
    ]
)  # fmt: skip


def mirror(tmp_path: Path, name: str, body: str) -> Path:
    folder = tmp_path / "m"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(body)
    return folder


def test_the_table(tmp_path: Path, web: Web) -> None:
    web.answers["/targets.simple.csv"] = [Answer(body=TABLE.encode())]
    found = staged(opensanctions, context(tmp_path, url=web.url("/targets.simple.csv"), **LICENCE))
    yarn, gin = found.rows.iter_rows(named=True)
    assert (yarn["name"], yarn["country_iso2"], yarn["lei"]) == (
        "Made Up Yarn", "TJ", "529900SYNTH000000012",
    )  # fmt: skip
    assert yarn["other_names"] == ["MU Yarn", "Yarn MU"]
    # The table states no day of a listing: it was known when OpenSanctions first saw it.
    assert (yarn["listed_on"], yarn["published_on"]) == (None, dt.date(2021, 9, 28))
    assert yarn["link"] == "https://www.opensanctions.org/entities/NK-1/"
    assert gin["country_iso2"] is None
    assert found.rejected["rule"].to_list() == ["person_entry"]
    stored = [one.read_text() for one in (tmp_path / "store").rglob("*") if one.is_file()]
    assert not any("Doe" in text or "1980" in text for text in stored)


def test_the_records(tmp_path: Path) -> None:
    folder = mirror(tmp_path, "entities.ftm.json", RECORDS)
    using = context(tmp_path, mirror=folder, **LICENCE)
    yarn, gin = staged(opensanctions, using).rows.iter_rows(named=True)
    assert (yarn["listed_on"], yarn["published_on"]) == (dt.date(2020, 3, 4),) * 2
    assert (yarn["kind"], gin["kind"]) == ("entity_list", "debarment")
    assert (yarn["company_number"], yarn["lei"]) == ("77 1", "529900SYNTH000000012")
    assert yarn["link"] == "https://example.org/list"
    # A debarment that ends after the as-of date is in force.
    assert gin["listed_on"] == dt.date(2019, 1, 1)
    assert balance(opensanctions, context(tmp_path / "x", mirror=folder, **LICENCE), Unit.ROW) == {
        "read": 10,
        "used": 2,
        "rejected": {"person_entry": 1, "unknown_kind": 1},
        "out_of_scope": {
            "a sanction, an address or a link, no entity": 4,
            "ended by the as-of date": 1,
            "a company that is not on a list itself": 1,
        },
    }


@pytest.mark.parametrize("options", [{}, {"licence": None}, {"licence": "mine"}])
def test_it_is_read_under_a_stated_licence_alone(
    tmp_path: Path, options: dict[str, object]
) -> None:
    with pytest.raises(SourceUnavailableError, match=r"options\.licence"):
        opensanctions.pull(context(tmp_path, mirror=mirror(tmp_path, "a.csv", TABLE), **options))


@pytest.mark.parametrize(
    ("use", "licence", "allowed"),
    [
        ("commercial", None, False),
        ("commercial", "non_commercial", False),
        ("commercial", "commercial", True),
        ("non_commercial", "non_commercial", True),
    ],
)
def test_the_use_of_a_run_decides(use: str, licence: str | None, allowed: bool) -> None:
    base = configs.load()
    own = base.sources["opensanctions"]
    assert not own.enabled
    stated = own.model_copy(update={"options": {"licence": licence}})
    chosen = base.model_copy(
        update={"use": use, "sources": {**base.sources, "opensanctions": stated}}
    )
    assert is_licensed(opensanctions.CARD, chosen) is allowed


def test_a_file_that_is_cut_off_is_an_outage(tmp_path: Path) -> None:
    folder = mirror(tmp_path, "entities.ftm.json", "")
    (folder / "entities.ftm.json").write_bytes(b"\x1f\x8bbroken")
    with pytest.raises(SourceUnavailableError, match="opensanctions"):
        opensanctions.pull(context(tmp_path, mirror=folder, **LICENCE))


def test_debarments_in_any_table(tmp_path: Path) -> None:
    body = (
        "Firm Name,Address,Country,From Date,To Date,Grounds\n"
        "MADE UP ROADS LTD.,Mill Lane 1,Kenya,12-MAR-2023,11-MAR-2027,Guidelines 1.16\n"
        "OLD ROADS LTD.,Mill Lane 2,Kenya,12-MAR-2019,11-MAR-2022,Guidelines 1.16\n"
        "JANE ROE,Mill Lane 3,Kenya,12-MAR-2023,11-MAR-2027,Guidelines 1.16\n"
    )
    folder = mirror(tmp_path, "debarred.csv", body)
    found = staged(
        entity_list, context(tmp_path, mirror=folder, kind="debarment", list="Made-up bank")
    )
    (entry,) = found.rows.iter_rows(named=True)
    assert (entry["name"], entry["kind"], entry["listed_on"]) == (
        "MADE UP ROADS LTD.", "debarment", dt.date(2023, 3, 12),
    )  # fmt: skip
    assert (entry["country_iso2"], entry["list_title"]) == ("KE", "Made-up bank")
    # Persons and companies without a legal form are not read.
    assert found.rejected["rule"].to_list() == ["unknown_kind"]
    with pytest.raises(UsageError, match=r"options\.kind"):
        staged(entity_list, context(tmp_path / "x", mirror=folder, kind="blacklist"))
