"""Stems: one form for the forms of a word. Light, so that names which differ stay different."""

from __future__ import annotations

from functools import lru_cache

_SUFFIXES_LONGEST_FIRST = (
    "izations ization isation ational iveness ousness fulness ations ically ation ating ities ments ical "
    "ated ates ings ions ment ness able ible ally ity ing ies ied ion ate ics ive ous ers ed es er ly al ic "
    "or s e y "
)
_FEWEST = 4
# Stem: the forms that no rule brings to it.
_IRREGULAR_FORMS = """
foot: feet
tooth: teeth
man: men
woman: women
child: children
diagnos: diagnoses diagnosis
fall: fell fallen
break: broke broken
feel: felt
take: taken took
give: given gave
begin: began begun
eat: ate
drink: drank
drive: drove
go: went gone
sleep: slept
throw: threw thrown
see: saw seen
swell: swollen
wors: worse worst
die: dying died dies dead death
vomit: vomiting
breath: breathing breathes
urin: urine urinary urinate
kidney: kidneys
los: lost losing loss lose
anemia: anemic
diabet: diabetic diabetes
emes: emesis
metasta: metastases metastasis metastatic
fever: febrile fevers
bleed: bled bleeding
grow: grew grown
bite: bit bitten
hurt: hurts hurting
ovary: ovaries
biopsy: biopsies
x-ray: x-rays
"""
_BRITISH = (
    ("haem", "hem"),
    ("oesoph", "esoph"),
    ("oedema", "edema"),
    ("anaem", "anem"),
    ("paed", "ped"),
    ("tumour", "tumor"),
)

_SUFFIXES = tuple(_SUFFIXES_LONGEST_FIRST.split())
_IRREGULAR = {
    form: base
    for base, _, forms in (line.partition(": ") for line in _IRREGULAR_FORMS.split("\n"))
    for form in forms.split()
}


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of a lower-case word: its regular ending cut off, as long as four letters stay."""
    word = word.removesuffix("'s").removesuffix("'")
    for british, american in _BRITISH:
        word = word.replace(british, american)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _FEWEST:
            return _undoubled(word[: -len(suffix)]) if not word.endswith("ss") else word
    return word[:-1] if len(word) == _FEWEST and word.endswith("s") and not word.endswith("ss") else word


def _undoubled(base: str) -> str:
    return base[:-1] if len(base) > _FEWEST and base[-1] == base[-2] and base[-1] in "bdgmnprt" else base
