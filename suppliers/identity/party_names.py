"""The names of many companies, made comparable in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suppliers.identity.name_tables import Ints, NameTable, name_table
from suppliers.identity.parties import Party


@dataclass(frozen=True)
class PartyNames:
    """Names of companies, one company after the other.

    Attributes:
        table: all names.
        first: position in `table` of the first name of each company.
        count: names of each company.
    """

    table: NameTable
    first: Ints
    count: Ints


def party_names(parties: Sequence[Party]) -> PartyNames:
    """The names of companies.

    Args:
        parties: in the order in which they are asked for.
    """
    table = name_table([name for party in parties for name in party.names])
    count = np.fromiter((len(party.names) for party in parties), dtype=np.int64, count=len(parties))
    return PartyNames(table, np.cumsum(count) - count, count)
