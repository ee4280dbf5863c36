"""The bound that leaves out pairs of names before they are judged: never too low."""

import numpy as np
import pytest

from benchmarks.name_pairs import labelled_pairs
from suppliers.identity.hopeless_pairs import OWN_WAYS, may_reach
from suppliers.identity.names import comparable
from suppliers.identity.similarity import name_similarity

LEAST = 0.65


def kept(one: str, other: str) -> bool:
    first = np.zeros(1, dtype=np.uint32)
    return bool(may_reach(LEAST, (first, first), [comparable(one)], [comparable(other)], {})[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rajalram Denim Ltd", "Kriram Furniture Ltd"),
        ("Berlin Weisen Chemie GmbH", "Berlin Jagder Chemie GmbH"),
        ("Northgate Holdings Ltd", "Southport Holdings Ltd"),
    ],
)
def test_names_of_other_companies_are_left_out(one: str, other: str) -> None:
    assert not kept(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vina Textile Co", "Vinatex"),
        ("Hua Wei Trading", "Huawei Trading"),
        ("Padmajol Services Ltd", "Padmajol Srvces Ltd"),
        ("Société Internationale de Transport SA", "SIT SA"),
        ("Shchukin Trading", "Sukin Trading"),
        ("The Legoff Company", "Goff Company"),
        # The lists know "Knitwear" by another word, which is nothing like its misspelling.
        ("Tongxin Foods Knitear", "Tongxin Foods Knitwear"),
    ],
)
def test_names_that_may_be_one_are_kept(one: str, other: str) -> None:
    assert kept(one, other)


def test_no_pair_of_many_languages_that_reaches_the_score_is_left_out() -> None:
    pairs = [
        (comparable(one), comparable(other))
        for pair in labelled_pairs()
        if not {pair.left.country, pair.right.country} & OWN_WAYS
        for one in pair.left.names
        for other in pair.right.names
    ]
    at = np.arange(len(pairs), dtype=np.uint32)
    one, other = [left for left, _ in pairs], [right for _, right in pairs]
    may = may_reach(LEAST, (at, at), one, other, {})
    scores = [
        name_similarity(a.words, b.words, as_written=lambda a=a, b=b: (a.written, b.written)).score
        for a, b in pairs
    ]
    assert not [pair for pair, m, s in zip(pairs, may, scores, strict=True) if s >= LEAST and not m]
    assert 0.05 * len(pairs) < (~may).sum()
