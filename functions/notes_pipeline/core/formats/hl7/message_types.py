"""Kinds of messages (MSH-9, HL7 tables 0076 and 0003), as ignored ones are counted: from a closed list, and no word of
a file's own.
"""

from __future__ import annotations

import re

from notes_pipeline.core.formats.hl7.segments import Segment

OTHER = "other"
_TYPES = frozenset(
    """
    ACK ADR ADT BAR BPS BRP BRT BTS CCF CCI CCM CCQ CCR CCU CQU CRM CSU DBC DBU DEL DEO DER DET DFT DOC DPR DRC DRG DSR
    EAC EAN EAR EDR EHC EQQ ERP ESR ESU INR INU LSR LSU MCF MDM MFD MFK MFN MFQ MFR NMD NMQ NMR OMB OMD OMG OMI OML OMN
    OMP OMQ OMS OPL OPR OPU ORA ORB ORD ORF ORG ORI ORL ORM ORN ORP ORR ORS ORU ORX OSM OSQ OSR OSU OUL PEX PGL PIN PMU
    PPG PPP PPR PPT PPV PRR PTR QBP QCK QCN QRY QSB QSX QVR RAR RAS RCI RCL RDE RDR RDS RDY REF RER RGR RGV ROR RPA RPI
    RPL RPR RQA RQC RQI RQP RQQ RRA RRD RRE RRG RRI RSP RTB SCN SDN SDR SIU SLN SLR SMD SQM SQR SRM SRR SSR SSU STC STI
    SUR TBR TCR TCU UDM VQQ VXQ VXR VXU VXX
    """.split()  # noqa: SIM905 - a table, and no list to be read word by word
)
_TRIGGER = re.compile(r"[A-Z][0-9][0-9A-Z]|Z[0-9A-Z]{2}")
# Of observations: each OBR is a report if it has narrative. Of documents: each TXA is one.
REPORTS = frozenset({"ORU", "ORF", "OUL", "OPU", "REF", "RRI"})
DOCUMENTS = frozenset({"MDM", "DOC"})


def message_type(header: Segment, event: Segment | None) -> tuple[str, str]:
    """Return type and trigger event of a message; ("", "") if it is none that HL7 has."""
    kind, trigger = header.value(9).upper(), header.value(9, 2).upper()
    if kind[3:4] == "_":  # ORU_R01, as structures are called
        kind, trigger = kind[:3], trigger or kind[4:7]
    trigger = trigger or (event.value(1).upper() if event else "")
    if kind not in _TYPES:
        return "", ""
    return kind, trigger if _TRIGGER.fullmatch(trigger) else ""


def kind_of_message(kind: str, trigger: str) -> str:
    """Return how an ignored message is counted: `ADT^A01`."""
    return "^".join(filter(None, (kind, trigger))) or OTHER
