"""Which divisions of industry make or use a listed good, by words in its name.

Divisions are those of ISIC Rev. 4 and NACE Rev. 2, which share them. Goods without a word here
meet no supplier.
"""

from __future__ import annotations

from collections.abc import Mapping

_CROPS = ("01", "10")

DIVISIONS_BY_WORD: Mapping[str, tuple[str, ...]] = {
    "cotton": ("01", "13", "14"), "thread": ("13", "14"), "yarn": ("13", "14"), "silk": ("13",),
    "textile": ("13", "14"), "garment": ("14",), "apparel": ("14",), "carpet": ("13",),
    "footwear": ("15",), "leather": ("15",), "shoes": ("15",),
    "brick": ("23",), "glass": ("23",), "ceramic": ("23",), "cement": ("23",),
    "gold": ("07",), "silver": ("07",), "tin": ("07",), "tungsten": ("07",), "wolframite": ("07",),
    "coltan": ("07",), "cobalt": ("07",), "copper": ("07",), "zinc": ("07",), "lead": ("07",),
    "iron": ("07",), "manganese": ("07",), "nickel": ("07",), "lithium": ("07",),
    "coal": ("05",), "diamond": ("08",), "gem": ("08",), "sapphire": ("08",), "ruby": ("08",),
    "rubies": ("08",), "jade": ("08",), "tanzanite": ("08",), "emerald": ("08",), "mica": ("08",),
    "granite": ("08",), "stone": ("08",), "sand": ("08",), "limestone": ("08",),
    "gravel": ("08",), "gypsum": ("08",), "salt": ("08",), "trona": ("08",),
    "charcoal": ("02",), "timber": ("02", "16"), "teak": ("02", "16"), "bamboo": ("02",),
    "brazil": ("02", "10"), "rubber": ("01", "22"), "glove": ("22",),
    "fish": ("03", "10"), "shrimp": ("03", "10"), "seafood": ("03", "10"), "lobster": ("03", "10"),
    "palm": _CROPS, "sugarcane": _CROPS, "sugar": _CROPS, "coffee": _CROPS, "tea": _CROPS,
    "cocoa": _CROPS, "rice": _CROPS, "corn": _CROPS, "wheat": _CROPS, "soy": _CROPS,
    "cashew": _CROPS, "hazelnut": _CROPS, "peanut": _CROPS, "nut": _CROPS, "vanilla": _CROPS,
    "banana": ("01",), "tomato": _CROPS, "melon": ("01",), "strawberr": ("01",), "citrus": ("01",),
    "onion": ("01",), "garlic": ("01",), "chile": ("01",), "cucumber": ("01",), "sesame": ("01",),
    "sisal": ("01", "13"), "sunflower": _CROPS, "tobacco": ("01", "12"), "bidi": ("12",),
    "cattle": _CROPS, "beef": ("10",), "poultry": _CROPS, "goat": ("01",), "sheep": ("01",),
    "flower": ("01",), "grape": ("01", "11"), "wine": ("11",), "clove": ("01",),
    "electronic": ("26",), "polysilicon": ("20", "26"), "photovoltaic": ("26",), "solar": ("26",),
    "toy": ("32",), "surgical": ("32",), "christmas": ("32",), "firework": ("20",),
    "furniture": ("31",), "hair": ("32",),
}  # fmt: skip


def divisions_of(good: str) -> tuple[str, ...]:
    """Divisions of industry that a good is of, ascending; empty where no word is known."""
    words = good.lower().replace("(", " ").replace(")", " ").replace(",", " ").split()
    found: set[str] = set()
    for known, divisions in DIVISIONS_BY_WORD.items():
        # Words of three letters and less must stand alone: `tin` is no part of `setting`.
        if any(word == known or (len(known) > 3 and word.startswith(known)) for word in words):
            found.update(divisions)
    if "gloves" in words and "rubber" in words:
        found.discard("01")
    return tuple(sorted(found))
