"""What the command tells a person instead of a traceback.

ConsoleError
├── UsageError         the arguments cannot work (exit 2)
└── CloudFailedError   the local cloud did not start, or stopped answering (exit 1)
"""


class ConsoleError(Exception):
    """A failure with a message for the person at the console: what happened and what to do."""

    exit_code = 1


class UsageError(ConsoleError):
    """The arguments cannot work: nothing was started and nothing was written."""

    exit_code = 2


class CloudFailedError(ConsoleError):
    """The local cloud did not start, or stopped answering; the message names its log."""
