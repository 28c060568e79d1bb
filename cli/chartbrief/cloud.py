"""What a run needs of a cloud, and the parameters it gives to the local one: all of them, in one place."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chartbrief.errors import UsageError
from chartbrief.time_split import Span
from notes_pipeline.core.formats.charsets import read_encoding
from notes_pipeline.core.formats.text_headers import read_text_headers

if TYPE_CHECKING:
    from chartbrief.options import LocalOption

CHECKOUT = Path(__file__).resolve().parents[2]
DEFAULT_TEMPLATE = CHECKOUT / "template.yaml"
DEFAULT_MODEL = CHECKOUT / "model_build" / "demo_model" / "served"
# As template.yaml's NoteField, IdField and PatientField have it.
FIELD_NAME = re.compile("[^,;]{1,64}")


class ClientFactory(Protocol):
    """The one method of a boto3 session that is used."""

    def client(self, service_name: str, /) -> Any:
        """A boto3 client that talks to this cloud."""


class Cloud(Protocol):
    """A running stack of template.yaml."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """Logical id → physical name (buckets, table) or URL (queues)."""

    def session(self) -> ClientFactory:
        """Clients for the stack's services."""

    def idle(self) -> bool:
        """No message waits or is in flight, no handler runs, no transform job is in progress."""

    def dead_letters(self) -> Mapping[str, int]:
        """Messages in each dead-letter queue, by its logical id."""

    def unreported_drops(self) -> Sequence[Mapping[str, Any]]:
        """What was dropped since the last `mark_reported`, in order: `key`, `version_id`, `size` and `md5` of each."""

    def mark_reported(self) -> None:
        """Note that a person was told what became of everything that was dropped so far."""

    def drops_waiting(self) -> int:
        """Messages that wait for the function that stages what was dropped, or are with it."""

    def object_rows(self) -> Sequence[Mapping[str, Any]]:
        """The ledger's rows of every dropped object, in DynamoDB's types: its own, and its receipts'."""

    def copy_summaries(self, folder: Path) -> None:
        """Write every object of the summaries bucket under a folder, key for path."""

    def spans(self) -> list[Span]:
        """What the model, the jobs and the functions did so far, and when."""


# From a template, an option, the folders for state and for logs, and values for the template's parameters.
CloudFactory = Callable[[Path, "LocalOption", Path, Path, Mapping[str, str]], AbstractContextManager[Cloud]]


@dataclass(frozen=True)
class FieldNames:
    """What the note, its id and its patient are called in files, and what else is to be known of them.

    Attributes:
        headers, encoding: as template.yaml's TextHeaders and NoteEncoding have them.

    Raises:
        UsageError: A name is empty, too long, or has a comma or semicolon; headers or charset are none.
    """

    note: str = "note"
    id: str = "note_id"
    patient: str = "patient_id"
    headers: str = ""
    encoding: str = ""

    def __post_init__(self) -> None:
        for name in (self.note, self.id, self.patient):
            if not FIELD_NAME.fullmatch(name):
                raise UsageError(f'"{name}" cannot be a field\'s name: 1 to 64 characters, no comma, no semicolon.')
        try:
            read_text_headers(self.headers)
            read_encoding(self.encoding)
        except ValueError as error:
            raise UsageError(f"{error}.") from None


def local_parameters(fields: FieldNames, own: Mapping[str, str] | None = None, *, fhir: bool = False) -> dict[str, str]:
    """Values for template.yaml's parameters under which a drop starts at once instead of waiting for company.

    Args:
        own: the option's.
    """
    return {
        "ModelName": "chartbrief-demo",
        "EndpointName": "local-endpoint",
        # Small, so that a drop of files goes through a Batch Transform job and only urgent notes through the endpoint.
        "EndpointMaxNotes": "4",
        "MaxWaitSeconds": "0",
        # What the schedule makes up for (a throttled job, a lost event) should not hold a person up for long.
        "ScheduleExpression": "rate(1 minute)",
        "NoteField": fields.note,
        "IdField": fields.id,
        "PatientField": fields.patient,
        "TextHeaders": fields.headers,
        "NoteEncoding": fields.encoding,
        "FhirOutput": "yes" if fhir else "no",
        **(own or {}),
    }
