"""How many messages lie in the template's queues."""

from __future__ import annotations

from chartbrief.local_cloud.resources import ClientFactory, Resources

_COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
_DEAD = "DeadLetterQueue"


class MessageCounts:
    """Counts of the messages that wait, or were given out and are not done with."""

    def __init__(self, resources: Resources, session: ClientFactory) -> None:
        self._resources, self._session = resources, session

    def count(self, queue: str) -> int:
        """Return a queue's messages, by its logical id."""
        url = self._resources.attribute(queue, "Ref")
        answer = self._session.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=_COUNTS)
        return sum(int(count) for count in answer["Attributes"].values())

    def waiting(self) -> bool:
        """Say whether a message lies in any queue but the dead-letter ones."""
        return any(self.count(name) for name in self._queues() if not name.endswith(_DEAD))

    def dead(self) -> dict[str, int]:
        """Return the messages of each dead-letter queue, by its logical id."""
        return {name: self.count(name) for name in self._queues() if name.endswith(_DEAD)}

    def _queues(self) -> list[str]:
        return self._resources.of_type("AWS::SQS::Queue")
