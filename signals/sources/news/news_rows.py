"""Articles about suppliers in one shape, whatever source they come from.

Of an article are kept: the supplier it is about, day, domain, language, tone, what it is about in
five words of ours, and marks of its headline by which copies are known. Neither headline, text,
address nor any name of a person is kept; the origin says where the article can be looked up.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from signals.source import REJECTED_SCHEMA, RawFile
from signals.source_errors import ODD_FORM
from suppliers.identity.scripts import folded, latinised
from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day
from suppliers.places.countries import resolve_country

ARTICLES = "stg_news__articles"
PRESS_DAYS = "stg_news__press_days"

ARTICLE_SCHEMA: dict[str, pl.DataType] = {
    "source_id": pl.String(),
    "article_id": pl.String(),
    "supplier_id": pl.String(),
    "domain": pl.String(),
    "language": pl.String(),
    "outlet_country_iso2": pl.String(),
    "tone": pl.Float64(),
    "themes": pl.List(pl.String()),
    "title_marks": pl.List(pl.Int64()),
    "match_score": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}
PRESS_SCHEMA: dict[str, pl.DataType] = {
    "source_id": pl.String(),
    "day": pl.Date(),
    "articles_monitored": pl.Float64(),
    "observed_to": pl.Date(),
    "published_on": pl.Date(),
    "origin": pl.String(),
}

#: What an article is about, as far as signals ask.
THEMES = ("labour_unrest", "forced_labour", "labour_abuse", "enforcement")

#: How GDELT's theme codes end, to our themes. Trials and arrests are of anything; the signal of
#: enforcement asks for forced labour or abuse beside them.
_GDELT_THEMES: Mapping[str, str] = {
    "STRIKE": "labour_unrest",
    "SLAVERY": "forced_labour",
    "HUMAN_TRAFFICKING": "forced_labour",
    "TRIAL": "enforcement",
    "ARREST": "enforcement",
    "SANCTIONS": "enforcement",
}

#: Words of headlines, folded to Latin letters without marks.
_TITLE_THEMES: Mapping[str, str] = {
    "labour_unrest": (
        r"strikes?|striking|walk ?outs?|workers protest|workers block|sit ins?|"
        r"labou?r unrest|wage protests?|unpaid wages|huelgas?|paro laboral|greves?|grevistas?|"
        r"streiks?|scioper\w+|mogok kerja|grev|dinh cong|hartal|ba gong"
    ),
    "forced_labour": (
        r"forced labou?r|modern slavery|slave labou?r|debt bondage|bonded labou?r|"
        r"human trafficking|trabajo forzos\w+|trabajo esclavo|trabalho escravo|"
        r"trabalho analogo|travail force|zwangsarbeit|lavoro forzato|kerja paksa"
    ),
    "labour_abuse": (
        r"child labou?r|sweatshops?|unpaid wages|wage theft|passports? (?:seized|withheld)|"
        r"unsafe working|trabalho infantil|trabajo infantil|salarios? atrasados?"
    ),
    "enforcement": (
        r"fined|convicted|sentenced|charged with|lawsuit|sued|labou?r inspect\w+|prosecut\w+|"
        r"raid(?:ed|s)?|multad[oa]|condenad[oa]|processad[oa]|autuad[oa]|denunciad[oa]"
    ),
}
#: Measures against forced labour by their own names.
_MEASURES = (
    r"withhold release orders?|wros?|uflpa|uyghur forced labor prevention act|lista suja|"
    r"national contact point"
)

#: Strikes that are no labour action: bargains, finds and blows, of nature, arms and sport.
_OTHER_STRIKES = re.compile(
    r"\b(?:"
    r"(?:air|drone|missiles?|rocket|military|artillery|bomb|nuclear|first|retaliatory|lightning|"
    r"bird|meteor\w*|asteroid|earthquakes?|quakes?|storms?|cyclones?|hurricanes?|typhoons?|"
    r"tornado\w*|floods?|tsunamis?|disasters?|tragedy|disease|virus|outbreak|fire|flu|train|truck|"
    r"car|bus|lorry|vessel|ship) str(?:ikes?|iking)|"
    r"(?:shares?|stocks?|index|futures|prices?) str(?:ikes?|iking)|"
    # Words that only follow a strike of workers end the search: "strike ends with a wage deal".
    r"strikes? (?:an? )?(?:(?!ends?|ended|over|after|at|in|as|hits?|halts?|for|by|looms?|averted|"
    r"avoided|with|despite|before|until|to|and|on|continues?|enters?|shuts?|stops?)\w+ ){0,6}?"
    r"(?:deals?|bargains?|agreements?|accords?|pacts?|balance|"
    r"partnerships?|alliances?|truce|settlement|chord|compromise|contracts?|tie up)|"
    r"strikes (?:again|while the iron|(?:a |an |new )*(?:record|high|low))|"
    r"strikes? (?:(?:new )?(?:\w+ )?deposits?|names? from|(?:an? )?\w+ (?:tone|note)|gold|oil|gas|"
    r"copper|lithium|it (?:rich|big|lucky)|back|down|out(?! over)|off|prices?|rates?|"
    r"zones?|forces?|teams?|partners?|terror|fear|optimistic|cautious|a (?:blow|pose|tone|nerve))|"
    r"striking (?:distance|views?|resemblance|designs?|colou?rs?|images?|features?|"
    r"a (?:deal|balance)|similarit\w+|contrasts?|example|new|oil|gold)"
    r")\b"
)

#: Codes that end like ours and are of something else.
_OTHER_CODES = re.compile(r"(?:^TAX_DISEASE_|CARDIAC_|CLINICAL_|DRONE_|AIR_?|MISSILE_|LIGHTNING_)")

_WORD = re.compile(r"[a-z0-9]+")
#: Public second levels under which a domain has three parts: `example.co.uk`.
_SECOND_LEVELS = frozenset({"co", "com", "org", "net", "gov", "gob", "go", "ac", "edu", "or", "ne"})
_MARK_BITS = 48
_OF_CAMPAIGN = re.compile(
    r"(?:utm\w*|mc_\w+|ns_\w+|fbclid|gclid|igshid|ref|src|source|cmp|cmpid|amp|share)(?:=|$)"
)


def title_words(title: str) -> tuple[str, ...]:
    """Words of a headline in Latin letters without marks and case."""
    return tuple(_WORD.findall(latinised(folded(title))))


def title_marks(title: str, mention: str = "") -> list[int]:
    """Hashes of the pairs of neighbouring words of a headline, each once, in order.

    They identify copies of a headline and cannot be turned back into one. The company's name is
    left out: it is in every headline about the company, and long names would make them all alike.
    """
    words, name = title_words(title), title_words(mention)
    places = range(len(words) - len(name) + 1) if name else ()
    at = next((at for at in places if words[at : at + len(name)] == name), None)
    rest = words if at is None else (*words[:at], *words[at + len(name) :])
    pairs = {" ".join(rest[at : at + 2]) for at in range(max(1, len(rest) - 1)) if rest}
    return sorted(_mark(pair) for pair in pairs)


def hash_marks(title_hash: str | None) -> list[int]:
    """The marks of a headline that came as a hash: copies have the same hash."""
    return [] if title_hash is None else [_mark(title_hash)]


def _mark(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> (64 - _MARK_BITS)


def article_key(address: str) -> str:
    """A key by which an article is known again, from its address: a hash, not the address.

    Of the address's parameters those of campaigns are left out; others can name the article.
    """
    plain = re.sub(r"^https?://(?:www\.|m\.|amp\.)?|#.*$", "", address.strip().lower())
    path, _, query = plain.partition("?")
    named = sorted(part for part in query.split("&") if part and not _OF_CAMPAIGN.match(part))
    plain = "?".join([path.rstrip("/"), "&".join(named)]) if named else path.rstrip("/")
    return hashlib.sha256(plain.encode()).hexdigest()[:20]


def site_domain(text: str) -> str:
    """The domain that stands for an outlet: `edition.example.co.uk` is `example.co.uk`."""
    host = re.sub(r"^https?://", "", text.strip().lower()).split("/")[0].split(":")[0]
    parts = [part for part in host.split(".") if part]
    length = 3 if len(parts) > 2 and parts[-2] in _SECOND_LEVELS else 2
    return ".".join(parts[-length:])


def title_themes(title: str) -> list[str]:
    """What a headline says it is about, by words in ten languages."""
    text = _OTHER_STRIKES.sub(" ", " ".join(title_words(title)))
    found = {theme for theme, pattern in _patterns().items() if pattern.search(text)}
    if _measures().search(text):
        found |= {"forced_labour", "enforcement"}
    return sorted(found)


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    return {theme: re.compile(rf"\b(?:{words})\b") for theme, words in _TITLE_THEMES.items()}


@cache
def _measures() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_MEASURES})\b")


def known_themes(codes: Iterable[str]) -> list[str]:
    """Our themes of GDELT's codes; our own names are taken as they are."""
    found: set[str] = set()
    for code in codes:
        name = code.strip().upper()
        found.update(theme for theme in THEMES if theme.upper() == name)
        found.update(
            theme
            for end, theme in _GDELT_THEMES.items()
            if name == end or (name.endswith(f"_{end}") and not _OTHER_CODES.search(name))
        )
    return sorted(found)


@cache
def outlet_country(name: str) -> str | None:
    """ISO2 of a country as sources write it; None if it is not known for certain."""
    found = resolve_country(name) if name.strip() else None
    return None if found is None or found.guessed else found.country.iso2


#: Rule of articles that may be about a supplier and do not count.
AMBIGUOUS = "firm_match_in_doubt"


def ambiguous_frame(raw: RawFile, uncertainties: Iterable[tuple[str, str]]) -> pl.DataFrame:
    """Articles that may be about a supplier, counted by file, in the shape of `Staged.rejected`.

    Args:
        raw: the file.
        uncertainties: supplier and reason of each article that is about no supplier for certain.
    """
    name = Path(raw.origin).name if "://" not in raw.origin else raw.key
    rows = [
        {
            "source_file": name,
            "source_row": None,
            "rule": AMBIGUOUS,
            "reason": (
                f"{number} {'article' if number == 1 else 'articles'} may be about {supplier_id}, "
                f"but {'does' if number == 1 else 'do'} not count: {reason}"
            ),
        }
        for (supplier_id, reason), number in sorted(Counter(uncertainties).items())
    ]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA)


def reject_odd_page(
    kept: Mapping[str, Any], name: str, *, counts: Iterable[str], numbered: str, dated: str
) -> None:
    """Check a page of articles as it was stored, before any of it is used.

    Args:
        kept: with `articles`.
        name: of the page, for messages.
        counts: its keys of counts.
        numbered: key of an article's place in the page.
        dated: key of its day.

    Raises:
        DataRejectedError: something in it is of another type than this version writes.
    """
    texts = (dated, "article", "supplier_id", "domain", "language", "band", "reason")
    try:
        is_sound = all(type(kept[count]) is int and kept[count] >= 0 for count in counts)
        for article in kept["articles"]:
            stated_day(article[dated])
            is_sound &= all(isinstance(article[text], str) for text in texts)
            is_sound &= type(article[numbered]) is int
            is_sound &= isinstance(article["score"], int | float)
            is_sound &= isinstance(article.get("tone"), int | float | None)
            is_sound &= isinstance(article.get("outlet_country"), str | None)
            is_sound &= all(isinstance(one, str) for one in article["themes"])
            is_sound &= all(type(one) is int for one in article["title_marks"])
    except ODD_FORM:
        is_sound = False
    if not is_sound:
        raise DataRejectedError(f"{name}: it is no page as this version stores it; fetch it again.")


def article_frame(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Rows as a frame: each article once per supplier, the surest match."""
    frame = pl.DataFrame(list(rows), schema=ARTICLE_SCHEMA)
    return (
        frame.sort("match_score", descending=True)
        .unique(["source_id", "article_id", "supplier_id"], keep="first", maintain_order=True)
        .sort("supplier_id", "published_on", "article_id")
    )
