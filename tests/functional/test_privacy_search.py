"""The search for marks finds each in every form in which it could come out: else finding none would mean nothing."""

import base64
import gzip
import json
from collections.abc import Callable

import pytest
from tests.functional.canaries import Canaries, percent_encoded

FORMS: dict[str, Callable[[str], str | bytes]] = {
    "plain": lambda text: text,
    "upper case": str.upper,
    "capital": str.capitalize,
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64, one byte on": lambda text: base64.b64encode(b"x" + text.encode()),
    "base64, two bytes on": lambda text: base64.b64encode(b"xy" + text.encode()),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(f"\xfb\xff{text}\xff".encode()),
    "hex": lambda text: text.encode().hex(),
    "upper hex": lambda text: text.encode().hex().upper(),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16, big end first": lambda text: text.encode("utf-16-be"),
    "in a URL": percent_encoded,
    "escaped in JSON": lambda text: "".join(f"\\u{ord(letter):04x}" for letter in text),
    "escaped in JSON in JSON": lambda text: json.dumps("".join(f"\\u{ord(letter):04x}" for letter in text)),
    "gzip": lambda text: b"before" + gzip.compress(text.encode()) + b"behind",
    "second gzip": lambda text: gzip.compress(b"other") + gzip.compress(text.encode()),
    "utf-16 in gzip": lambda text: gzip.compress(text.encode("utf-16")),
    "bytes as Python shows them": lambda text: repr(text.encode()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", [("", ""), ("Fever, ", " since Monday"), ("a", "b")], ids=["alone", "apart", "amid"])
def test_a_mark_is_found_in_every_form_and_told_from_the_others(form: str, around: tuple[str, str]) -> None:
    canaries = Canaries()
    for place in ("note", "patient", "file"):
        canaries.mark(place)
    written = FORMS[form](canaries.mark("patient").join(around))
    assert canaries.found_in(written) == {"patient"}


def test_marks_differ_and_nothing_holds_them_by_chance() -> None:
    canaries = Canaries()
    assert len({canaries.mark(f"note-{number}") for number in range(1000)}) == 1000
    assert canaries.found_in("Fever and cough since Monday. " * 1000) == set()
