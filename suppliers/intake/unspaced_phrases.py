"""Phrases in texts that put words together without blanks: Chinese, Japanese, Thai and Korean.

The word that decides stands last in Chinese, Japanese and Korean (冷凍エビ is shrimp) and first in
Thai (ถุงมือยาง is gloves). A word of kana, Thai or Hangul is found only where the letters beside it
are words of the table too: イカ (squid) is not in スイカ (watermelon), ชา (tea) not in ชาม (bowl).
"""

import re
from collections.abc import Callable, Iterator, Sequence

#: One code of a phrase, and whether the phrase is only a material.
Entry = tuple[str, bool]

HAN_OR_KANA = re.compile("[\u3040-\u9fff]")
THAI = re.compile("[\u0e00-\u0e7f]")
HANGUL = re.compile("[\uac00-\ud7a3]+")
_KANA = re.compile("[\u3041-\u30ff]")
# What may follow the deciding word: industry, factory, to make, goods.
_TAIL = re.compile(
    "(?:制造业|制造|製造業|製造|加工业|加工業|加工|生产|生產|生産|行业|行業|工业|工業|产业|產業|産業|企业|企業"
    "|有限公司|公司|株式会社|工厂|工廠|工場|制品业|製品業|制品|製品|产品|產品|商品|设备|設備|服务业|服務業"
    "|服务|服務|采选|用品|メーカー|类|類|业|業|厂|廠|など|等|的|の|及|和|与|與|、)+$"
)
_LIST = re.compile("[ 和及与與]|(?<=[^\u3041-\u309f])と(?=[^\u3041-\u309f])")
_THAI_LEAD = re.compile(
    "^(?:อุตสาหกรรม|โรงงาน|ผู้ผลิต|การผลิต|ผลิตภัณฑ์|ผลิต|จำหน่าย|ส่งออก|นำเข้า|สินค้า|ธุรกิจ|การค้า|บริษัท|การทำ"
    "|อื่นๆ)+"
)
_THAI_LIST = re.compile(" |และ|กับ")
_HANGUL_TAIL = re.compile("(?:제조업|제조|제품|가공업|가공|생산|산업|공장|업체|용품|류|업)+$")
_LONGEST = 24
_SHORTEST_KNOWN = 4


class UnspacedPhrases:
    """Phrases of scripts without blanks, and the words that say nothing of goods.

    Attributes:
        entries: codes by phrase.
        neutral: words beside a phrase that do not change its code (frozen, of children).
    """

    def __init__(self) -> None:
        self.entries: dict[str, list[Entry]] = {}
        self.neutral: set[str] = set()

    def codes_of(self, key: str) -> tuple[tuple[str, ...], bool]:
        """Codes that a text names, and whether they decide it.

        Args:
            key: the text without case and punctuation.
        """
        if HAN_OR_KANA.search(key):
            return self._in_parts(key, _LIST, self._last)
        return self._in_parts(key, _THAI_LIST, self._first)

    def of_compound(self, word: str) -> tuple[Entry, ...]:
        """Entries of the last part of a Korean word whose other parts are all known."""
        for end in dict.fromkeys((word, _HANGUL_TAIL.sub("", word))):
            if end != word and end in self.entries:
                return tuple(self.entries[end])
            for start in range(1, len(end) - 1):
                entries = self.entries.get(end[start:])
                if entries and self._is_known(end[:start]):
                    return narrowed(entries, self._materials(end[:start]))
        return ()

    def _in_parts(
        self, key: str, separators: re.Pattern[str], read: Callable[[str], tuple[str, ...]]
    ) -> tuple[tuple[str, ...], bool]:
        whole = key.replace(" ", "")
        parts = [part for part in separators.split(key) if part and part not in self.neutral]
        codes = read(whole) if whole in self.entries or len(parts) < 2 else ()
        found = [codes] if codes else list(map(read, parts))
        joined = tuple(dict.fromkeys(code for one in found for code in one))
        if joined and all(found):
            return joined, True
        # A part without a deciding word: even one code is a question.
        within = (code for phrase in self._within(whole) for code, _ in self.entries[phrase])
        return tuple(dict.fromkeys((*joined, *within))), False

    def _last(self, text: str) -> tuple[str, ...]:
        for end in dict.fromkeys((text, _TAIL.sub("", text))):
            shortest = 1 if end is text else 2
            for start in range(len(end)):
                if len(end) - start < (shortest if start == 0 else 2):
                    break
                entries = self.entries.get(end[start:])
                if entries and self._begins_word(end, start):
                    return codes_of_entries(narrowed(entries, self._materials(end[:start])))
        return ()

    def _first(self, text: str) -> tuple[str, ...]:
        for begin in dict.fromkeys((text, _THAI_LEAD.sub("", text))):
            for end in range(min(len(begin), _LONGEST), 1, -1):
                entries = self.entries.get(begin[:end])
                if entries and self._is_known(begin[end:]):
                    return codes_of_entries(narrowed(entries, self._materials(begin[end:])))
        return ()

    def _within(self, text: str) -> Iterator[str]:
        """Phrases in any place of a text; of Thai only one that begins it."""
        if THAI.search(text):
            begin = _THAI_LEAD.sub("", text)
            ends = range(min(len(begin), _LONGEST), _SHORTEST_KNOWN - 1, -1)
            yield from [begin[:end] for end in ends if begin[:end] in self.entries][:1]
            return
        for start in range(len(text)):
            for end in range(min(len(text), start + _LONGEST), start + 1, -1):
                phrase = text[start:end]
                if (
                    phrase in self.entries
                    and self._begins_word(text, start)
                    and not (end < len(text) and _joins(text[end - 1], text[end]))
                ):
                    yield phrase

    def _begins_word(self, text: str, start: int) -> bool:
        if start == 0 or not _joins(text[start - 1], text[start]):
            return True
        begin = start
        while begin > 0 and _KANA.match(text[begin - 1]):
            begin -= 1
        return self._is_known(text[begin:start])

    def _is_known(self, text: str) -> bool:
        """Whether a text is made of words of the table alone."""
        reached = {0}
        for start in range(len(text)):
            if start not in reached:
                continue
            for end in range(start + 1, min(len(text), start + _LONGEST) + 1):
                word = text[start:end]
                if word in self.neutral or (end - start > 1 and word in self.entries):
                    reached.add(end)
        return len(text) in reached

    def _materials(self, text: str) -> frozenset[str]:
        """Codes of all phrases in the rest of a text."""
        return frozenset(
            code
            for start in range(len(text))
            for end in range(start + 1, min(len(text), start + _LONGEST) + 1)
            if end - start > 1 or len(text) == 1
            for code, _ in self.entries.get(text[start:end], ())
        )


def narrowed(entries: Sequence[Entry], codes: frozenset[str]) -> tuple[Entry, ...]:
    """Entries of several codes brought to those that materials beside them name, if any."""
    kept = tuple(entry for entry in entries if entry[0] in codes)
    return kept if kept and len(entries) > 1 else tuple(entries)


def codes_of_entries(entries: Sequence[Entry]) -> tuple[str, ...]:
    """The different codes of entries, in their order."""
    return tuple(dict.fromkeys(code for code, _ in entries))


def _joins(before: str, after: str) -> bool:
    """Whether two letters are both kana, so that a word may go on."""
    return bool(_KANA.match(before) and _KANA.match(after))
