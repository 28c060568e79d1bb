"""Dead letters back to the queues they came from.

A letter of a queue is as it was; one of a rule whose queue could not be reached holds the event, as the queue would
have got it (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html: what went wrong is in attributes
beside it). So the bodies are sent on as they are, and nobody looks into them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notes_pipeline.aws import clients, messages
from notes_pipeline.aws.error_map import translated

_DEAD = "DeadLetterQueue"
# Ticks of the clock, and "now": one of them does what all would.
_ROUNDS = "BatchNow"
_TOGETHER = 10  # most messages of one request
# Long enough to send ten on; a letter that this process did not come to delete is offered again after it.
_HIDDEN_SECONDS = 120
_EMPTY_ANSWERS = 3  # SQS asks some of its servers at a time: one empty answer is no empty queue


@dataclass(frozen=True)
class DeadLetters:
    """A dead-letter queue and the queue it belongs to, by their URLs."""

    name: str
    dead: str
    queue: str

    def count(self) -> int:
        """Return about how many letters there are."""
        asked: Any = {"QueueUrl": self.dead, "AttributeNames": ["ApproximateNumberOfMessages"]}
        with translated("SQS GetQueueAttributes"):
            told = clients.sqs().get_queue_attributes(**asked)["Attributes"]
        return int(told["ApproximateNumberOfMessages"])

    def redrive(self, most: int) -> int:
        """Send letters back and delete them, in that order: cut off in between, one is handled twice, harmlessly.

        A letter that fails again comes back after five more failures, half an hour and more apart: not to this call.

        Returns:
            How many were sent back, `most` of them at most.
        """
        moved = empty = 0
        while moved < most and empty < _EMPTY_ANSWERS:
            letters = self._receive(min(_TOGETHER, most - moved))
            empty = 0 if letters else empty + 1
            for letter in letters:
                if self.name != _ROUNDS:
                    self._send(letter["Body"])
                elif moved == 0:
                    messages.send(self.queue, reason="redrive")
                self._delete(letter["ReceiptHandle"])
                moved += 1
        return moved

    def _receive(self, most: int) -> list[Any]:
        with translated("SQS ReceiveMessage"):
            answer: Any = clients.sqs().receive_message(
                QueueUrl=self.dead, MaxNumberOfMessages=most, VisibilityTimeout=_HIDDEN_SECONDS, WaitTimeSeconds=1
            )
        return list(answer.get("Messages", []))

    def _send(self, body: str) -> None:
        with translated("SQS SendMessage"):
            clients.sqs().send_message(QueueUrl=self.queue, MessageBody=body)

    def _delete(self, handle: str) -> None:
        with translated("SQS DeleteMessage"):
            clients.sqs().delete_message(QueueUrl=self.dead, ReceiptHandle=handle)


def dead_letter_queues(names: Mapping[str, str]) -> dict[str, DeadLetters]:
    """Return a stack's dead-letter queues by the name of what they belong to, such as `NotesUploaded`."""
    found = sorted(name.removesuffix(_DEAD) for name in names if name.endswith(_DEAD))
    return {
        name: DeadLetters(name, names[f"{name}{_DEAD}"], names[f"{name}Queue"])
        for name in found
        if f"{name}Queue" in names
    }
