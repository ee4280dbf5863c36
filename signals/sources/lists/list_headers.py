"""Headers of published lists of companies, as their publishers write them."""

from __future__ import annotations

from collections.abc import Mapping

#: Our column: what lists call it, best first.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "name": (
        "name", "entity name", "name of entity", "entity", "company", "caption", "firm name",
        "supp name",
    ),
    "other_names": ("aliases", "alias", "alt names", "also known as", "aka", "other names"),
    "country": ("country", "countries", "iso", "iso2", "country code", "country name"),
    "address": ("address", "addresses", "supp addr"),
    "lei": ("lei", "leiCode"),
    "company_number": ("company number",),
    "listed_on": (
        "date added", "listed on", "effective date", "start date", "startDate", "date", "from date",
        "debar from date",
    ),
    "ended_on": (
        "end date", "endDate", "removed on", "date removed", "to date", "debar to date",
    ),
    "status": ("status",),
    "link": ("link", "url", "source list url", "federal register notice link", "press release"),
    "entity_type": ("schema", "entity type", "party type", "type"),
    "entry_id": ("entry id", "id", "entity number"),
    "list": ("list", "list name", "program"),
}  # fmt: skip
