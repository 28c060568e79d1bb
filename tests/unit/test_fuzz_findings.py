"""What `make fuzz` found, in small: each broke a promise once."""

import pytest
from tests.fuzz.checks import examine

_NESTED = (
    '<Bundle xmlns="http://hl7.org/fhir"><entry><resource><resource><Binary value="x"/></resource></resource></entry>'
)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.xml", f"{_NESTED}</Bundle>".encode()),
        ("c.hl7", b"MSH#@%#A#B#C#D\x00|\x009\x008\x000\x000"),
        (
            "a.hl7",
            b"MSH|^~\\&|A||||2031||ORU^R01|7|P|2.5\rOBR|1|x||11506-3^Note^LN\rOBX|1|ED|||Slept, and ate.||||||F\r",
        ),
        ("a.txt", "\ufeff \ufeff \ufeff".encode()),
    ],
)
def test_what_was_found_is_a_note_or_a_reject_now(name: str, body: bytes) -> None:
    assert examine(name, body, twice=True).violations == []
