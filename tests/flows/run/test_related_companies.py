"""Relations in a whole run: a path to a listed company is a flag with sources, never a score."""

import csv
import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import configs
from configs.settings import Settings
from flows.run.stages import run_all
from flows.run.work.stage_types import RunRequest
from signals.registry import signals, sources
from signals.sources import lists
from sql.warehouse import Warehouse

pytestmark = pytest.mark.long

AS_OF = dt.date(2024, 6, 1)
LEI_A, LEI_P = "529900SYNTH0000000A1", "529900SYNTH0000000P1"


def record(lei: str, name: str, city: str) -> dict[str, object]:
    place = {"addressLines": ["Deich 1"], "city": city, "country": "DE"}
    firm = {"legalName": {"name": name}, "legalAddress": place, "category": "GENERAL"}
    attributes = {
        "lei": lei,
        "entity": firm,
        "registration": {"initialRegistrationDate": "2016-02-03T00:00:00Z"},
    }
    return {"type": "lei-records", "attributes": attributes}


def consolidated(lei: str, parent: str, since: str) -> dict[str, object]:
    tie = {
        "type": "IS_DIRECTLY_CONSOLIDATED_BY",
        "status": "ACTIVE",
        "startNode": {"id": lei},
        "endNode": {"id": parent},
    }
    return {
        "type": "relationship-records",
        "attributes": {
            "relationship": tie,
            "registration": {"initialRegistrationDate": f"{since}T00:00:00Z"},
        },
    }


def document(*data: dict[str, object]) -> str:
    meta = {"goldenCopy": {"publishDate": "2024-05-01T00:00:00Z"}}
    return json.dumps({"meta": meta, "data": list(data)})


def settings(world: Path, **identity: object) -> Settings:
    known = configs.load()
    sources = {
        name: source.model_copy(update={"enabled": False}) for name, source in known.sources.items()
    }
    for name, options in (
        ("gleif", {}),
        ("buyer_shipments", {}),
        ("entity_list", {"companies_only": True, "known_since": "2020-01-01"}),
    ):
        changed = {"enabled": True, "mirror": str(world / name), "options": options}
        sources[name] = sources[name].model_copy(update=changed)
    suppliers = known.suppliers.model_copy(update={"files": (str(world / "list.csv"),)})
    return known.model_copy(
        update={
            "suppliers": suppliers,
            "sources": sources,
            "identity": known.identity.model_copy(update=identity),
        }
    )


def write(world: Path) -> None:
    """Supplier a: its parent's parent is listed. b: by two shipments. c, d: at one address."""
    (world / "list.csv").write_text(
        "supplier_id,name,country,lei,address,latitude,longitude,annual_spend,currency,parent\n"
        f"a,Husumer Wollwerk GmbH,DE,{LEI_A},,,,100,EUR,\n"
        "b,Dhaka Zephyr Knitting Ltd,BD,,,,,300,EUR,Zephyr Holding\n"
        'c,Quibble Denim Ltd,BD,,"Plot 7, Sector 4, Ashulia 1341",23.90001,90.30001,400,EUR,'
        "Zephyr Holding\n"
        "d,Marlin Stitching Ltd,BD,,,23.90002,90.30002,200,EUR,\n",
        encoding="utf-8",
    )
    gleif = world / "gleif"
    gleif.mkdir()
    (gleif / "lei-records.json").write_text(
        document(
            record(LEI_A, "Husumer Wollwerk GmbH", "Husum"),
            record(LEI_P, "Nordsee Beteiligungen AG", "Kiel"),
        )
    )
    (gleif / "relationships.json").write_text(
        document(
            consolidated(LEI_A, LEI_P, "2019-03-04"),
            consolidated(LEI_P, "529900SYNTH0000000Q1", "2019-03-04"),
            consolidated("529900SYNTH0000000Q1", "529900SYNTH0000000Q1", "2019-03-04"),
        )
    )
    (gleif / "lei-records-2.json").write_text(
        document(record("529900SYNTH0000000Q1", "Ostwind Kapital AG", "Berlin"))
    )
    shipments = world / "buyer_shipments"
    shipments.mkdir()
    (shipments / "2024.csv").write_text(
        "Consignee,Consignee ID,Shipper,Shipper Country,Goods,Date,Quantity\n"
        "Dhaka Zephyr Knitting Ltd,b,Tarim Gin and Spinning Co Ltd,China,Garn,2024-02-03,4 t\n"
        "Tarim Gin and Spinning Co Ltd,,Hotan Sunrise Cotton Co Ltd,CN,Cotton,2024-01-03,900 kg\n"
        "Dhaka Zephyr Knitting Ltd,b,Jane Roe,CN,Cotton,2024-01-03,900 kg\n",
        encoding="utf-8",
    )
    lists = world / "entity_list"
    lists.mkdir()
    (lists / "list.csv").write_text(
        "name,country,date added,url\n"
        "Ostwind Kapital AG,DE,2022-05-01,https://example.org/1\n"
        "Hotan Sunrise Cotton Co Ltd,CN,2022-05-02,https://example.org/2\n"
        "Quibble Denim Ltd,BD,2022-05-03,https://example.org/3\n",
        encoding="utf-8",
    )


def run(world: Path, chosen: Settings) -> Path:
    return run_all(RunRequest(chosen, AS_OF, world / "out")).folder


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_paths_in_a_run(tmp_path: Path) -> None:
    write(tmp_path)
    folder = run(tmp_path, settings(tmp_path))
    flags = {
        (row["supplier_id"], row["listed_name"]): row
        for row in table(folder / "flags.csv")
        if row["matched_via"] == "relation"
    }
    owned = flags["a", "Ostwind Kapital AG"]
    assert owned["status"] == "a related company is on the list"
    assert "is consolidated by Nordsee Beteiligungen AG" in owned["path"]
    assert "since 2019-03-04" in owned["path"]
    bought = flags["b", "Hotan Sunrise Cotton Co Ltd"]
    assert "received goods from Tarim Gin and Spinning Co Ltd" in bought["path"]
    # The supplier that is itself listed has its own flag; its neighbour is asked about.
    assert ("c", "Quibble Denim Ltd") not in flags
    beside = flags["d", "Quibble Denim Ltd"]
    assert beside["status"] == "possible: check before use"

    steps = [row for row in table(folder / "relations.csv") if row["supplier_id"] == "a"]
    assert [row["relation"] for row in steps] == [
        "match with a register entry",
        "parent in a register",
        "parent in a register",
        "on the list",
    ]
    assert all(row["source"] and row["file"] for row in steps)
    assert steps[1]["link"] == f"https://search.gleif.org/#/record/{LEI_A}"
    (rejected,) = table(folder / "rejected_relations.csv")
    assert rejected["rule"] == "own_parent"
    groups = {
        (row["kind"], row["supplier_ids"]): row for row in table(folder / "shared_groups.csv")
    }
    assert groups["parent", "b c"]["share_of_spend"] == "0.7"
    assert groups["same_site", "c d"]["annual_spend"] == "600.0"

    everything = "".join(path.read_text(encoding="utf-8-sig") for path in folder.glob("*.csv"))
    assert "Ashulia" not in everything
    assert "Jane Roe" not in everything
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Nordsee Beteiligungen AG" in page
    assert f"Step 2: parent in a register\\thttps://search.gleif.org/#/record/{LEI_A}" in page
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["relations"]["paths"] == len(flags)
    (checked,) = (one for one in manifest["list_checks"] if one["status"] == "checked")
    assert (checked["suppliers_matched"], checked["suppliers_related"]) == (1, 4)
    read_me = (folder / "READ-ME-FIRST.txt").read_text()
    assert "1 supplier on it, 4 suppliers related to a company on it" in read_me

    question = next(
        row for row in table(folder / "identity_review.csv") if row["register"] == "relation"
    )
    decisions = tmp_path / "decisions.csv"
    decisions.write_text(
        "supplier_id,register,register_id,decision\n"
        f"{question['supplier_id']},relation,{question['register_id']},reject\n"
    )
    again = run(tmp_path, settings(tmp_path, decisions=str(decisions)))
    left = {row["supplier_id"] for row in table(again / "flags.csv")
            if row["matched_via"] == "relation"}  # fmt: skip
    assert left == {"a", "b", "c"}
    asked = [row for row in table(again / "identity_review.csv") if row["register"] == "relation"]
    assert asked == []


def test_an_entry_on_a_list_moves_no_score(tmp_path: Path) -> None:
    write(tmp_path)
    chosen = settings(tmp_path)
    off = chosen.sources["entity_list"].model_copy(update={"enabled": False})
    without = chosen.model_copy(update={"sources": {**chosen.sources, "entity_list": off}})
    folders = [
        run_all(RunRequest(one, AS_OF, tmp_path / name)).folder
        for name, one in (("with", chosen), ("without", without))
    ]
    scores = [
        pl.read_parquet(one / "ranked.parquet").drop("flags", strict=False) for one in folders
    ]
    shared = [name for name in scores[0].columns if name in scores[1].columns]
    assert_frame_equal(scores[0].select(shared), scores[1].select(shared))
    assert "List of entities" in {row["list"] for row in table(folders[0] / "flags.csv")}


REGISTER_OF_EMPLOYERS = (
    "ID;Ano da ação fiscal;UF;Empregador;CNPJ/CPF;Estabelecimento;Trabalhadores envolvidos;CNAE;"
    "Decisão administrativa de procedência;Inclusão no Cadastro de Empregadores\n"
    "1;2023;PA;FAZENDA INVENTADA LTDA;11.222.333/0001-81;FAZENDA;7;0151-2/01;;05/04/2024\n"
)


def test_a_label_of_the_register_of_employers_moves_no_feature_of_an_earlier_date(
    tmp_path: Path,
) -> None:
    """The register is also an outcome: what it lists later is not known on an earlier date."""
    (tmp_path / "list.csv").write_text(
        "supplier_id,name,country,company number\n"
        "F,Fazenda Inventada Ltda,BR,11222333000181\nG,Fazenda Vizinha Ltda,BR,\n"
    )
    for name, file, text in (
        (
            "accounts_csv",
            "accounts.csv",
            "supplier_id,period_start,period_end,filed_on,currency,total_assets,current_assets,"
            "current_liabilities,total_liabilities,retained_earnings,ebit,revenue,equity\n"
            "F,2022-01-01,2022-12-31,2023-05-02,BRL,1000,300,200,600,100,80,900,400\n"
            "G,2022-01-01,2022-12-31,2023-05-02,BRL,1000,200,300,800,50,10,900,200\n",
        ),
        ("brazil_employer_register", "cadastro.csv", REGISTER_OF_EMPLOYERS),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_bytes(text.encode("latin-1"))
    base = settings(tmp_path)
    off = {name: one.model_copy(update={"enabled": False}) for name, one in base.sources.items()}
    chosen = {}
    for name, read in (("with", ["brazil_employer_register"]), ("without", [])):
        on = {
            source: base.sources[source].model_copy(
                update={"enabled": True, "mirror": str(tmp_path / source)}
            )
            for source in ("accounts_csv", *read)
        }
        chosen[name] = base.model_copy(update={"sources": {**off, **on}})
    folders = {}
    values = {}
    for name, one in chosen.items():
        folder = run_all(RunRequest(one, dt.date(2024, 3, 1), tmp_path / name)).folder
        folders[name] = folder
        with Warehouse(tmp_path / name / "warehouse.duckdb") as warehouse:
            values[name] = warehouse.read("signal_values").drop("run_id")
    assert_frame_equal(values["with"], values["without"])
    assert (values["with"]["status"] == "observed").sum() > 0
    ranked = [pl.read_parquet(one / "ranked.parquet") for one in folders.values()]
    assert_frame_equal(*ranked)
    assert not any(
        "Register of employers" in row["list"] for row in table(folders["with"] / "flags.csv")
    )
    later = run_all(RunRequest(chosen["with"], dt.date(2024, 6, 1), tmp_path / "later")).folder
    (flag,) = table(later / "flags.csv")
    assert (flag["supplier_id"], flag["listed_on"]) == ("F", "2024-04-05")


def test_no_signal_reads_a_list_of_companies() -> None:
    companies = {name for name, module in sources().items()
                 if module.stage.__module__.startswith(f"{lists.__name__}.")
                 } - {"listed_goods"}  # fmt: skip
    assert "brazil_employer_register" in companies
    reading = {name: set(one.card.sources) & companies for name, one in signals().items()}
    assert {name: found for name, found in reading.items() if found} == {}
