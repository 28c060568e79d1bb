"""The certificate of an erasure: what went, where was looked for more, what was found; nobody's identifiers."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chartbrief.operate.forgetting.prove import Proof


@dataclass(frozen=True)
class Erasure:
    """When and where it was done, and what went."""

    place: str
    began: str
    ended: str
    erased: Mapping[str, int]


def certificate(erasure: Erasure, proof: Proof) -> tuple[dict[str, Any], str]:
    """Return the certificate, and the secret by which it is told whom it is about.

    Patient ids are easily guessed, so that a plain hash would name them. With the secret, which is in no file, this one
    can be made again: HMAC-SHA-256 of `<system or nothing>/<patient or note ids, sorted, joined by commas>`.
    """
    subject, salt = proof.subject, secrets.token_hex(16)
    who = f"{subject.system}/{subject.patient or ','.join(sorted(subject.notes))}"
    told: dict[str, Any] = {
        "certificate": 1,
        "place": erasure.place,
        "began": erasure.began,
        "ended": erasure.ended,
        "subject_hmac_sha256": hmac.new(salt.encode(), who.encode(), hashlib.sha256).hexdigest(),
        "erased": dict(sorted(erasure.erased.items())),
        "looked_for": {
            "hashes": len(subject.hashes() | subject.contents),
            "identifiers": len(subject.words()),
            "stretches_of_text": len(subject.samples()),
        },
        "proof": {place: asdict(seen) for place, seen in proof.seen.items()},
        "traces_found": proof.found,
    }
    body = json.dumps(told, sort_keys=True).encode()
    return told | {"sha256": hashlib.sha256(body).hexdigest()}, salt
