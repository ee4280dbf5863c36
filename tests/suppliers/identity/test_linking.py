"""Bands, identifiers, decisions: what links, what is asked, what is never asked again."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from benchmarks.name_pairs import labelled_pairs
from suppliers.identity.candidates import candidates
from suppliers.identity.linking import Link, Memory, Rules, link, with_identifiers
from suppliers.identity.match_scoring import Thresholds, judge
from suppliers.identity.parties import Party
from suppliers.identity.review_decisions import (
    DECISION_SCHEMA,
    Decision,
    decision_frame,
    merged,
    read_decisions,
)
from suppliers.input_errors import DataRejectedError

THRESHOLDS = Thresholds(accept=0.88, review=0.7, least_distinctive=0.92)
RULES = Rules(THRESHOLDS, margin=0.02, candidates_per_supplier=5, block_limit=100)
TODAY = dt.date(2024, 6, 1)
NOTHING = Memory({}, frozenset(), TODAY)
LEI = "529900T8BM49AURSDO55"


def party(
    key: str,
    name: str,
    country: str | None = "BD",
    address: str | None = None,
    active: bool = True,
    **ids: str,
) -> Party:
    return Party(key, (name,), country, address, ids, active)


def remembered(*decisions: Decision) -> Memory:
    return Memory({decision.pair: decision for decision in decisions}, frozenset(), TODAY)


def decided(
    word: str, day: dt.date = dt.date(2024, 5, 1), until: dt.date | None = None
) -> Decision:
    assert word in ("accept", "reject")
    return Decision(("s", "gleif", "e"), word, day, until)  # type: ignore[arg-type]  # checked above


def bands(links: list[Link]) -> list[tuple[str, str]]:
    return [(one.entry.id, one.verdict.band) for one in links]


@pytest.mark.parametrize(
    ("entry", "band", "reason"),
    [
        (party("e", "Meghna Knit Limited"), "accept", "same name, same country"),
        (party("e", "Meghna Knit", "IN"), "review", "another country"),
        (party("e", "Meghna Knit", None), "accept", "the country is not known, accepted by"),
        (party("e", "Meghna", None), "review", "the country is not known"),
        (party("e", "Meghna Knit LLP"), "review", "the legal forms differ"),
        (party("e", "Meghna Knit Holding Ltd"), "review", "by which groups name their parts"),
        (party("e", "Meghnaa Kn&#105;t Ltd"), "accept", "same name, same country"),
        (party("e", "Meghna Denim Ltd"), "review", "each name has a word"),
        (party("e", "Padma Knit Ltd"), "reject", "differ too much"),
        (party("e", "Meghna Knit Ltd", active=False), "review", "no longer active"),
        (party("e", "Padma Weaving", lei=LEI), "accept", "same LEI, though the names differ"),
        (party("e", "Meghna Knit Ltd", lei="549300B56MD0ZC402L06"), "reject", "another LEI"),
    ],
)
def test_bands_and_their_reasons(entry: Party, band: str, reason: str) -> None:
    verdict = judge(party("s", "Meghna Knit Ltd", lei=LEI), entry, THRESHOLDS)
    assert verdict.band == band
    assert reason in verdict.reason


def test_a_generic_name_needs_its_address() -> None:
    own = party("s", "ABC Trading", address="25 Motijheel Road, Dhaka 1000")
    there = party("e", "ABC Trading Ltd", address="25, Motijheel Rd, Dhaka-1000")
    elsewhere = party("e", "ABC Trading Ltd", address="Agrabad, Chittagong 4100")
    assert judge(own, there, THRESHOLDS).band == "accept"
    assert judge(own, elsewhere, THRESHOLDS).band == "review"
    assert judge(party("s", "ABC Trading"), there, THRESHOLDS).band == "review"


def test_numbers_of_another_register_do_not_block() -> None:
    own = party("s", "Pennine Worsted Ltd", "GB", company_number="GB123456789")
    same = party("e", "Pennine Worsted Limited", "GB", company_number="08957400")
    other = party("e", "Pennine Worsted Limited", "GB", company_number="GB987654321")
    assert judge(own, same, THRESHOLDS).band == "accept"
    assert judge(own, other, THRESHOLDS).band == "reject"


def test_a_register_without_countries_speaks_for_its_home_alone() -> None:
    entry = party("e", "Delta Apparel", None)
    own = THRESHOLDS
    assert judge(party("s", "Deltora Apparel", "US"), entry, own, home="US").country == "same"
    assert judge(party("s", "Deltora Apparel", "BD"), entry, own, home="US").country == "unknown"


def test_two_entries_that_fit_as_well_are_a_persons_choice() -> None:
    entries = [party("a", "Meghna Knit Ltd"), party("b", "Meghna Knit Limited")]
    found = link([party("s", "Meghna Knit Ltd")], "gleif", entries, RULES, NOTHING)
    assert bands(found) == [("a", "review"), ("b", "review")]
    assert "2 entries" in found[0].verdict.reason
    several = link([party("s", "Meghna Knit Ltd")], "osh", entries, RULES, NOTHING, several=True)
    assert bands(several) == [("a", "accept"), ("b", "accept")]


def _crowd(count: int, country: str = "BD") -> list[Party]:
    trades = ("Textiles", "Foods", "Steel", "Plastics", "Leather", "Denim")
    return [party(f"r{n}", f"Rahman {trades[n]} Ltd", country) for n in range(count)]


@pytest.mark.parametrize(
    ("written", "others", "expected"),
    [
        ("Rahman Textiles Dyeing Ltd", _crowd(1), [("r0", "accept")]),
        ("Rahman Textiles Dyeing Ltd", _crowd(4), [("r0", "accept")]),
        ("Rahman Textiles Dyeing Ltd", _crowd(5), [("r0", "review")]),
        ("Rahman Textiles Ltd", _crowd(5), [("r0", "accept")]),
        ("Rahmann Textiles Ltd", _crowd(5), [("r0", "accept")]),
        ("Rahman Textiles Dyeing Ltd", [*_crowd(1), *_crowd(6, "IN")[1:]], [("r0", "accept")]),
    ],
    ids=["one", "few", "many", "the same name", "a slip", "many of another country"],
)
def test_trade_words_distinguish_many_companies_of_one_name(
    written: str, others: list[Party], expected: list[tuple[str, str]]
) -> None:
    found = link([party("s", written)], "a_register", others, RULES, NOTHING)
    assert [one for one in bands(found) if one[0] == "r0"] == expected


def test_an_equal_address_outweighs_many_companies_of_one_name() -> None:
    address = "25 Motijheel Road, Dhaka 1000"
    others = [*_crowd(5)[1:], party("r0", "Rahman Textiles Ltd", address=address)]
    own = party("s", "Rahman Textiles Dyeing Ltd", address=address)
    (found,) = link([own], "a_register", others, RULES, NOTHING)
    assert bands([found]) == [("r0", "accept")]


def test_an_identifier_beats_a_better_name() -> None:
    entries = [party("a", "Meghna Knit Ltd"), party("b", "Padma Weaving Ltd", lei=LEI)]
    found = link([party("s", "Meghna Knit Ltd", lei=LEI)], "gleif", entries, RULES, NOTHING)
    assert bands(found) == [("b", "accept")]
    assert found[0].match_basis == "identifier"


def test_a_decision_is_obeyed_and_not_asked_again() -> None:
    own, doubtful = [party("s", "Meghna Knit Ltd")], [party("e", "Meghna Denim Ltd")]
    asked = link(own, "gleif", doubtful, RULES, NOTHING)
    accepted = link(own, "gleif", doubtful, RULES, remembered(decided("accept")))
    rejected = link(own, "gleif", doubtful, RULES, remembered(decided("reject")))
    assert bands(asked) == [("e", "review")]
    assert bands(accepted) == [("e", "accept")]
    assert accepted[0].match_basis == "decision"
    assert rejected == []


def test_a_decision_holds_for_a_pair_that_blocking_would_not_find() -> None:
    far = [party("e", "Zhejiang Silk Holdings", "CN")]
    memory = remembered(decided("accept"))
    assert bands(link([party("s", "Meghna Knit")], "gleif", far, RULES, memory)) == [
        ("e", "accept")
    ]


def test_an_expired_decision_is_asked_again() -> None:
    memory = remembered(decided("accept", until=dt.date(2024, 5, 20)))
    found = link([party("s", "Meghna Knit")], "gleif", [party("e", "Meghna Knit")], RULES, memory)
    assert bands(found) == [("e", "review")]
    assert "expired on 2024-05-20" in found[0].verdict.reason


@pytest.mark.parametrize(
    ("word", "entry_lei", "reason"),
    [
        ("accept", "549300B56MD0ZC402L06", "accepted on 2024-05-01, but another LEI"),
        ("reject", LEI, "rejected on 2024-05-01, but same LEI"),
    ],
)
def test_a_contradicted_decision_is_asked_again(word: str, entry_lei: str, reason: str) -> None:
    own, entry = party("s", "Meghna Knit", lei=LEI), party("e", "Meghna Knit", lei=entry_lei)
    found = link([own], "gleif", [entry], RULES, remembered(decided(word)))
    assert bands(found) == [("e", "review")]
    assert reason in found[0].verdict.reason


def test_identifiers_are_filled_from_accepted_links_alone() -> None:
    own = [party("s", "Meghna Knit Ltd"), party("t", "Padma Yarn Ltd")]
    entries = [party("e", "Meghna Knit Ltd", lei=LEI), party("f", "Padma Denim Ltd", cik="0" * 10)]
    links = link(own, "gleif", entries, RULES, NOTHING)
    filled, given = with_identifiers(own, links)
    assert filled[0].identifiers == {"lei": LEI}
    assert filled[1].identifiers == {}
    assert given == {("s", "e"): ("lei",)}


def test_two_sites_give_no_single_id() -> None:
    own = [party("s", "Meghna Knit Ltd")]
    sites = [party(os_id, "Meghna Knit Ltd", os_id=os_id) for os_id in ("a", "b")]
    links = link(own, "open_supply_hub", sites, RULES, NOTHING, several=True)
    assert with_identifiers(own, links)[0][0].identifiers == {}


@pytest.mark.parametrize(
    "written",
    ["meghna knit limited", "Knit Meghna Ltd", "Megna Knit Ltd", "MEGHNAA KNIT", "Meghn Knit Ltd"],
)
def test_blocking_finds_the_entry_among_many(written: str) -> None:
    others = [party(f"x{i}", f"Rangpur{i} Yarn {i}") for i in range(300)]
    entries = [*others, party("e", "Meghna Knit Ltd")]
    found = candidates([party("s", written)], entries, per_supplier=3, block_limit=50)
    assert [0, 300] in found.pairs.tolist()


def test_the_same_candidates_are_found_every_time() -> None:
    pairs = list(labelled_pairs())
    own = [replace(pair.left, id=f"s{i}") for i, pair in enumerate(pairs)]
    entries = [replace(pair.right, id=f"e{i}") for i, pair in enumerate(pairs)]
    first, *again = [
        candidates(own, entries, per_supplier=3, block_limit=400).pairs.tolist() for _ in range(3)
    ]
    assert again == [first, first]


def test_the_order_of_the_register_does_not_matter() -> None:
    entries = [
        party(f"e{i}", name) for i, name in enumerate(("Meghna Knit", "Meghna Yarn", "Megna"))
    ]
    own = [party("s", "Meghna Knit")]
    assert link(own, "r", entries, RULES, NOTHING, several=True) == link(
        own, "r", entries[::-1], RULES, NOTHING, several=True
    )


def test_decisions_are_read_merged_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        "supplier_id,register,register_id,decision,decided_on,expires_on,decision_reason\n"
        "s,gleif,e,accept,2024-01-01,2025-01-01,seen on the invoice\n"
        "t,gleif,f,,,,\n"
        "u,gleif,g,different,,,\n",
        encoding="utf-8",
    )
    read = read_decisions(path, TODAY)
    assert [decision.pair[0] for decision in read] == ["s", "u"]
    assert read[1] == Decision(("u", "gleif", "g"), "reject", TODAY)
    later = Decision(("s", "gleif", "e"), "reject", dt.date(2024, 3, 1))
    kept, open_again = merged(decision_frame(read), [later])
    assert kept == [later, read[1]]
    assert open_again == set()
    same_day = Decision(("s", "gleif", "e"), "accept", dt.date(2024, 3, 1))
    kept, open_again = merged(decision_frame([later]), [same_day])
    assert (kept, open_again) == ([], {("s", "gleif", "e")})
    assert merged(pl.DataFrame(schema=DECISION_SCHEMA), []) == ([], set())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("supplier_id,register\n", "the column 'register_id' is missing"),
        ("supplier_id,register,register_id,decision\ns,g,e,perhaps\n", "row 2: the decision"),
        (
            "supplier_id,register,register_id,decision\ns,,e,accept\n",
            "row 2: supplier_id, register",
        ),
        (
            "supplier_id,register,register_id,decision,decided_on\ns,g,e,accept,soon\n",
            "row 2, decided_on: give a day",
        ),
    ],
)
def test_bad_decisions_are_refused_in_a_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataRejectedError, match=message):
        read_decisions(path, TODAY)
    with pytest.raises(DataRejectedError, match="cannot be read"):
        read_decisions(tmp_path / "absent.csv", TODAY)
