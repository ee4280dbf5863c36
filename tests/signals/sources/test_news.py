"""The three sources of news: what counts, what is rejected, and what is never stored."""

import gzip
import json
import zipfile
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest

from signals.account import NOT_LISTED, NOTHING_TO_SAY, Unit
from signals.fetching.host_limits import LIMITS
from signals.source import PullContext, SourceModule, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.news import gdelt_doc, gdelt_gkg, news_csv
from signals.sources.news.news_rows import (
    article_key,
    known_themes,
    site_domain,
    title_marks,
    title_themes,
)
from suppliers.input_errors import NonExtractiveError
from tests.signals.builders import all_staged, balance, context, keeps_contract
from tests.signals.web import Answer, Web

LIST = pl.DataFrame(
    {
        "supplier_id": ["S1", "S2"],
        "name": ["Surma Valley Knit Composite Ltd", "Quang Loc Seafood JSC"],
        "country_iso2": ["BD", "VN"],
        "annual_spend": [2.0, 1.0],
    }
)
PERSON = "Zubaida Example"


def using(tmp_path: Path, mirror: Path | None, **options: object) -> PullContext:
    return context(tmp_path, mirror=mirror, supplier_rows=LIST, **options)


def staged(module: SourceModule, ctx: PullContext) -> list[Staged]:
    parts = list(all_staged(module, ctx))
    for part in parts:
        keeps_contract(part.table, part.rows, part.rejected)
    return parts


def listed(title: str, number: int = 1, **changed: str) -> dict[str, str]:
    return {
        "url": f"https://www.paper{number}.example/{number}",
        "title": title,
        "seendate": "20240310T120000Z",
        "domain": f"paper{number}.example",
        "language": "English",
        "sourcecountry": "Bangladesh",
        **changed,
    }


def stored(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# gdelt_doc


def doc_answers(web: Web, articles: object) -> None:
    """The same answer to every question of each mode, whatever its window."""

    class Answers(dict[str, list[Answer]]):
        def __missing__(self, path: str) -> list[Answer]:
            point = {"date": "20240310T000000Z", "value": -3.5, "norm": 1000}
            timeline = {"timeline": [{"series": "x", "data": [point]}]}
            content = articles if "mode=artlist" in path else timeline
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            return [Answer(body=body)]

    web.answers = Answers()


def test_one_broken_article_costs_itself_and_not_the_page(tmp_path: Path) -> None:
    title = "Workers strike at Surma Valley Knit Composite Ltd"
    broken = [{"title": title}, {**listed(title, 8), "seendate": None}, "no article"]
    page = {"articles": [listed(title, 1), *broken, listed(title, 2)]}
    mirror = tmp_path / "m"
    mirror.mkdir()
    (mirror / "artlist.json").write_text(json.dumps(page))
    articles, _ = staged(gdelt_doc, using(tmp_path, mirror))
    assert articles.rows["supplier_id"].to_list() == ["S1", "S1"]
    assert articles.rejected["rule"].to_list() == ["article_is_complete"]
    assert articles.rejected["reason"][0].startswith("3 articles of the page")


def test_a_name_alone_in_a_headline_is_a_question(tmp_path: Path) -> None:
    named = pl.DataFrame(
        {"supplier_id": ["S3"], "name": ["Zenvora"], "country_iso2": ["BD"], "annual_spend": [1.0]}
    )
    mirror = tmp_path / "m"
    mirror.mkdir()
    page = {"articles": [listed("Workers strike at Zenvora over pay")]}
    (mirror / "artlist.json").write_text(json.dumps(page))
    articles, _ = staged(gdelt_doc, context(tmp_path, mirror=mirror, supplier_rows=named))
    assert articles.rows.is_empty()
    assert "1 article may be about S3, but does not count" in articles.rejected["reason"][0]
    assert "the name alone" in articles.rejected["reason"][0]


def test_the_search_is_asked_by_name_and_nothing_of_a_headline_is_stored(
    web: Web, tmp_path: Path
) -> None:
    titles = [f"{PERSON} leads strike at Surma Valley Knit Composite", f"{PERSON} sings"]
    doc_answers(web, {"articles": [listed(t, n) for n, t in enumerate(titles)]})
    ctx = using(tmp_path, None, url=web.url("/doc"))
    articles, press = staged(gdelt_doc, ctx)
    asked = [unquote(path) for _, path, _ in web.asked]
    assert sum('"Surma Valley Knit Composite"' in path for path in asked) == 3
    assert all("maxrecords=250" in path for path in asked if "mode=artlist" in path)
    (row,) = articles.rows.iter_rows(named=True)
    assert (row["supplier_id"], row["tone"], row["themes"]) == ("S1", -3.5, ["labour_unrest"])
    assert (row["domain"], row["language"]) == ("paper0.example", "english")
    assert press.rows["articles_monitored"].to_list() == [1000.0]
    kept = stored(tmp_path / "store")
    assert PERSON.encode() not in kept
    assert b"sings" not in kept


def test_full_pages_are_followed_back_in_time(web: Web, tmp_path: Path) -> None:
    doc_answers(web, {"articles": [listed("Nothing of note", n) for n in range(250)]})
    gdelt_doc.pull(using(tmp_path, None, url=web.url("/doc"), most_suppliers=1, most_pages=2))
    lists = [path for _, path, _ in web.asked if "mode=artlist" in path]
    assert "enddatetime=20240601235959" in lists[0]
    assert "enddatetime=20240310120000" in lists[1]


@pytest.mark.parametrize(
    ("body", "reported"),
    [
        (b"", "the body is empty"),
        (b"<html><body>Error</body></html>", "an HTML page came instead of json"),
        (b"Your search contained a phrase that is too short.", "the JSON does not parse"),
        (b'{"timeline": []}', "it holds no 'articles'"),
    ],
    ids=["empty", "html", "sentence", "another_answer"],
)
def test_answers_that_are_none_are_errors_in_a_sentence(
    web: Web, tmp_path: Path, body: bytes, reported: str
) -> None:
    doc_answers(web, body)
    ctx = context(tmp_path, url=web.url("/doc"), supplier_rows=LIST.head(1))
    assert reported in staged(gdelt_doc, ctx)[0].rejected["reason"][0]
    many = pl.concat([LIST.with_columns(supplier_id=pl.lit(f"{n}")) for n in range(3)])
    with pytest.raises(SourceUnavailableError, match="3 of 3 suppliers could not be asked for"):
        gdelt_doc.pull(context(tmp_path, url=web.url("/doc"), supplier_rows=many))


def test_an_empty_object_is_no_article(web: Web, tmp_path: Path) -> None:
    doc_answers(web, {})
    assert staged(gdelt_doc, using(tmp_path, None, url=web.url("/doc")))[0].rows.is_empty()


def test_the_search_is_asked_once_in_five_seconds() -> None:
    assert LIMITS["api.gdeltproject.org"].pause_seconds == 5.0


@pytest.mark.parametrize(
    ("name", "phrase"),
    [
        ("Surma Valley Knit Composite Ltd", "Surma Valley Knit Composite"),
        ("PT. Arwana Garmindo", "Arwana Garmindo"),
        ("Egemen Dokuma San. ve Tic. A.Ş.", "Egemen Dokuma"),
        ("ABC Ltd", None),
    ],
)
def test_phrases_leave_out_the_legal_form(name: str, phrase: str | None) -> None:
    assert gdelt_doc.search_phrase(name) == phrase


def test_a_ambiguous_article_is_counted_and_explained(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    reported = [listed("Surma Valley Knit Composite grows", n, sourcecountry="") for n in range(3)]
    (mirror / "artlist.json").write_text(json.dumps({"articles": reported}))
    (mirror / "timelinetone_S1.json").write_text('[{"date": "soon", "value": 1}]')
    articles, _ = staged(gdelt_doc, using(tmp_path, mirror))
    assert articles.rows.is_empty()
    reasons = articles.rejected.sort("rule")["reason"].to_list()
    assert reasons[0].startswith("3 articles may be about S1, but do not count: the country is not")
    assert "no date or value" in reasons[1]


def test_every_page_and_article_is_used_rejected_or_out_of_scope(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    title = "Surma Valley Knit Composite grows"
    articles = [
        listed(title, 1),
        listed(title, 2, sourcecountry=""),
        listed("Rain tomorrow", 3),
        {"title": "neither address nor date"},
    ]
    (mirror / "artlist_1.json").write_text(json.dumps({"articles": articles}))
    (mirror / "artlist_2.json").write_text("{}")
    (mirror / "artlist_3.json").write_text("<html>")
    asked = using(tmp_path, mirror)
    assert balance(gdelt_doc, asked, Unit.DOCUMENT) == {
        "read": 4,
        "used": 1,
        "rejected": {"article_is_complete": 1, "firm_match_in_doubt": 1},
        "out_of_scope": {NOT_LISTED: 1},
    }
    assert balance(gdelt_doc, asked, Unit.PAGE) == {
        "read": 3,
        "used": 1,
        "rejected": {"unreadable_file": 1},
        "out_of_scope": {NOTHING_TO_SAY: 1},
    }


# gdelt_gkg


def graph_row(**changed: str) -> str:
    cells = [""] * 27
    filled = {
        "record": "20240310120000-1", "when": "20240310120000", "kind": "1",
        "domain": "dailypaper.example", "address": "https://dailypaper.example/strike",
        "themes": "STRIKE;SOC_SLAVERY;TRIAL;EPU_POLICY",
        "places": "4#Sylhet, Sylhet, Bangladesh#BG#BG86#24.9#91.9#-1",
        "persons": PERSON.lower(), "persons_at": f"{PERSON},12",
        "firms_at": "Surma Valley Knit Composite,40;Ministry Of Labour,90",
        "tone": "-4.5,1,5.5,6.5,20,1,300", "quotes": f"10|20||{PERSON} said",
        "names": f"{PERSON},12", "translation": "srclc:ben;eng:Moses",
        "extras": f"<PAGE_AUTHORS>{PERSON}</PAGE_AUTHORS><PAGE_TITLE>{PERSON} leaves</PAGE_TITLE>",
        **changed,
    }  # fmt: skip
    places = {
        "record": 0, "when": 1, "kind": 2, "domain": 3, "address": 4, "themes": 7, "places": 9,
        "persons": 11, "persons_at": 12, "firms_at": 14, "tone": 15, "quotes": 22, "names": 23,
        "translation": 25, "extras": 26,
    }  # fmt: skip
    for name, at in places.items():
        cells[at] = filled[name]
    return "\t".join(cells)


def zipped(text: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("20240310120000.gkg.csv", text)
    return out.getvalue()


def test_rows_of_the_graph_reach_the_store_without_persons(web: Web, tmp_path: Path) -> None:
    strange = graph_row(firms_at="Another Company,3", address="https://x.example/2")
    body = zipped(f"{graph_row()}\n{strange}\n")
    stamps = ["20240601234500", "20240601233000", "20240601231500", "20240601230000"]
    for stamp in stamps:
        web.answers[f"/{stamp}.gkg.csv.zip"] = [Answer(status=404)]
    web.answers[f"/{stamps[0]}.gkg.csv.zip"] = [Answer(body=body)]
    (part,) = staged(gdelt_gkg, using(tmp_path, None, url=web.url("/"), window_hours=1))
    (row,) = part.rows.iter_rows(named=True)
    assert (row["supplier_id"], row["tone"], row["language"]) == ("S1", -4.5, "ben")
    assert row["themes"] == ["enforcement", "forced_labour", "labour_unrest"]
    kept = stored(tmp_path / "store").lower()
    assert kept
    for word in (PERSON.lower(), "ministry", "another company", "dailypaper.example/strike"):
        assert word.encode() not in kept


def test_no_file_in_the_window_is_reported(web: Web, tmp_path: Path) -> None:
    web.answers["/20240601234500.gkg.csv.zip"] = [Answer(status=404)]
    with pytest.raises(SourceUnavailableError, match="window_hours"):
        gdelt_gkg.pull(using(tmp_path, None, url=web.url("/"), window_hours=0.25))


def test_broken_rows_are_counted_and_broken_files_rejected(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    rows = [graph_row(), graph_row(when="soon"), graph_row(tone="a,b"), "three\tcells\tonly"]
    more = [graph_row(firms_at="Another Company,3") for _ in range(3)]
    good = "\n".join([*rows, *more, graph_row(address="https://e.example/5", places="")])
    (mirror / "a.gkg.csv.gz").write_bytes(gzip.compress(good.encode()))
    (mirror / "b.gkg.csv").write_text("<html>\n</html>\n")
    (part,) = staged(gdelt_gkg, using(tmp_path, mirror))
    assert part.rows.height == 1
    reported = dict(part.rejected.select("rule", "reason").rows())
    assert reported["row_of_the_graph"].startswith("3 rows of 8")
    assert "2 of 2 rows are no rows of the knowledge graph" in reported["unreadable_file"]
    assert "the country is not known" in reported["firm_match_in_doubt"]
    assert balance(gdelt_gkg, using(tmp_path, mirror), Unit.ROW) == {
        "read": 8,
        "used": 1,
        "rejected": {"row_of_the_graph": 3, "firm_match_in_doubt": 1},
        "out_of_scope": {NOT_LISTED: 3},
    }


# news_csv

HEADER = "date,domain,language,country,organisation,organisation_country,title,url,tone,themes"


def table(tmp_path: Path, *lines: str, header: str = HEADER) -> Path:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "news.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return mirror


def test_articles_of_a_table_count_by_organisation_or_headline(tmp_path: Path) -> None:
    mirror = table(
        tmp_path,
        "2024-03-10,www.dhaka.example,Bengali,Bangladesh,"
        "Surma Valley Knit Composite,BD,,,-2.5,STRIKE",
        "20240311,hanoi.co.vn,,VN,,,Quang Loc Seafood fined over unpaid wages,https://h.example/1,,",
        "2024-03-12,x.example,,BD,A Stranger Ltd,BD,,,,",
    )
    (part,) = staged(news_csv, using(tmp_path, mirror))
    first, second = part.rows.iter_rows(named=True)
    assert (first["supplier_id"], first["tone"], first["themes"]) == ("S1", -2.5, ["labour_unrest"])
    assert (second["supplier_id"], second["domain"]) == ("S2", "hanoi.co.vn")
    assert second["themes"] == ["enforcement", "labour_abuse", "labour_unrest"]
    assert second["language"] == "unknown"
    assert part.rejected.is_empty()


def test_bad_rows_of_a_table_are_kept_apart_with_a_reason(tmp_path: Path) -> None:
    firm = "Surma Valley Knit Composite,BD"
    mirror = table(
        tmp_path,
        f"soon,a.example,,BD,{firm},,,,",
        f"2024-03-10,,,BD,{firm},,,,",
        f"2024-03-10,a.example,,BD,{firm},,,very bad,",
        "2024-03-10,a.example,,BD,,,,,,",
        "2024-03-10,a.example,,BD,Surma Valley Knit Composite,IN,,,,",
    )
    (part,) = staged(news_csv, using(tmp_path, mirror))
    assert part.rows.is_empty()
    assert part.rejected.sort("source_row", nulls_last=True)["rule"].to_list() == [
        "date_is_a_date",
        "domain_is_given",
        "tone_is_a_number",
        "firm_is_named",
        "firm_match_in_doubt",
    ]


def test_a_table_without_companies_is_rejected_as_a_whole(tmp_path: Path) -> None:
    mirror = table(tmp_path, "2024-03-10,a.example", header="date,domain")
    (part,) = staged(news_csv, using(tmp_path, mirror))
    assert "neither the column 'organisation' nor 'title'" in part.rejected["reason"][0]


def test_a_table_with_persons_is_rejected(tmp_path: Path) -> None:
    mirror = table(tmp_path, "2024-03-10,a.example,x", header="date,domain,Worker Name")
    with pytest.raises(NonExtractiveError, match="Worker Name"):
        staged(news_csv, using(tmp_path, mirror))


# news_rows


def test_copies_have_the_same_marks_and_the_name_has_none() -> None:
    one = title_marks("Workers strike at Acme Mills over pay", "Acme Mills")
    other = title_marks("Workers  strike at Beta Works over pay !", "Beta Works")
    assert one == other
    assert len(one) == 4
    assert title_marks("") == []
    assert len(title_marks("Acme Mills burns", "Acme Mills")) == 1


@pytest.mark.parametrize(
    ("title", "themes"),
    [
        ("Huelga en la planta", ["labour_unrest"]),
        ("Incluída na lista suja do trabalho escravo", ["enforcement", "forced_labour"]),
        ("WRO issued", ["enforcement", "forced_labour"]),
        ("New line opened", []),
        ("Striker scores", []),
        ("Acme Mills strikes a deal with growers", []),
        ("Acme Mills strikes multi-year supply agreement", []),
        ("Lightning strikes Acme Mills", []),
        ("Strike price of Acme options", []),
        ("Acme strikes gold in Peru", []),
        ("Drone strikes hit Acme depot", []),
        ("Typhoon strikes mill town", []),
        ("Acme within striking distance of record", []),
        ("Union and Acme strike wage deal", []),
        ("Workers strike at Acme Mills over pay", ["labour_unrest"]),
        ("Strike at Acme Mills", ["labour_unrest"]),
        ("Acme Mills staff on strike for a third day", ["labour_unrest"]),
        ("Dock strikes spread", ["labour_unrest"]),
        ("Striking miners block the road", ["labour_unrest"]),
        ("Strike ends after Acme strikes a deal", ["labour_unrest"]),
        ("Workers strike back: second strike in a week", ["labour_unrest"]),
        ("Acme strikes a new long-term multi-year supply deal", []),
        ("Acme shares strike record high", []),
        ("Acme strikes again: third record quarter", []),
        ("Acme strikes new lithium deposit", []),
        ("Acme strikes confident tone", []),
        ("Acme to strike name from register", []),
        ("Acme strike ends with wage deal", ["labour_unrest"]),
        ("Acme strike hits record low output", ["labour_unrest"]),
        ("Workers strike again at Acme", ["labour_unrest"]),
        ("Port strike: two injured", ["labour_unrest"]),
    ],
)
def test_headlines_say_what_they_are_about(title: str, themes: list[str]) -> None:
    assert title_themes(title) == themes


def test_theme_codes() -> None:
    assert known_themes(["TAX_DISEASE_CARDIAC_ARREST", "CLINICAL_TRIAL", "DRONE_STRIKE"]) == []
    codes = ["SOC_SLAVERY", "WB_2511_SLAVERY", "STRIKE", "UNREST_BELLIGERENT", "labour_abuse"]
    assert known_themes(codes) == ["forced_labour", "labour_abuse", "labour_unrest"]


def test_addresses_and_domains_of_one_article_are_one() -> None:
    assert article_key("https://www.a.example/x/?utm=1") == article_key("http://m.a.example/x")
    assert article_key("http://a.example/?id=1&utm_source=b#c") == article_key("a.example/?id=1")
    assert article_key("a.example/view?id=1") != article_key("a.example/view?id=2")
    assert site_domain("https://edition.paper.co.uk/x") == "paper.co.uk"
    assert site_domain("news.paper.example") == "paper.example"


# Real bodies


@pytest.mark.shared
def test_real_answers_of_the_search_parse(shared_data: Path, tmp_path: Path) -> None:
    real = pl.DataFrame(
        {
            "supplier_id": ["S1"], "name": ["Rowayton Seafood LLC"], "country_iso2": ["US"],
            "annual_spend": [1.0],
        }
    )  # fmt: skip
    ctx = context(tmp_path, mirror=shared_data / "finance/gdelt", supplier_rows=real)
    articles, press = staged(gdelt_doc, ctx)
    assert articles.rows.height > 3
    assert articles.rows["domain"].n_unique() > 3
    assert press.rows.height == 364
    assert press.rows["articles_monitored"].min() > 0


@pytest.mark.shared
def test_real_rows_of_the_graph_parse(shared_data: Path, tmp_path: Path) -> None:
    real = pl.DataFrame(
        {
            "supplier_id": ["S1", "S2"], "name": ["Re Max Lakes Realty Inc", "Volvo AB"],
            "country_iso2": ["US", "SE"], "annual_spend": [1.0, 2.0],
        }
    )  # fmt: skip
    ctx = context(tmp_path, mirror=shared_data / "finance/gdelt", supplier_rows=real)
    (part,) = staged(gdelt_gkg, ctx)
    assert set(part.rows["supplier_id"]) == {"S1"}
    assert part.rows["tone"].is_between(-20, 20).all()
    assert set(part.rejected["rule"]) == {"firm_match_in_doubt"}
