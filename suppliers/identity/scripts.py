"""Names in scripts other than Latin: legal forms and trade words first, letters after.

Scripts without blanks (Chinese, Japanese, Thai) hide the legal form inside the name, and a
transliteration would turn it into syllables that look like a name. So forms and the commonest
trade words are replaced by their Latin counterpart before the letters are transliterated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

import normality
from rigour.text.translit import ascii_text, should_ascii

from suppliers.identity.consonantal_scripts import in_signs, is_unvowelled

#: Legal forms as written in their own script, to the form as `legal_forms` knows it.
NATIVE_FORMS: Mapping[str, str] = {
    # Chinese; longer ones are found first
    "股份有限公司": "gufen youxian",
    "有限责任公司": "coltd",
    "有限責任公司": "coltd",
    "有限公司": "coltd",
    "股份公司": "gufen youxian",
    "集团公司": "group company",
    "公司": "company",
    "合伙企业": "hehuo",
    "有限合伙": "hehuo",
    "合作社": "cooperative",
    # Japanese
    "株式会社": "kk",
    "(株)": "kk",
    "㈱": "kk",
    "有限会社": "yugen kaisha",
    "(有)": "yugen kaisha",
    "合同会社": "godo kaisha",
    "合資会社": "goshi kaisha",
    # Korean
    "주식회사": "jusik hoesa",
    "(주)": "jusik hoesa",
    "㈜": "jusik hoesa",
    "유한회사": "yuhan hoesa",
    "유한책임회사": "yuhan hoesa",
    # Thai
    "บริษัทมหาชนจำกัด": "thai plc",
    "จำกัด (มหาชน)": "thai plc",
    "จำกัด(มหาชน)": "thai plc",
    "ห้างหุ้นส่วนจำกัด": "thai lp",
    "หจก.": "thai lp",
    "บริษัท": "",
    "บจก.": "coltd",
    "บมจ.": "thai plc",
    "จำกัด": "coltd",
    # Arabic
    "شركة مساهمة مصرية": "sae",
    "شركة مساهمة": "arab jsc",
    "مساهمة عامة": "arab jsc",
    "ذات مسؤولية محدودة": "wll",
    "ذات المسؤولية المحدودة": "wll",
    "ش.م.م": "wll",
    "ذ.م.م": "wll",
    "ش.م.ع": "arab jsc",
    "ش.م.ك": "arab jsc",
    "ش.م.ل": "sal",
    "المحدودة": "ltd",
    "شركة": "",
    "لمیٹڈ": "ltd",
    # Hebrew
    'בע"מ': "ltd",
    "בע״מ": "ltd",
    # Indic
    "प्राइवेट लिमिटेड": "pvt ltd",
    "प्रा. लि.": "pvt ltd",
    "लिमिटेड": "ltd",
    "প্রাইভেট লিমিটেড": "pvt ltd",
    "লিমিটেড": "ltd",
    "லிமிடெட்": "ltd",
    "లిమిటెడ్": "ltd",
    # Cyrillic, Greek, Armenian, Georgian: forms that transliteration alone would not settle
    "открытое акционерное общество": "oao",
    "закрытое акционерное общество": "zao",
    "публичное акционерное общество": "pao",
    "общество с ограниченной ответственностью": "ooo",
    "товарищество с ограниченной ответственностью": "too",
    "товариство з обмеженою відповідальністю": "tov",
    "приватне акціонерне товариство": "prat",
    "жшс": "too",
    "жауапкершілігі шектеулі серіктестігі": "too",
    "α.ε.ε.": "ae",
    "α.ε.": "ae",
    "ε.π.ε.": "epe",
    "ი.მ.": "sole trader",
    "შპს": "llc",
    "ՍՊԸ": "llc",
    "ΑΕ": "ae",
    # Lao, Khmer, Burmese
    "ບໍລິສັດ": "",
    "ຈຳກັດ": "coltd",
    "ក្រុមហ៊ុន": "",
    "ကုမ္ပဏီလီမိတက်": "coltd",
}

#: Trade words, so that a name and its English rendering share more than its sound.
NATIVE_WORDS: Mapping[str, str] = {
    "进出口": "import export",
    "進出口": "import export",
    "纺织": "textile",
    "紡織": "textile",
    "纺织品": "textile",
    "服装": "garment",
    "服裝": "garment",
    "服饰": "apparel",
    "服飾": "apparel",
    "制衣": "garment",
    "製衣": "garment",
    "针织": "knitting",
    "針織": "knitting",
    "印染": "printing dyeing",
    "鞋业": "shoes",
    "鞋業": "shoes",
    "电子": "electronics",
    "電子": "electronics",
    "科技": "technology",
    "技术": "technology",
    "技術": "technology",
    "实业": "industrial",
    "實業": "industrial",
    "工业": "industry",
    "工業": "industry",
    "贸易": "trading",
    "貿易": "trading",
    "集团": "group",
    "集團": "group",
    "控股": "holdings",
    "国际": "international",
    "國際": "international",
    "食品": "food",
    "水产": "seafood",
    "化工": "chemical",
    "化学": "chemical",
    "化學": "chemical",
    "机械": "machinery",
    "機械": "machinery",
    "塑料": "plastic",
    "塑胶": "plastic",
    "金属": "metal",
    "钢铁": "steel",
    "鋼鐵": "steel",
    "汽车": "automotive",
    "光伏": "solar",
    "能源": "energy",
    "农业": "agriculture",
    "棉业": "cotton",
    "棉花": "cotton",
    "发展": "development",
    "新疆": "xinjiang ",
    "上海": "shanghai ",
    "北京": "beijing ",
    "深圳": "shenzhen ",
    "广州": "guangzhou ",
    "东莞": "dongguan ",
    "江苏": "jiangsu ",
    "浙江": "zhejiang ",
    "山东": "shandong ",
    "广东": "guangdong ",
    "福建": "fujian ",
    "宁波": "ningbo ",
    "青岛": "qingdao ",
    "苏州": "suzhou ",
    "杭州": "hangzhou ",
    "和田": "hetian ",
    "香港": "hong kong ",
    "大连": "dalian ",
    "天津": "tianjin ",
    "전자": "electronics",
    "섬유": "textile",
    "산업": "industry",
    "무역": "trading",
    "สิ่งทอ": "textile",
    "การ์เมนท์": "garment",
    "อุตสาหกรรม": "industry",
    "ฟู้ดส์": "foods",
    "للنسيج": "textile",
    "النسيج": "textile",
    "والنسيج": "textile",
    "للغزل": "spinning",
    "للتجارة": "trading",
    "التجارية": "trading",
    "للملابس": "garments",
    "للألبسة": "apparel",
    "الجاهزة": "ready made",
    "للصناعات": "industries",
    "الصناعية": "industrial",
    "مصنع": "factory",
    "مجموعة": "group",
    "القابضة": "holding",
    "الدولية": "international",
    "العالمية": "international",
    "الغذائية": "food",
    "للأغذية": "foods",
    "للزراعة": "agriculture",
    "للبلاستيك": "plastics",
    "للحديد": "steel",
    "للكيماويات": "chemicals",
    "للأسمدة": "fertilizers",
    "للتمور": "dates",
    "للمقاولات": "contracting",
    "شرکت": "",
    "نساجی": "textile",
    "صنایع": "industries",
    "غذایی": "food",
    "بازرگانی": "trading",
    "ٹیکسٹائل": "textile",
    "ملز": "mills",
    "رائس": "rice",
    "טקסטיל": "textile",
    "תעשיות": "industries",
    "אופנה": "fashion",
    "מזון": "food",
    "פלסטיק": "plastic",
    "מסחר": "trading",
    "קבוצת": "group",
    "חברת": "",
    "текстиль": "textile",
    "市": " ",
    "省": " ",
    "县": " ",
    "टेक्सटाइल्स": "textile",
    "टेक्सटाइल": "textile",
    "торговый дом": "trading house",
    "завод": "plant",
    "фабрика": "factory",
}


def folded(text: str) -> str:
    """Text without case and compatibility forms, with one kind of apostrophe."""
    plain = text.translate(_APOSTROPHES)
    return unicodedata.normalize("NFKC", plain).casefold()


_QUOTES = str.maketrans(dict.fromkeys('«»„“”"‹›()[]（）【】・,', " "))
#: Latin letters that do not come apart into a letter and a mark.
_LETTERS = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’´ʻʼ‘", "'"))


def _alternation(words: Mapping[str, str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in ordered))


_FORMS = {folded(word): latin for word, latin in NATIVE_FORMS.items()}
_WORDS = {folded(word): latin for word, latin in NATIVE_WORDS.items()}
_ALL = {**_WORDS, **_FORMS}
_NATIVE = _alternation(_ALL)
#: Letters of scripts that write without blanks, where a word may stand inside a run of letters.
_UNSPACED = re.compile(
    "[\uac00-\ud7a3\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)


def latinised(text: str) -> str:
    """A casefolded name in Latin letters without accents.

    Args:
        text: casefolded; compatibility forms already folded.

    Returns:
        ASCII text. Legal forms and trade words of other scripts come as Latin words set off by
        blanks, words without short vowels in capital signs (see `abjads`), the rest by sound.
    """
    if text.isascii():
        return text
    known = _NATIVE.sub(_replaced, text)
    return known if known.isascii() else " ".join(map(_word_by_sound, _words(known)))


def _words(text: str) -> list[str]:
    return text.translate(_QUOTES).split()


@lru_cache(maxsize=262_144)
def _word_by_sound(word: str) -> str:
    """One word in Latin letters; words repeat across names, and ICU is slow."""
    if is_unvowelled(word):
        return in_signs(word)
    plain = "".join(
        _LETTERS.get(mark, mark)
        for mark in unicodedata.normalize("NFKD", word)
        if not unicodedata.combining(mark)
    )
    if plain.isascii():
        return plain
    return (ascii_text(word) if should_ascii(word) else normality.ascii_text(word)).casefold()


def _replaced(match: re.Match[str]) -> str:
    found = match[0]
    before, after = match.string[: match.start()], match.string[match.end() :]
    if not _UNSPACED.search(found) and (
        (before[-1:].isalpha() and found[0].isalpha())
        or (after[:1].isalpha() and found[-1].isalpha())
    ):
        return found
    return f" {_ALL[found]} "
