"""The surface of a sentence: slots, lists, words around it, hesitations, typing errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from note_summarizer.synthetic.lexicons import entities, read_lines

_SLOT = re.compile(r"\{(\w+)\}")
_ALTERNATIVES = re.compile(r"\(([^()]*\|[^()]*)\)")
_MEN = ("male", "man", "gentleman", "M", "male patient")
_WOMEN = ("female", "woman", "lady", "F", "female patient")
_SUBJECTS = ("He", "She", "Patient", "The patient", "Pt", "They", "Mr. {}", "Mrs. {}", "Ms. {}")
_INITIALS = "ABCDEFGHJKLMNPRSTW"
_TYPO_ODDS = 0.03
_MISTYPED_SENTENCE_ODDS = 0.08
_HESITATION_ODDS = 0.12
_OPENER_ODDS, _CLOSER_ODDS = 0.12, 0.08


def join_list(
    texts: Sequence[str], rng: Random, conjunctions: Sequence[str] = (" and ", " and ", ", ", ", and ")
) -> str:
    """Join entities the way a note would: commas, with or without a closing conjunction."""
    if len(texts) == 1:
        return texts[0]
    comma = rng.choice((", ", ", ", ", ", "; ", " / "))
    last = rng.choice(conjunctions)
    return comma.join(texts[:-1]) + (last if comma == ", " else comma) + texts[-1]


def fill(text: str, slots: dict[str, str], rng: Random) -> str:
    """Fill the slots of a text; those that `slots` lacks are context, and drawn."""
    return _SLOT.sub(lambda match: slots.get(match[1]) or _context(match[1], rng), text)


def write_sentence(template: str, slots: dict[str, str], rng: Random, style: str) -> str:
    """Write a template out as a hurried writer does: words around it, hesitations or typing errors in its own words."""
    template = _choose(template, rng)
    if style in ("prose", "dictated"):
        template = _surround(template, rng)
    if style == "dictated":
        template = _hesitate(template, rng)
    elif rng.random() < _MISTYPED_SENTENCE_ODDS:
        template = _mistype(template, rng)
    return fill(template, slots, rng)


def _surround(template: str, rng: Random) -> str:
    if rng.random() < _OPENER_ODDS:
        lowered = template[:1].lower() + template[1:] if template[1:2].islower() else template
        template = f"{rng.choice(read_lines('phrases', 'openers'))} {lowered}"
    if rng.random() < _CLOSER_ODDS and template.endswith("."):
        closer = rng.choice(read_lines("phrases", "closers"))
        template = f"{template[:-1]}{'' if closer.startswith(',') else ' '}{closer}."
    return template


def _choose(template: str, rng: Random) -> str:
    while _ALTERNATIVES.search(template):
        template = _ALTERNATIVES.sub(lambda match: rng.choice(match[1].split("|")), template, count=1)
    return " ".join(template.split()).replace(" .", ".").replace(" ,", ",")


def _hesitate(template: str, rng: Random) -> str:
    fillers, words = read_lines("phrases", "hesitations"), template.split(" ")
    odds = _HESITATION_ODDS if rng.random() < 0.6 else 0.0
    return " ".join(
        f"{rng.choice(fillers)} {word}" if i and rng.random() < odds else word for i, word in enumerate(words)
    )


def _mistype(template: str, rng: Random) -> str:
    return " ".join(_mistype_word(word, rng) if rng.random() < _TYPO_ODDS * 3 else word for word in template.split(" "))


def _mistype_word(word: str, rng: Random) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))


def _context(slot: str, rng: Random) -> str:
    if slot == "age":
        return str(rng.randint(1, 99))
    if slot == "n":
        return str(rng.randint(1, 14))
    if slot == "sex":
        return rng.choice(_MEN + _WOMEN + ("boy", "girl"))
    if slot == "subj":
        return rng.choice(_SUBJECTS).format(rng.choice(_INITIALS))
    if slot == "time":
        return _time(rng)
    lexicon = {"activity": "activities", "study": "studies", "consult": "consults"}[slot]
    return rng.choice(entities(lexicon, "train"))


def _time(rng: Random) -> str:
    span = rng.choice(("hours", "days", "weeks", "months", "minutes"))
    number = rng.choice((str(rng.randint(2, 30)), "two", "three", "four", "several", "a few"))
    fixed = (
        "yesterday",
        "since yesterday",
        "this morning",
        "last night",
        "overnight",
        "earlier today",
        "over the weekend",
    )
    return rng.choice(
        (*fixed, f"{number} {span} ago", f"{number} {span} prior to arrival", f"for the past {number} {span}")
    )
