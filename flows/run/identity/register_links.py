"""Suppliers linked to one register after the other, each with what those before gave them."""

from __future__ import annotations

import polars as pl

from flows.run.identity.identity_inputs import (
    decisions_as_memory,
    linking_rules,
    match_decisions,
    supplier_parties,
)
from flows.run.identity.identity_tables import entry_party, with_filled
from flows.run.work.stage_types import PreparedRun
from signals.sources.registers.register_rows import HOME_COUNTRY
from suppliers.identity.linking import Link, Memory, Rules, link, with_identifiers
from suppliers.identity.parties import Party

#: Registers in the order in which they are asked: the identifiers of one help with the next.
REGISTERS = (
    "gleif",
    "companies_house",
    "french_company_register",
    "norwegian_company_register",
    "brazil_company_register",
    "sec_tickers",
    "ownership_statements",
    "open_supply_hub",
)
#: Registers of which a supplier may be several entries: its sites, and one site on many lists.
_SEVERAL = frozenset({"open_supply_hub"})


def linked_list(prepared: PreparedRun, entities: pl.DataFrame) -> pl.DataFrame:
    """The list with the identifiers that registers give, without keeping anything.

    Args:
        prepared: its list as read, and the day on which decisions hold.
        entities: entries of the registers known by then, columns of `ENTITY_SCHEMA`.

    Raises:
        DataRejectedError: the decisions cannot be read.
    """
    if entities.is_empty():
        return prepared.listed_suppliers
    memory = decisions_as_memory(prepared, *match_decisions(prepared))
    parties = supplier_parties(prepared, with_addresses=True)
    linked, _, _ = linked_to_registers(parties, entities, linking_rules(prepared), memory)
    return with_filled(prepared.listed_suppliers, linked)


def linked_to_registers(
    parties: list[Party], entities: pl.DataFrame, rules: Rules, memory: Memory
) -> tuple[list[Party], list[Link], dict[tuple[str, str, str], tuple[str, ...]]]:
    """The suppliers with what the registers give them, the links, and what each link gave."""
    found: list[Link] = []
    filled: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for register in REGISTERS:
        entries = [
            entry_party(row)
            for row in entities.filter(pl.col("register") == register).iter_rows(named=True)
        ]
        if not entries:
            continue
        of_register = link(
            parties,
            register,
            entries,
            rules,
            memory,
            home=HOME_COUNTRY.get(register),
            several=register in _SEVERAL,
        )
        parties, given = with_identifiers(parties, of_register)
        filled |= {
            (supplier, register, entry): schemes for (supplier, entry), schemes in given.items()
        }
        found += of_register
    return parties, found, filled
