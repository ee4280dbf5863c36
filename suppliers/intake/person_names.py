"""Given names and surnames that open the names of persons, and what makes a name a company's.

A single name cannot be distinguished from a company's ("Giorgio Armani"); a column of them can.
"""

from __future__ import annotations

import csv
import functools
import re
from importlib import resources

import polars as pl

from suppliers.header_text import normalise_header

#: Surnames that stand first.
_FIRST_SURNAMES = """
    nguyen tran le pham hoang huynh phan vu vo dang bui ho ngo duong ly truong dinh doan luong mai
    wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo zheng liang
    xie song tang xu han feng deng cao peng zeng xiao tian kim park lee choi jung kang cho yoon jang
    lim tan wong chan lau ng ong goh
"""
_HAN_NAME = re.compile(
    "^[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭"
    "曾萧田董袁潘蔡蒋余于杜叶程苏魏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛"
    "阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常][\u4e00-\u9fff]{1,2}$"
)
_SCRIPT_NAME = re.compile(
    "^(?:राम|सीता|सुनीता|रमेश|सुरेश|राजेश|महेश|दिनेश|अनिल|सुनील|मोहन|सोहन|गीता|रीता|अनीता|"
    "संगीता|कविता|पूजा|प्रिया|लक्ष्मी|राधा|मीना|रेखा|विजय|संजय|अजय|मनोज|राहुल|अमित|कमला|"
    "শ্রী|মোঃ|মো|মোসাঃ|মোছাঃ|রহিম|করিম|আব্দুল|আবদুল|ফাতেমা|রহিমা|সালমা|নাসরিন|শাহিদা|রোকসানা|"
    "শিরিন|সুমন|রফিক|হাসান|আয়েশা|খাদিজা|নাজমা|পারভীন|জাহানারা|মিজানুর|কামাল|জামাল|"
    "محمد|أحمد|احمد|علي|فاطمة|خديجة|عائشة|مريم|حسن|حسين|عمر|خالد|يوسف|إبراهيم|محمود|مصطفى|"
    "سعيد|زينب|عبد|نور|سارة|ليلى|هدى|كريم|طارق|سمير|"
    "Иван|Мария|Анна|Елена|Ольга|Сергей|Александр|Дмитрий|Наталья|Татьяна|Андрей|Алексей|"
    "Светлана|Ирина|Николай|Владимир|Екатерина|Михаил|"
    "สมชาย|สมศักดิ์|สมหญิง|นาย|นางสาว|นาง|มาลี|สุดา|ประเสริฐ|วิชัย|พร)[ .]+\\S"
)
_RUSSIAN = re.compile(
    r"^[А-ЯЁІЇЄ][а-яёіїє]+ [А-ЯЁІЇЄ][а-яёіїє]+(?: [А-ЯЁІЇЄ][а-яёіїє]+(?:вич|вна|ич|чна))$"
)
_THAI_TITLE = re.compile(
    r"^(?:นาย|นางสาว|นาง|น\.ส\.) ?[\u0e00-\u0e7f]+(?: +[\u0e00-\u0e7f]+){1,4}$"
)
#: Two to five words of a script whose vowels are marks, which `_LETTERS` has no room for.
_MARKED_WORDS = re.compile(r"^[\u0900-\u0dff]+(?:[ .]+[\u0900-\u0dff]+){1,4}$")
_LETTERS = re.compile(r"^[^\W\d_]+(?:[ .'’-]+[^\W\d_]+){1,4}\.?$")
#: Two comma-separated parts, "Surname, Given".
_INVERTED = re.compile(r"^([^\W\d_]+(?:[ '-][^\W\d_]+)?), ([^\W\d_]+(?: [^\W\d_]+)?)\.?$")
#: Words that only companies carry, in the dialect of polars.
COMPANY = (
    r"(?i)(?:\b(?:ltd|limited|co|company|corp|corporation|inc|llc|llp|plc|gmbh|ag|kg|sa|sas|sarl|"
    r"srl|spa|nv|bv|ab|oy|as|pt|cv|tbk|sdn|bhd|pvt|private|jsc|tnhh|ltda|eirl|cia|sac|de cv|pte|"
    r"factory|mill|mills|industry|industries|industrial|textile|textiles|garment|garments|apparel|"
    r"fashion|fashions|knit|knits|knitwear|shoes|footwear|leather|trading|trade|group|holdings?|"
    r"enterprises?|export|exports|international|manufacturing|mfg|works|farm|farms|plantations?|"
    r"estate|foods?|agro|palm|oil|cooperative|coop|union|sti|şti|san ve|tic|s\.a|s\.r\.l|c\.v|"
    r"a\.ş|aş|"
    r"e\.k|ohg|gbr|mbh|ug|oü|uab|sia|aps|a/s|asa|oyj|kft|zrt|d\.o\.o|doo|a\.s|s\.r\.o|sp\. z o|"
    r"ооо|оао|зао|тов|тоо|llp|opc|gie|eurl|sasu|snc|sapa|scop|scs|unip|lda|epp|eireli|"
    r"wear|clothing|uniforms?|denim|jeans|cotton|yarn|spinning|weaving|dyeing|fabrics?|stores?|"
    r"traders?|suppliers?|services?|logistics|transport|packaging|plastics?|chemicals?|steel|metal|"
    r"electronics?|electric|ceramics?|furniture|wood|timber|paper|printing|press|tea|coffee|cocoa|"
    r"sugar|rice|seafoods?|fish|fisheries|dairy|meat|poultry|bakery|winery|vineyards?|brewery|"
    r"sons|brothers|bros|hermanos|fils|frères|figli|fratelli|söhne|gebrüder|filhos|irmãos|"
    r"irmaos|hijos|kardesler|kardeşler|ogullari|oğulları|putra|associates|partners|"
    r"fabrik|werke?|weberei|spinnerei|schneiderei|handel|betrieb|manufaktur|tessitura|"
    r"calzaturificio|maglificio|confezioni|confecciones|confecções|confeccoes|confection|tejidos|"
    r"tecidos|textiles?|textil|têxtil|fabrica|fábrica|usine|ateliers?|talleres|molino|molinos|"
    r"maison|établissements|etablissements|ets|manufacture|"
    r"filature|tissage|tannerie|scierie|laiterie|domaine|château|société|societe|sociedad|sociedade|societa|società|compañía|compagnie|cooperativa|"
    r"coopérative|genossenschaft|spółdzielnia|koperasi|hợp tác xã|hop tac xa|"
    r"kooperatif|kooperatifi|"
    r"tekstil|konfeksiyon|giyim|iplik|dokuma|fabrikası|cong ty|công ty|xí nghiệp|nhà máy|"
    r"perusahaan|pabrik|usaha|zakład|zaklad|przedsiębiorstwo|"
    r"limitada|anonima|anónima)\b|"
    r"公司|厂|廠|集团|集團|企业|企業|商行|合作社|有限|工业|制衣|纺织|株式会社|工場|\(주\)|"
    r"सहकारी|समिति|संस्थान|एंड संस|टेक्सटाइल|एक्सपोर्ट|ट्रेडर्स|फैक्ट्री|इंडस्ट्री|ब्रदर्स|"
    r"সমবায়|এন্ড সন্স|ব্রাদার্স|"
    r"कंपनी|लिमिटेड|मिल(?:\s|$)|मिल्स|उद्योग|সমিতি|লিমিটেড|মিলস|গার্মেন্টস|টেক্সটাইল|"
    r"لمصنع|شركة|مصنع|مؤسسة|\b(?:ООО|АО|ЗАО|ТОВ|КФХ|ФГ|СПК|ИЧП)\b|фабрика|завод|комбинат|บริษัท|โรงงาน)"
)
#: A legal form alone: stronger than a word of a trade, which a person's business also carries.
_LEGAL_FORM = re.compile(
    r"\b(?:ltd|limited|corp|corporation|inc|llc|llp|plc|gmbh|ag|kg|sas?|sarl|srl|spa|nv|bv|ab|oyj?|"
    r"tbk|sdn|bhd|pvt|jsc|tnhh|ltda|pte|uab|aps|a/s|kft|d\.o\.o|s\.r\.o|s\.a|s\.r\.l|c\.v|"
    r"ооо|оао|тов)\b|公司|株式会社|有限",
    re.IGNORECASE,
)


@functools.cache
def _given() -> frozenset[str]:
    path = resources.files("suppliers.intake") / "given_names.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return frozenset(normalise_header(name) for row in rows for name in row["names"].split())


@functools.cache
def _surnames_first() -> frozenset[str]:
    return frozenset(_FIRST_SURNAMES.split())


def has_company_word(text: str) -> bool:
    """Whether a text has a word that only companies carry."""
    return re.search(COMPANY, text) is not None


def has_legal_form(text: str) -> bool:
    """Whether a text has the legal form of a company."""
    return _LEGAL_FORM.search(text) is not None


def company_names(values: pl.Series) -> float:
    """Share of filled values with a word that only companies carry."""
    filled = values.drop_nulls()
    return 0.0 if filled.is_empty() else float(filled.str.contains(COMPANY).sum()) / len(filled)


def is_given_name(word: str) -> bool:
    """Whether a word is a frequent given name."""
    return normalise_header(word) in _given()


def is_surname_first(word: str) -> bool:
    """Whether a word is a frequent surname of countries that write it first."""
    return normalise_header(word) in _surnames_first()


def reads_like_person(name: str) -> bool:
    """Whether a name has the form of a person's: a given name, or a surname first, and no more."""
    if any(one.match(name) for one in (_HAN_NAME, _SCRIPT_NAME, _RUSSIAN, _THAI_TITLE)):
        return not has_company_word(name)
    inverted = _INVERTED.match(name)
    if inverted is not None:
        return is_given_name(inverted[2].split()[0]) and not has_company_word(name)
    is_of_words = _LETTERS.match(name) or _MARKED_WORDS.match(name)
    if not is_of_words or has_company_word(name):
        return False
    words = normalise_header(name).split()
    return (
        words[0] in _given()
        or (len(words) > 1 and words[0] in _surnames_first())
        or (len(words) == 2 and words[1] in _given() and len(words[0]) > 2)
    )


def person_names(values: pl.Series) -> pl.Series:
    """Which values read like the name of a person."""
    known = {text for text in values.drop_nulls().unique().to_list() if reads_like_person(text)}
    return values.is_in(list(known)).fill_null(False)
