"""A message's segments → what each of its reports and documents consists of, and whose they are.

ORU and kin have a report for each OBR; MDM and kin a document for each TXA. A patient (PID) and a visit (PV1) are those
of all that follows, up to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from notes_pipeline.core.formats.hl7.segments import Segment


@dataclass
class Observation:
    """An OBX, and the comments (NTE) below it."""

    segment: Segment
    comments: list[Segment] = field(default_factory=list)


@dataclass
class Group:
    """A report or a document.

    Attributes:
        message: the MSH.
        segments: the PID, PV1, EVN, ORC, OBR and TXA that it has, by name.
        comments: NTE before its first observation.
    """

    message: Segment
    segments: dict[str, Segment]
    comments: list[Segment] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)

    def value(self, name: str, number: int, component: int = 1) -> str:
        """Return a component of a field of one of its segments, "" if there is none."""
        found = self.message if name == "MSH" else self.segments.get(name)
        return found.value(number, component) if found else ""


_KEPT = {
    "EVN": ("EVN", "PID", "PV1", "ORC", "OBR", "TXA"),
    "PID": ("PID", "PV1", "ORC", "OBR", "TXA"),
    "PV1": ("PV1",),
    "ORC": ("ORC",),
    "OBR": ("OBR", "TXA"),
    "TXA": ("TXA",),
}


def reports(segments: Sequence[Segment]) -> list[Group]:
    """Return a group for each OBR, and one for observations that stand before any, if there are."""
    return _groups(segments, "OBR")


def documents(segments: Sequence[Segment]) -> list[Group]:
    """Return a group for each TXA; the whole message, if it has none or one."""
    found = _groups(segments, "TXA")
    if len(found) == 2 and "TXA" not in found[0].segments:
        first, second = found  # what stands before the only TXA is its own
        second.comments, second.observations = [], first.observations + second.observations
        return [second]
    return found


def _groups(segments: Sequence[Segment], begins: str) -> list[Group]:
    """Return the groups that a segment begins; the patient's own comments, before the first, belong to none."""
    current: dict[str, Segment] = {}
    found: list[Group] = []
    group: Group | None = None
    for segment in segments[1:]:
        if segment.name in _KEPT:
            for name in _KEPT[segment.name]:
                current.pop(name, None)
            current[segment.name] = segment
        if segment.name == begins or (segment.name == "OBX" and not group):
            group = Group(segments[0], dict(current))
            found.append(group)
        if segment.name == "PID":
            group = None
        elif group:
            _add(group, segment)
    return found


def _add(group: Group, segment: Segment) -> None:
    if segment.name == "OBX":
        group.observations.append(Observation(segment))
    elif segment.name == "NTE":
        (group.observations[-1].comments if group.observations else group.comments).append(segment)
