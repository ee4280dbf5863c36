"""Best fits of companies: the same whether their names are compared one by one or in columns."""

import numpy as np
import pytest

from benchmarks.name_pairs import labelled_pairs
from suppliers.identity import best_names
from suppliers.identity.best_names import Fit, best_fits
from suppliers.identity.party_names import party_names


def _fits() -> list[Fit]:
    pairs = list(labelled_pairs())[:600]
    sides = party_names([p.left for p in pairs]), party_names([p.right for p in pairs])
    rows = np.repeat(np.arange(len(pairs), dtype=np.int64)[:, None], 2, axis=1)
    return list(best_fits(rows, sides, [p.left.country for p in pairs], None))


def test_few_names_are_compared_one_by_one_and_many_in_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one_by_one = _fits()
    monkeypatch.setattr(best_names, "_FEWEST_IN_COLUMNS", 0)
    in_columns = _fits()
    assert len(one_by_one) == len(in_columns) == 600
    for one, other in zip(one_by_one, in_columns, strict=True):
        assert (one.similarity, one.forms_agree, one.name, one.position) == (
            other.similarity,
            other.forms_agree,
            other.name,
            other.position,
        )
        assert list(one.words()) == list(other.words())
