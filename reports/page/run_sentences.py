"""The sentences of one run, with its signals and countries, in the language of its outputs."""

from __future__ import annotations

from babel import Locale

from reports.bundle import ReportBundle
from reports.country_names import country_name
from reports.languages.catalogue import translator
from reports.languages.sentences import Sentences


def sentences_of(bundle: ReportBundle) -> Sentences:
    """What writes the sentences of a run in the language of its bundle."""
    words = translator(bundle.language)
    names: dict[str, str] = {}
    if bundle.language != "en":
        territories = Locale.parse(bundle.language).territories
        names = {
            country_name(iso3): territories.get(iso2, country_name(iso3))
            for iso3, iso2 in bundle.suppliers.select("country_iso3", "country_iso2")
            .unique()
            .iter_rows()
        }
    return Sentences(words, bundle.signal_cards, names)
