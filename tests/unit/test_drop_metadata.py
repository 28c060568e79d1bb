"""What a file says of itself: an older time than its drop's, and the drop that it stands for."""

from datetime import UTC, datetime

import pytest

from notes_pipeline.core.drop_metadata import STANDS_FOR, WRITTEN_AT, as_told, event_time, stands_for
from notes_pipeline.models import SourceObject

DROP = SourceObject(
    bucket="b", key="incoming/a.csv", version_id="v2", sequencer="0A", event_time="2026-03-14T09:26:53Z"
)


@pytest.mark.parametrize(
    ("told", "time", "sequencer"),
    [
        ("2019-01-02T03:04:05Z", "2019-01-02T03:04:05Z", ""),
        ("2019-01-02T03:04:05+02:00", "2019-01-02T01:04:05Z", ""),
        ("2019-01-02", "2019-01-02T00:00:00Z", ""),
        ("2031-01-01T00:00:00Z", DROP.event_time, "0A"),
        ("last Tuesday", DROP.event_time, "0A"),
        ("", DROP.event_time, "0A"),
    ],
)
def test_a_copy_is_as_old_as_its_file_and_never_younger_than_its_drop(told: str, time: str, sequencer: str) -> None:
    found = as_told(DROP, {WRITTEN_AT: told})
    assert (found.event_time, found.sequencer) == (time, sequencer)
    assert found.version_id == "v2"


def test_a_file_may_stand_for_an_earlier_drop_of_its_key() -> None:
    assert stands_for(DROP, {}) is None
    assert stands_for(DROP, {STANDS_FOR: "v1"}) == DROP.model_copy(update={"version_id": "v1"})


def test_times_are_written_as_events_write_them() -> None:
    assert event_time(datetime(2026, 3, 14, 9, 26, 53, 999, tzinfo=UTC)) == DROP.event_time
