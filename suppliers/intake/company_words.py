"""Words that stand in names of companies, farms and shops of 60 languages, and in none of persons.

`company_words.txt` has a line for each language or family of languages; the trade words and legal
forms by which names of companies are matched across scripts count as well. In scripts without
blanks a name counts that ends with a word, or holds one of three letters.
"""

from __future__ import annotations

import functools
import re
from importlib import resources

from suppliers.header_text import normalise_header
from suppliers.intake.name_words import given_names, surnames
from suppliers.word_lists import word_list

_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
#: Trade words, with "the" and "for the" of Arabic and Hebrew before them, and legal forms.
_TRADES, _PREFIXED, _FORMS = "native_words", "prefixed_words", "native_forms"
_PREFIXES = ("", "ال", "لل", "وال", "ה")
#: Legal forms of sole traders.
_OF_ONE_PERSON = frozenset({"ип", "фоп"})
#: A character alone ("gold", "tea") stands in names of persons, and a word in the middle of one.
_SHORTEST, _ANYWHERE = 2, 3
#: Scripts with letters: shorter trade words ("glass", "gold") are parts of names there.
_LETTERS, _LONGER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"), 5
#: What a header says that names companies, in the spelling of `normalise_header`.
_HEADERS = """
    supplier vendor company firm factory manufacturer producer proveedor empresa fornecedor
    fournisseur societe entreprise lieferant firma unternehmen fornitore azienda ditta leverancier
    bedrijf dostawca dostawcy przedsiebiorstwo tedarikci sirket satici firmasi pemasok vendor
    perusahaan pembekal syarikat nha cung cap cong ty doanh nghiep korxona yetkazib msambazaji
    kampuni постачальник поставщик поставщика организация организации предприятие компания компании
    кәсіпорын доставчик фирма προμηθευτης εταιρεια furnizor beszallito dodavatel
"""
#: In scripts of joined words a header says it anywhere.
_JOINED_HEADERS = re.compile(
    "供应商|供應商|公司|企业|企業|厂商|廠商|会社|仕入先|取引先|업체|회사|공급|기업|거래처|ผู้ขาย|บริษัท|ผู้ผลิต|ซัพพลาย|"
    "आपूर्ति|कंपनी|कम्पनी|फर्म|विक्रेता|पुरवठादार|সরবরাহ|প্রতিষ্ঠান|কোম্পানি|নির্মাতা|சப்ளையர்|நிறுவன|"
    "வழங்குநர்|సరఫరా|కంపెనీ|પુરવઠા|કંપની|സ്ഥാപന|കമ്പനി|සැපයුම්|සමාගම|المورد|مورد|شرکت|شركة|سپلائر|کمپنی|"
    "تامین|تأمین|ספק|חברה|ကုမ္ပဏီ|ပေးသွင်း|ក្រុមហ៊ុន|ផ្គត់ផ្គង់|ບໍລິສັດ|ድርጅት|አቅራቢ|მომწოდებ|კომპანი|մատակար|ընկեր"
)


def has_word_of_firms(name: str) -> bool:
    """Whether a name holds such a word, in any spelling."""
    spaced, anywhere, at_end = _words()
    if _UNSPACED.search(name):
        plain = name.strip()
        return any(word in plain for word in anywhere) or plain.endswith(at_end)
    return any(word in spaced for word in normalise_header(name).split())


@functools.cache
def header_names_companies(header: str) -> bool:
    """Whether a header says that its column holds companies, in the languages of lists."""
    words = normalise_header(header)
    return _JOINED_HEADERS.search(words) is not None or any(
        f" {term} " in f" {words} " for term in _header_terms()
    )


@functools.cache
def _header_terms() -> frozenset[str]:
    of_two = ("nha cung cap", "cong ty", "doanh nghiep")
    words = _HEADERS
    for term in of_two:
        words = words.replace(term, "")
    return frozenset([*words.split(), *of_two])


def _is_trade(word: str, meaning: str) -> bool:
    """Whether a word of the matcher is one of companies; a blank marks the name of a place."""
    is_part_of_names = _LETTERS.search(word) is not None and len(word) < _LONGER
    return not meaning.endswith(" ") and not is_part_of_names


@functools.cache
def _words() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    path = resources.files("suppliers.intake") / "company_words.txt"
    words = {
        *path.read_text(encoding="utf-8").split(),
        *(form for form in word_list(_FORMS) if form not in _OF_ONE_PERSON),
        *(word for word, meaning in word_list(_TRADES).items() if _is_trade(word, meaning)),
        *(
            f"{prefix}{word}"
            for word in word_list(_PREFIXED)
            for prefix in _PREFIXES
            if len(word) > _SHORTEST
        ),
    }
    of_names = given_names() | surnames()
    spaced = {
        word
        for text in words
        if not _UNSPACED.search(text) and " " not in text
        for word in [normalise_header(text)]
        if word and word not in of_names
    }
    unspaced = {word for text in words if _UNSPACED.search(text) for word in [text.strip()]}
    return (
        frozenset(spaced),
        tuple(sorted(word for word in unspaced if len(word) >= _ANYWHERE)),
        tuple(sorted(word for word in unspaced if len(word) == _SHORTEST)),
    )
