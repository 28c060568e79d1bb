"""Which requests are read: as many as memory was planned for; as many again wait unread, and the others are refused.

Batch Transform opens as many requests as the container was told and no more; it repeats one that fails up to three
times (InvocationsMaxRetries) and then gives up the whole file, and does not say how long it waits in between
(https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ModelClientConfig.html). So it is let wait: its requests
never see the refusal. The refusal is for an endpoint's clients, who do better to come again than to wait in a line
that is longer than one round.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from note_summarizer.serving.errors import RequestError

_RETRY_SECONDS = 5


class Admission:
    """Slots for requests; to be used within one event loop."""

    def __init__(self, slots: int, waiting: int) -> None:
        self._slots = asyncio.Semaphore(slots)
        self._most, self._here = slots + waiting, 0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold one slot; until there is one, wait: whoever waits has sent no more than fits the socket's buffers.

        Raises:
            RequestError: too many wait already.
        """
        if self._here >= self._most:
            raise RequestError(503, "The server is busy: send the request again later.", retry_after=_RETRY_SECONDS)
        self._here += 1
        try:
            async with self._slots:
                yield
        finally:
            self._here -= 1
