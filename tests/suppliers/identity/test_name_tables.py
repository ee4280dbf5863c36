"""Names made comparable in columns are those made comparable one by one."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.name_pairs import labelled_pairs
from suppliers.identity.legal_forms import FORM_WORDS, LegalForm
from suppliers.identity.name_tables import name_table
from suppliers.identity.names import MEANINGS, ComparableName, comparable

Read = list[tuple[tuple[str, ...], LegalForm | None, ComparableName]]

EDGES = (
    "", " ", ".", "I", "A.B.C.", "Acme\x00Ltd", "Acme/DE/", "Ltd", "PT PT Ltd",
    "Acme Co., Ltd. Unit 2", "Acme doo Beograd", "No 4 Mill", "Acme Ltd Hong Kong",
    "Hong Kong Ltd", "the of", "L'Oreal S.A.", "AT&T", "F.lli Rossi S.r.l.", "Acme Mill II",
)  # fmt: skip
WORDS = sorted(FORM_WORDS)[::9] + sorted(MEANINGS)[::99] + ["acme", "the", "hong", "kong", "x"]


def test_labelled_names_and_edges() -> None:
    sides = [side for pair in labelled_pairs() for side in (pair.left, pair.right)]
    names = [*EDGES, *(name for side in sides for name in side.names)]
    assert in_columns(names) == one_by_one(names)


def in_columns(names: list[str]) -> Read:
    table = name_table(names)
    return [(table.words_of(i), table.forms[i], table.comparable(i)) for i in range(len(names))]


def one_by_one(names: list[str]) -> Read:
    return [(name.words, name.form, name) for name in map(comparable, names)]


def test_no_names() -> None:
    assert name_table([]).vocabulary == []


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), max_size=20))
def test_forms_and_trade_words_in_any_order(names: list[str]) -> None:
    assert in_columns(names) == one_by_one(names)
