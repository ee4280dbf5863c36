"""Where in a header a term counts, by its script."""

import pytest

from suppliers.intake.header_terms import HeaderTerms

TERMS = HeaderTerms.of("phone; contact number; =mobile; 电话; هاتف; फोन")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("phone", True),
        ("site phone 2", True),
        ("main contact number", True),
        ("contact of number", False),
        ("telephones", False),  # no whole word
        ("mobile", True),
        ("mobile home", False),  # whole headers alone
        ("负责人电话号码", True),
        ("الهاتف", True),  # with its article
        ("फोनों", True),  # with its ending
        ("टेलीफोन", False),  # within a word
        ("", False),
    ],
)
def test_a_term_counts_by_its_script(header: str, found: bool) -> None:
    assert TERMS.are_in(header) is found
