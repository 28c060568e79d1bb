"""One set of worlds for the tests of a process: building a stack takes longer than running a schedule."""

from collections.abc import Iterator

import pytest
from tests.faults.worlds import Worlds, open_worlds


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    with open_worlds() as opened:
        yield opened
