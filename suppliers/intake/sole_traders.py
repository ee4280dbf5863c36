"""Suppliers that are one person: the marks by which a name shows it.

"Prop.", "s/o" and the legal forms of sole traders are certain. "attn", "c/o" and "trading as" are
so only where a person's name follows or stands before them, and no department or company.
"""

from __future__ import annotations

import re

import polars as pl

from suppliers.intake.name_columns import has_word_of_company, is_word_of_name
from suppliers.intake.person_names import (
    has_company_word,
    has_legal_form,
    is_given_name,
    is_surname_first,
)

_CERTAIN = re.compile(
    r"\bprop(?:rietor|rietress|rietario|rietaria|riétaire|rietaire)?\s*[.:]\s*-?\s*\w"
    r"|\bproprietor(?:ship)?\b|\bsole (?:trader|owner|prop)|\bself[- ]employed\b"
    r"|\b[sdw]\s?/\s?o\b\.?\s*:?\s*\w|\b(?:son|daughter|wife|widow) of\s+\w"
    r"|\binh(?:aber|aberin)?\s*[.:]\s*\w|\binhaber(?:in)?\b|\beinzelunternehm|\beinzelfirma\b"
    r"|\bentrepreneure? individuel|\bentreprise individuelle\b|\b(?:auto|micro)-?\s?entrepreneu"
    r"|\bpersona (?:f[ií]sica|natural)\b|\bempresari[oa] individual|\btrabajador[a]? aut[oó]nom"
    r"|\baut[oó]nom[oa]s?\s*$|\bpessoa f[ií]sica\b|\bempres[aá]ri[oa] individual\b"
    r"|\(MEI\)|\bMEI\s*$"
    r"|\b(?:ditta|impresa) individuale\b|\bpropietari[oa]\s*:|\btitolare\s*:|\btitular\s*:"
    r"|\beenmanszaak\b|\benkeltpersonforetak\b|\benskild firma\b|\benkeltmandsvirksomhed\b"
    r"|\bjednoosobowa\b|\bJDG\b|\bOSVČ\b|\bfyzick[aá] osoba\b|\bpersoan[aă] fizic[aă]\b|\bPFA\b"
    r"|(?:^|\s)ЕТ\s+[„\"«]?[А-Я]|(?:^|[\s,(])ИП\s+[А-ЯЁ]|индивидуальный предприниматель"
    r"|(?:^|[\s,(])ФОП\s+[А-ЯІЇЄ]|фізична особа|\bşahıs (?:firması|işletmesi|şirketi)\b"
    r"|^hộ (?:gia đình )?(?:ông|bà|anh|chị)\s+\w|\w ولد \w|\w بنت \w|\w زوجہ \w"
    r"|\bhộ kinh doanh\b|\bho kinh doanh\b|\bperorangan\b|\bd\.?b\.?a\.? an\."
    r"|个体工商户|个体户|個體戶|業主|业主[:：]|(?:先生|女士|小姐)\s*$|個人事業主|개인사업자|대표자?\s*[:：]"
    r"|\w (?:पुत्र|पुत्री|पत्नी|वल्द|बेटा|बेटी) \w|\w [\u0900-\u0dff]{1,3}\s?/\s?[\u0900-\u0dff]{1,3} \w"
    r"|مؤسسة فردية|مالكها|المالك\s*[:：]|प्रोप(?:राइटर|\.|्रा)|पुत्र श्री|सुपुत्र|"
    r"প্রোপ্রাইটর|প্রোঃ|প্রো[:.]|পিতা\s*[:ঃ]|পিতাঃ|স্বত্বাধিকারী",
    re.IGNORECASE,
)
_SENT_TO = re.compile(
    r"(?:\batt(?:n|ention)?\b\s*[:.]?|\bz\.?\s?hd\.?(?:\s?v\.?)?|\bzu h[äa]nden\b|\bc\s?/\s?o\b|"
    r"\b[àa] l['’]attention de\b|\ba la atenci[oó]n de\b|\baos cuidados de\b|\bkepada yth\.?|"
    r"\bu\.?p\.?\s*:|\bkính gửi\b|收件人\s*[:：]?|转交)\s*(.+)$",
    re.IGNORECASE,
)
_TRADING_AS = re.compile(
    r"^(.+?)[,\s]+(?:t/a|trading as|d/b/a|dba|d\.b\.a\.|doing business as|nome fantasia|"
    r"nombre comercial|handelnd als|dit)\s+\S",
    re.IGNORECASE,
)
#: Departments and functions of a company.
OFFICE = re.compile(
    r"\b(?:dept|department|desk|team|office|accounts?|purchasing|procurement|sales|finance|billing|"
    r"invoices?|logistics|warehouse|reception|hr|admin(?:istration)?|support|customer|management|"
    r"abteilung|einkauf|vertrieb|buchhaltung|verwaltung|service|achats|comptabilit[ée]|"
    r"compras|contabilidad|ventas|vendas|financeiro|acquisti|ufficio|bagian|phòng)\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:mr|mrs|ms|miss|mme|mlle|sr|sra|srta|shri|smt|kumari|md|mst|bapak|ibu|sdr|sdri|herr|frau|"
    r"bay|bayan|ong|ông|bà|anh|chị|tuan|puan|encik|cik|señora?|senhora?|monsieur|madame|signora?|"
    r"sig|pan|pani|nai|nang|mang|aling|bwana|mzee)\b\.?\s+(\S.*)$",
    re.IGNORECASE,
)

#: Titles of other scripts before two words; companies and co-operatives are named so too.
_TITLE_OF_SCRIPTS = re.compile(r"السيدة?\s+\S|(?:श्री|श्रीमती|सुश्री)\s+\S+\s+\S")

#: All of them in the dialect of polars.
_SIEVE = "(?i)" + "|".join(
    p.pattern for p in (_CERTAIN, _SENT_TO, _TRADING_AS, _TITLE, _TITLE_OF_SCRIPTS)
)


def is_sole_trader(name: str) -> bool:
    """Whether a name shows that the supplier is a person."""
    mark = _CERTAIN.search(name)
    if mark is not None:
        return not has_legal_form(name[mark.start() :])
    sent = _SENT_TO.search(name)
    if sent is not None:
        to = sent[1]
        return not (has_company_word(to) or OFFICE.search(to)) and bool(re.search(r"[^\W\d_]", to))
    trading = _TRADING_AS.match(name)
    if trading is not None:
        return not has_company_word(trading[1])
    of_scripts = _TITLE_OF_SCRIPTS.search(name)
    if of_scripts is not None:
        return not has_word_of_company(name) and _is_mostly_known(name[of_scripts.start() :])
    titled = _TITLE.match(name)
    if titled is None or has_company_word(name):
        return False
    words = titled[1].split()
    if not re.match(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", words[0]):
        return True
    return is_surname_first(words[0]) or any(map(is_given_name, words))


def _is_mostly_known(titled: str) -> bool:
    """Whether half of the words after a title are of names; gods have it before other words."""
    words = titled.split()[1:]
    return 2 * sum(map(is_word_of_name, words)) >= len(words)


def sole_traders(values: pl.Series) -> pl.Series:
    """Which values are names of sole traders."""
    sieve = values.str.contains(_SIEVE).fill_null(False)
    if not sieve.any():
        return sieve
    known = {text for text in values.filter(sieve).unique().to_list() if is_sole_trader(text)}
    return values.is_in(list(known)).fill_null(False)
