"""A register of companies and suppliers to find in it, made from parts and a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from suppliers.identity.parties import Party


@dataclass(frozen=True)
class _Style:
    """How companies of a country are named."""

    weight: int
    syllables: tuple[tuple[str, ...], tuple[str, ...]]
    syllables_per_word: tuple[int, int]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A supplier to place, and the entry it is; None if the register does not have it."""

    party: Party
    truth: int | None
    kind: str


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(";"))


_ENGLISH = _listed(
    "Textile Mills;Garments;Apparels;Knitwear;Spinning Mills;Denim;Leather;Shoes;Foods;Seafood;"
    "Electronics;Plastics;Trading;Industries;International;Packaging;Steel;Chemicals;"
    "Import & Export;Engineering;Furniture;Agro Products;Home Textile;Technology;Toys;Metal "
    "Products;Machinery;Logistics;Holdings;Energy;Printing;Ceramics"
)
_SPANISH = _listed(
    "Textil;Confecciones;Alimentos;Agrícola;Exportadora;Industrias;Comercial;Calzados;Minera;"
    "Pesquera;Plásticos;Metalúrgica;Frutas;Servicios"
)


_STYLES: dict[str, _Style] = {
    "CN": _Style(
        35,
        (
            _split(
                "hua jin long tian hai rui xin yu sheng da feng guang ming bao tong zhong hong li "
                "jia kai yi wei run fu chang dong qing mei shun an xiang heng lan yong"
            ),
            _split(
                "feng hua tai long xing da yuan sheng li hai jie ning cheng xin rong ke bang yi "
                "fa wang shan mao zhou han te lei ya ao de qiang xuan tu na"
            ),
        ),
        (2, 2),
        _ENGLISH,
        ("Co., Ltd.", "Co., Ltd", "Company Limited", "Group Co., Ltd."),
        _split(
            "Ningbo Suzhou Shenzhen Dongguan Qingdao Hangzhou Guangzhou Fujian Jiangsu Shandong "
            "Wenzhou Yiwu Xiamen Nantong Changzhou Wuxi Foshan Quanzhou"
        ),
    ),
    "IN": _Style(
        15,
        (
            _split("shri raj vi bha kri la su ma na pra an ar de ga ja ka me ra sa ta va ki bal"),
            _split(
                "ram dev kar nath lal vind deep esh ika jal tika mani nika rat sons tej yan hari"
            ),
        ),
        (2, 3),
        _ENGLISH,
        ("Pvt. Ltd.", "Private Limited", "Ltd.", "Limited", "LLP"),
        _split("Mumbai Chennai Tirupur Ludhiana Kolkata Bangalore Gujarat Punjab"),
    ),
    "BD": _Style(
        8,
        (
            _split("meg ra ka ha sha na zu ali ta ma su ba no pa ja kar si mo fa az"),
            _split("hna him rim san hin zim bair mun him jib din bul hat zul man tul mid rul"),
        ),
        (2, 2),
        _ENGLISH,
        ("Ltd.", "Limited", "Ltd", "(Pvt.) Ltd."),
        _split("Dhaka Gazipur Chittagong Savar Narayanganj"),
    ),
    "VN": _Style(
        8,
        (
            _split("Thanh Minh Phuoc Tan Hoang Viet Phu Duc Hai Long Nam Quang Thai Binh Gia Hung"),
            _split("an phat thinh dat loc cuong hung son tien phong vinh khanh duy nhat hoa tam"),
        ),
        (2, 2),
        _ENGLISH,
        ("Co., Ltd", "JSC", "Company Limited"),
        _split("Hanoi Saigon Danang Haiphong"),
    ),
    "TR": _Style(
        6,
        (
            _split("Ak Gü Yıl Öz De Er Kar Al Bay Çe Şa Tür Ko Em Ö Sö"),
            _split("soy neş dız mir dem can tekin kan lik han pek rak taş men zer yol"),
        ),
        (2, 3),
        ("Tekstil", "Giyim", "Gıda", "Makina", "İnşaat", "Plastik", "Deri", "Tarım", "Metal"),
        ("San. ve Tic. A.Ş.", "A.Ş.", "Ltd. Şti.", "Sanayi ve Ticaret Ltd. Şti."),
        _split("İstanbul Bursa İzmir Denizli"),
    ),
    "ID": _Style(
        6,
        (
            _split("Su Ma Ka In Bu Sa Wi Ra Ta Pa Ar Ci Da Ga"),
            _split("karya sakti jaya tama lestari warna gama dika nusa mitra bumi guna ria wangi"),
        ),
        (2, 2),
        ("Tekstil", "Garmindo", "Plywood", "Sawit", "Furniture", "Makmur", "Perkasa", "Sejati"),
        ("PT", "PT", "PT Tbk", "CV"),
        _split("Jakarta Bandung Surabaya Medan"),
    ),
    "BR": _Style(
        6,
        (
            _split("Ara Boa Cam Ita Gua Pira San Ser Val Mon Ri Ja Tau Bra"),
            _split("cruz poã ruva vista nema tinga bara dora verde rama cema guari nópolis mbé"),
        ),
        (2, 2),
        ("Têxtil", "Confecções", "Alimentos", "Frigorífico", "Agropecuária", "Calçados", "Café"),
        ("Ltda.", "S.A.", "Ltda - ME", "EIRELI"),
        ("São Paulo", "Minas", "Goiás", "Paraná"),
    ),
    "MX": _Style(
        5,
        (
            _split("Al Bel Cas Del Es Flo Gon Her Lu Mar Nor Or Qui Ro"),
            _split("mira cano tera zal dena vera quin tosa lema rado cilla pardo gado rino"),
        ),
        (2, 2),
        _SPANISH,
        ("S.A. de C.V.", "S. de R.L. de C.V.", "SA de CV"),
        _split("Monterrey Puebla Tijuana Guadalajara"),
    ),
    "DE": _Style(
        6,
        (
            _split("Brand Hof Müll Schrö Wei Krä Berg Lind Stein Wag Fuch Jäg Neu Kess"),
            _split("ner mann der ler haus feld bach meier berger hardt inger sen stätter"),
        ),
        (2, 2),
        ("Maschinenbau", "Werkzeuge", "Chemie", "Textil", "Holz", "Automotive", "Technik"),
        ("GmbH", "AG", "GmbH & Co. KG", "KG"),
        _split("Hamburg Berlin Bayern Stuttgart"),
    ),
    "RU": _Style(
        5,
        (
            _split("Сев Вол Ура Дон Бал Тай Ка Не Аль Зар Мос Кам Сиб Рос"),
            _split("ерсталь гатекс лмаш агро тика снаб мет пром трейд лес хим мортранс нефть"),
        ),
        (2, 2),
        ("Текстиль", "Завод", "Фабрика", "Рыба", "Лес", "Сервис"),
        ("ООО", "ЗАО", "АО"),
        ("Москва", "Пермь", "Казань"),
    ),
}


def made_register(rng: random.Random, size: int) -> list[Party]:
    """Entries with different names; many share words, as companies of one place and trade do."""
    countries = list(_STYLES)
    weights = [_STYLES[country].weight for country in countries]
    seen: set[tuple[str, str]] = set()
    entries: list[Party] = []
    while len(entries) < size:
        country = rng.choices(countries, weights)[0]
        bare, name = _name(rng, country)
        if (bare, country) not in seen:
            seen.add((bare, country))
            made_from = {"made_from": bare}
            entries.append(Party(f"R{len(entries)}", (name,), country, None, made_from))
    return entries


def made_queries(
    rng: random.Random, register: list[Party], count: int, absent_share: float
) -> list[Query]:
    """Suppliers: entries as a vendor list would write them, and companies that are not in it."""
    taken = {(entry.identifiers["made_from"], entry.country) for entry in register}
    queries: list[Query] = []
    for number in range(count):
        truth = rng.randrange(len(register))
        country = register[truth].country or ""
        if rng.random() < absent_share:
            bare, name = _name(rng, country)
            while (bare, country) in taken:
                bare, name = _name(rng, country)
            queries.append(Query(Party(f"Q{number}", (name,), country), None, "absent"))
            continue
        kind, change = rng.choice(_CHANGES)
        name = change(rng, register[truth].names[0])
        queries.append(Query(Party(f"Q{number}", (name,), country), truth, kind))
    return queries


def _name(rng: random.Random, country: str) -> tuple[str, str]:
    """A name without and with its legal form."""
    style = _STYLES[country]
    words = [_stem(rng, style) for _ in range(rng.choice((1, 1, 2)))]
    if rng.random() < 0.4:
        words.insert(0, rng.choice(style.places))
    words.append(rng.choice(style.trades))
    if rng.random() < 0.2:
        words.append(rng.choice(style.trades))
    form = rng.choice(style.forms)
    name = " ".join(words)
    if country == "ID":
        first, _, rest = form.partition(" ")
        return name, f"{first} {name} {rest}".strip()
    return name, f"{form} «{name}»" if country == "RU" else f"{name} {form}"


def _stem(rng: random.Random, style: _Style) -> str:
    first, later = style.syllables
    number = rng.randint(*style.syllables_per_word)
    return (rng.choice(first) + "".join(rng.choice(later) for _ in range(number - 1))).capitalize()


def _upper(rng: random.Random, name: str) -> str:
    return name.upper()


def _other_form(rng: random.Random, name: str) -> str:
    for written, other in (
        ("Co., Ltd", "Company Limited"),
        ("Company Limited", "Co Ltd"),
        ("Pvt. Ltd.", "Private Limited"),
        ("Private Limited", "(P) Ltd"),
        ("Limited", "Ltd"),
        ("Ltd.", "LIMITED"),
        ("San. ve Tic. A.Ş.", "Sanayi ve Ticaret Anonim Şirketi"),
        ("A.Ş.", "AS"),
        ("Ltd. Şti.", "Limited Sirketi"),
        ("S.A. de C.V.", "SA DE CV"),
        ("GmbH & Co. KG", "GmbH u. Co KG"),
        ("ООО", "OOO"),
        ("PT ", "PT. "),
        ("S.A.", "SA"),
    ):
        if written in name:
            return name.replace(written, other)
    return name


def _no_form(rng: random.Random, name: str) -> str:
    words = name.replace("«", "").replace("»", "").split()
    return " ".join(words[:-1]) if len(words) > 2 else name


def _slip(rng: random.Random, name: str) -> str:
    """A letter dropped, doubled or swapped in one of the longer words."""
    places = [i for i, mark in enumerate(name) if mark.isalpha() and 1 < i < len(name) * 0.6]
    at = rng.choice(places)
    way = rng.randrange(3)
    if way == 0:
        return name[:at] + name[at + 1 :]
    if way == 1:
        return name[:at] + name[at] + name[at:]
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def _short(rng: random.Random, name: str) -> str:
    for word, shorter in (
        ("International", "Intl"),
        ("Industries", "Inds"),
        ("Textile", "Tex."),
        ("Import & Export", "Imp. & Exp."),
        ("Engineering", "Engg"),
        ("Garments", "Gmts"),
        ("Technology", "Tech"),
        ("Products", "Prod."),
    ):
        name = name.replace(word, shorter)
    return name


def _reordered(rng: random.Random, name: str) -> str:
    words = name.split()
    return " ".join([words[1], words[0], *words[2:]]) if len(words) > 3 else name


def _latin(rng: random.Random, name: str) -> str:
    """Latin letters without marks, and without quotation marks."""
    table = str.maketrans("ışğüöçİŞÜÖÇãéíóúâêáñà", "isguocISUOCaeiouaeana")
    cyrillic = {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "ь": "", "ы": "y",
        "ю": "yu", "я": "ya",
    }  # fmt: skip
    text = name.translate(table)
    return (
        "".join(cyrillic.get(mark, cyrillic.get(mark.lower(), mark).capitalize()) for mark in text)
        .replace("«", '"')
        .replace("»", '"')
    )


_CHANGES: tuple[tuple[str, Callable[[random.Random, str], str]], ...] = (
    ("upper", _upper),
    ("other_form", _other_form),
    ("no_form", _no_form),
    ("slip", _slip),
    ("short", _short),
    ("reordered", _reordered),
    ("latin", _latin),
)
