"""Every moment of a run belongs to one step."""

import pytest

from chartbrief.time_split import Span, around_model, split_time


def test_steps_add_up_and_the_model_comes_first() -> None:
    spans = [
        Span("stage", 0, 3),
        Span("job", 4, 10),
        Span("model", 5, 9),
        Span("collect", 8, 12),
        Span("write", 12, 13),
    ]
    seconds = split_time(spans, 1, 13)
    assert seconds == {"model": 4, "collect": 3, "publish": 0, "stage": 2, "plan": 0, "job": 1, "write": 1, "idle": 1}
    assert sum(seconds.values()) == 12
    assert around_model(seconds) == pytest.approx(8 / 12)


def test_model_requests_at_once_count_once() -> None:
    assert split_time([Span("model", 0, 2), Span("model", 1, 3)], 0, 4)["model"] == 3
