"""One environment model per handler; the template gives every variable, and nothing else reads the environment."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from notes_pipeline.core.formats.charsets import read_encoding
from notes_pipeline.core.formats.text_headers import TextHeaders, read_text_headers
from notes_pipeline.core.quiet_hours import QuietHours, read_quiet_hours
from notes_pipeline.errors import SettingsError

Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Hours = Annotated[float, Field(ge=0)]
Name = Annotated[str, Field(min_length=1)]


class Settings(BaseModel):
    """What every handler knows."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=str.upper, hide_input_in_errors=True)

    work_bucket: Name
    summaries_bucket: Name
    ledger_table: Name

    @classmethod
    def from_environment(cls, environment: dict[str, str]) -> Self:
        """Read and validate the variables.

        Raises:
            SettingsError: a variable is missing or out of range; the error names it.
        """
        try:
            return cls.model_validate(environment)
        except ValidationError as error:
            wrong = (f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors(include_input=False))
            raise SettingsError("; ".join(wrong)) from None


class NotesUploadedSettings(Settings):
    """Variables of the function that stages dropped files.

    Attributes:
        max_note_bytes: a longer note is quarantined (UTF-8 bytes).
        note_encoding: charset of files that neither say theirs nor are Unicode; "" if it is not known.
        text_headers: `patient_id=Patient ID,MRN;authored_at=Date`, lines above plain texts; "" for none.
        shard_tokens: tokens a shard aims at.
        max_wait_seconds: 0 starts a batch with every drop.
        min_notes: a backlog of so many notes starts a batch at once.
    """

    notes_bucket: Name
    notes_uploaded_queue_url: Name
    batch_now_queue_url: Name
    note_field: Name
    id_field: Name
    patient_field: Name
    max_note_bytes: Positive
    note_encoding: Annotated[str, BeforeValidator(read_encoding)]
    text_headers: Annotated[TextHeaders, BeforeValidator(read_text_headers)]
    shard_tokens: Positive
    max_wait_seconds: Count
    min_notes: Positive


class BatchDueSettings(Settings):
    """Variables of the function that starts batches.

    Attributes:
        summarizer_option: one of `core.options.OPTIONS`.
        inference_mode: whether a SageMaker model takes many notes in jobs, or all of them at its endpoint.
        model_dialect, model_id, prompt_version: `auto` for what the catalogue says of the option.
        max_output_tokens: 0 for the prompt's own limit.
        endpoint_name: empty where no endpoint is deployed.
        endpoint_max_notes: so few due notes go to the endpoint instead of a job.
        online_concurrency: requests under way at once, to an endpoint or to Bedrock.
        online_tokens_per_minute: budget of tokens read and written; 0 for none.
        bedrock_batch_min_records: a smaller job would be refused.
        bedrock_batch_role_arn: role in which Bedrock's batch jobs read and write; empty where there are none.
        kms_key_id: key that encrypts the jobs' volumes and output.
        max_notes_per_day, max_concurrent_jobs: caps; 0 for none.
        max_instance_hours_per_job, max_instance_hours_per_day: of transform jobs, as estimated; 0 for none.
        quiet_hours: `22:00-06:00`, in UTC or with a time zone behind it; "" for none.
    """

    summarizer_option: Name
    inference_mode: Literal["batch", "online"]
    model_dialect: Name
    model_id: Name
    prompt_version: Name
    max_output_tokens: Count
    endpoint_kind: Literal["sync", "async"]
    online_concurrency: Positive
    online_tokens_per_minute: Count
    bedrock_batch_min_records: Positive
    bedrock_batch_role_arn: str
    batch_now_queue_url: Name
    model_name: Name
    endpoint_name: str
    endpoint_max_notes: Count
    instance_type: Name
    instance_count: Positive
    max_notes_per_job: Positive
    min_notes: Positive
    max_wait_seconds: Count
    max_payload_mb: Positive
    max_concurrent_transforms: Positive
    transform_finished_queue_url: Name
    kms_key_id: Name
    max_notes_per_day: Count
    max_instance_hours_per_job: Hours
    max_instance_hours_per_day: Hours
    max_concurrent_jobs: Count
    quiet_hours: Annotated[QuietHours | None, BeforeValidator(read_quiet_hours)]


class TransformFinishedSettings(Settings):
    """Variables of the function that collects summaries.

    Attributes:
        max_attempts: how often a shard is given to the model before its notes are quarantined.
    """

    event_bus_name: Name
    batch_now_queue_url: Name
    transform_finished_queue_url: Name
    max_attempts: Positive


class SummariesWrittenSettings(Settings):
    """Variables of the function that makes datasets of summaries.

    Attributes:
        coding_engine: who proposes codes; `none` makes no codes and no groups.
        fhir_output: whether every summary is written as a FHIR document too.
    """

    coding_engine: Literal["lexical", "comprehend-medical", "none"]
    fhir_output: Literal["yes", "no"]
