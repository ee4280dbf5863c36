"""The language of the desk: chosen by hand or by the browser, and kept through the pages."""

import pytest
from starlette.testclient import TestClient

from flows.desk.desk_state import Desk
from flows.desk.languages.choice import COOKIE, NAMES, language_of
from reports.languages.catalogue import LANGUAGES, translator
from tests.flows.desk.conftest import ORIGIN


@pytest.mark.parametrize(
    ("chosen", "accepted", "expected"),
    [
        (None, "", "en"),
        (None, "de-CH,de;q=0.9,en;q=0.8", "de"),
        (None, "fr;q=0.2, vi;q=0.9", "vi"),
        (None, "ja, PT-BR;q=0.5, en;q=0.4", "pt"),
        (None, "de;q=0, es;q=0.1", "es"),
        (None, "de;q=high, id", "id"),
        (None, "*, ja", "en"),
        ("fr", "de", "fr"),
        ("ja", "de", "de"),
    ],
)
def test_a_choice_counts_before_what_the_browser_accepts(
    chosen: str | None, accepted: str, expected: str
) -> None:
    assert language_of(chosen, accepted) == expected


def test_every_language_of_the_report_can_be_chosen() -> None:
    assert tuple(NAMES) == LANGUAGES


def test_a_chosen_language_is_kept_and_leads_back_to_the_page(client: TestClient) -> None:
    page = client.get("/", headers={"accept-language": "vi"}).text
    assert '<html lang="vi" dir="ltr">' in page
    asked = {"language": "de"}
    answer = client.post("/language", data=asked, headers={"referer": f"{ORIGIN}/?note=saved"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?note=saved"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=de;")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    page = client.get("/?note=saved", headers={"accept-language": "vi"}).text
    assert '<html lang="de" dir="ltr">' in page
    assert "Gespeichert." in page
    assert translator("de").text("Language of the pages") in page


@pytest.mark.parametrize(
    "referer", ["", "https://other.example/lists", f"{ORIGIN}//other.example", f"{ORIGIN}/\\other"]
)
def test_a_choice_leads_to_no_page_of_elsewhere(client: TestClient, referer: str) -> None:
    answer = client.post("/language", data={"language": "de"}, headers={"referer": referer})
    assert answer.headers["location"] == "/"


def test_an_unknown_language_changes_nothing(client: TestClient) -> None:
    answer = client.post("/language", data={"language": "xx"}, headers={"referer": f"{ORIGIN}/"})
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers


def test_a_page_of_another_site_cannot_choose(desk: Desk, stranger: TestClient) -> None:
    headers = {"origin": "https://other.example"}
    answer = stranger.post("/language", data={"language": "de"}, headers=headers)
    assert answer.status_code == 403
    assert stranger.post("/language", data={"language": "de"}).status_code == 403


def test_the_page_to_sign_in_has_a_language_too(stranger: TestClient) -> None:
    page = stranger.get("/sign-in", headers={"accept-language": "es"}).text
    assert '<html lang="es"' in page
    assert "<code>understory desk</code>" in page
    assert translator("es").text("Sign in") in page


def test_an_error_is_translated_or_named_as_english(client: TestClient) -> None:
    headers = {"accept-language": "fr"}
    page = client.get("/no-such-page", headers=headers).text
    assert translator("fr").text("There is no such page.") in page
    assert "This message is in English" not in page
    answer = client.post("/lists", data={"title": "x"}, headers=headers)
    assert answer.status_code == 422
    assert "aucun fichier" in answer.text
    files = {"files": ("list.exe", b"x", "text/csv")}
    answer = client.post("/lists", data={"title": "x"}, files=files, headers=headers)
    assert '<span lang="en">list.exe: no supplier list has this kind of name' in answer.text
    assert translator("fr").text("This message is in English.") in answer.text


def test_pages_that_await_review_say_so(client: TestClient) -> None:
    page = client.get("/", headers={"accept-language": "id"}).text
    note = "Machine translation, awaiting review by a person"
    assert f'<span lang="en">{note}' in page
    assert note not in client.get("/", headers={"accept-language": "en"}).text
