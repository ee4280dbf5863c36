"""Running sums of a comparison of two names, by how distinctive their words are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suppliers.identity.consonantal_scripts import is_in_signs
from suppliers.identity.name_tokens import KINDS
from suppliers.identity.word_weights import COMMON_WEIGHT, DIVIDING_WEIGHT, distinctiveness

#: Ordinary words, such as "Golden" and "Star", make many companies' names between them.
COMMON_WORTH = 0.6
#: Words whose lengths differ by more are one shortened, which is no doubt about letters.
MOST_SLIPS = 2
#: Words on both sides of which more than this is lost agree only in part.
NEARLY_SAME = 0.8


def word_weight(word: str, shared: Mapping[str, float] | None = None) -> float:
    """How distinctive a word is, 0 to 1.

    Args:
        word: as `comparable` gives it.
        shared: lower weights for words that many names of the register hold.
    """
    weight = distinctiveness(word)
    return weight if shared is None else min(weight, shared.get(word, weight))


@dataclass(slots=True)
class Tally:
    """Running sums of a comparison."""

    shared: Mapping[str, float] | None
    total: float
    agreed: float = 0.0
    distinctive: float = 0.0
    generic: float = 0.0
    letters: float = 1.0

    def agree(self, one: str, other: str, alike: float) -> None:
        """Count two words as the same to the degree they are alike."""
        weights = (word_weight(one, self.shared), word_weight(other, self.shared))
        # A trade word with a slip in it is unknown to the lists and must not weigh as a name.
        weight = min(weights) if is_in_signs(one) == is_in_signs(other) else max(weights)
        self.total -= sum(weights) - 2.0 * weight
        self.agreed += weight * alike
        if weight > DIVIDING_WEIGHT:
            self.distinctive += weight * (COMMON_WORTH if weight == COMMON_WEIGHT else 1.0)
            if abs(len(one) - len(other)) <= MOST_SLIPS or is_in_signs(one):
                self.letters = min(self.letters, alike)
        elif weight < DIVIDING_WEIGHT:
            self.generic += weight * alike

    def rival_weight(self, one: Sequence[str], other: Sequence[str]) -> float:
        """Weight of the words that each name has and the other lacks, the lesser of the two sides.

        Translations replace one word such as "factory" or "works" by another, which is no rival;
        beside a trade of the other name it is: "Denim" here and "Mills" there.
        """
        if KINDS.issuperset((*one, *other)):
            return 0.0
        return min(self.weight_of(one), self.weight_of(other))

    def weight_of(self, words: Sequence[str]) -> float:
        """Weight of words that the other name lacks."""
        return sum([word_weight(word, self.shared) for word in words])
