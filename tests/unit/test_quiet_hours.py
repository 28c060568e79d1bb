"""Quiet hours: a span of the day, over midnight too, in UTC or where people sleep."""

from datetime import UTC, datetime

import pytest

from notes_pipeline.core.quiet_hours import read_quiet_hours


def is_quiet(text: str, hour: int, minute: int = 0, month: int = 1) -> bool:
    hours = read_quiet_hours(text)
    assert hours is not None
    return hours.holds_at(datetime(2031, month, 2, hour, minute, tzinfo=UTC))


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"), [(21, 59, False), (22, 0, True), (0, 0, True), (5, 59, True), (6, 0, False)]
)
def test_a_span_over_midnight(hour: int, minute: int, quiet: bool) -> None:
    assert is_quiet("22:00-06:00", hour, minute) is quiet


@pytest.mark.parametrize(("hour", "quiet"), [(11, False), (12, True), (13, False)])
def test_a_span_within_a_day(hour: int, quiet: bool) -> None:
    assert is_quiet("12:00-13:00", hour) is quiet


@pytest.mark.parametrize(("month", "hour"), [(1, 21), (7, 20)])
def test_a_zone_s_summer_time_counts(month: int, hour: int) -> None:
    assert is_quiet("22:00-06:00 Europe/Berlin", hour, month=month)
    assert not is_quiet("22:00-06:00 Europe/Berlin", hour - 1, 59, month=month)


def test_none_are_none() -> None:
    assert read_quiet_hours("") is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("22-6", "look like"),
        ("24:00-06:00", "hour must be"),
        ("08:00-08:00", "begin and end"),
        ("22:00-06:00 Mars/Olympus", "time zone Mars/Olympus"),
    ],
)
def test_what_is_no_span_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_quiet_hours(text)
