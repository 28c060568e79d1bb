"""Drawing entities for the slots of phrase templates: from the lexicons, from ICD-10-CM, or made up on the spot.

Made-up entities (training only) are what forces the model to copy: syllables that spell no word, and words of real
entities in new company, cannot be recalled, only read off the note.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from note_summarizer.synthetic.lexicons import entities, icd_titles
from note_summarizer.synthetic.partition import Split

_ONSETS = (
    "b",
    "br",
    "c",
    "cl",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "z",
    "",
)
_NUCLEI = ("a", "e", "i", "o", "u", "ia", "eo", "ou", "y")
_CODAS = ("", "", "", "l", "m", "n", "r", "s", "x", "st", "nd", "ph")
_ENDINGS = (
    "itis",
    "osis",
    "emia",
    "ine",
    "ol",
    "pril",
    "mab",
    "oma",
    "algia",
    "ectomy",
    "ed",
    "ing",
    "ic",
    "al",
    "",
    "",
    "",
)
_DOSES = ("mg", "mg", "mg", "mcg", "g", "mL", "units")
_ROUTES = ("", "", " IV", " PO", " IM", " subcutaneous", " by mouth", " inhaled", " SQ")
_FREQUENCIES = (
    "",
    "",
    "",
    " daily",
    " twice daily",
    " BID",
    " TID",
    " every 8 hours",
    " q6h",
    " PRN",
    " at bedtime",
    " once",
)
_NUMBERED_ODDS = 0.55


@dataclass(frozen=True)
class EntityDraw:
    """Draws entities of one split with one random generator."""

    rng: Random
    split: Split
    made_up_odds: float = 0.0

    def one(self, lexicon: str, icd_odds: float = 0.0) -> str:
        """Draw one entity of a lexicon, or with the odds given an ICD-10-CM title instead."""
        if self.rng.random() < self.made_up_odds:
            return self._made_up(lexicon)
        pool = icd_titles(self.split) if self.rng.random() < icd_odds else entities(lexicon, self.split)
        return self.numbered(self.rng.choice(pool))

    def several(self, lexicon: str, most: int = 3, icd_odds: float = 0.0) -> list[str]:
        """Draw one to `most` different entities; one is the commonest."""
        count = self.rng.choice([n for n in (1, 1, 1, 2, 2, 3, 4) if n <= most])
        return list(dict.fromkeys(self.one(lexicon, icd_odds) for _ in range(count)))

    def drug(self) -> str:
        """Draw a drug, often with dose, route and frequency."""
        name = self.one("drugs")
        if self.rng.random() > _NUMBERED_ODDS or "{" in name:
            return name
        amount = self.rng.choice(
            (
                str(self.rng.randint(1, 99)),
                str(5 * self.rng.randint(1, 200)),
                f"{self.rng.uniform(0.1, 9.9):.1f}",
            )
        )
        return f"{name} {amount} {self.rng.choice(_DOSES)}{self.rng.choice(_ROUTES)}{self.rng.choice(_FREQUENCIES)}"

    def numbered(self, text: str) -> str:
        """Fill every `{n}` with a number of its own."""
        while "{n}" in text:
            text = text.replace("{n}", str(self.rng.choice((self.rng.randint(1, 12), self.rng.randint(10, 99)))), 1)
        return text

    def _made_up(self, lexicon: str) -> str:
        if self.rng.random() < 0.4:
            return " ".join(self._word() for _ in range(self.rng.choice((1, 1, 2, 3))))
        words = [word for _ in range(3) for word in self.rng.choice(entities(lexicon, self.split)).split()]
        self.rng.shuffle(words)
        chosen = words[: self.rng.choice((1, 2, 3, 4, 5))]
        if self.rng.random() < 0.4:
            chosen[self.rng.randrange(len(chosen))] = self._word()
        return self.numbered(" ".join(chosen).replace(";", ""))

    def _word(self) -> str:
        syllables = (self._syllable() for _ in range(self.rng.choice((1, 2, 2, 3))))
        return "".join(syllables) + self.rng.choice(_ENDINGS)

    def _syllable(self) -> str:
        return self.rng.choice(_ONSETS) + self.rng.choice(_NUCLEI) + self.rng.choice(_CODAS)
