"""The states of a served model, and what is answered in each."""

import pytest
from tests.unit.serving_engines import EchoEngine

from note_summarizer.serving.errors import RequestError
from note_summarizer.serving.served_model import ModelState, ServedModel


def test_a_model_is_tried_before_it_is_ready() -> None:
    engine = EchoEngine()
    model = ServedModel(lambda: engine)
    with pytest.raises(RequestError, match="not ready \\(loading\\)"):
        model.engine()
    model.load()
    assert (model.state, engine.submitted, model.engine()) == (ModelState.READY, 1, engine)


def test_a_model_that_cannot_summarize_a_tiny_note_has_failed() -> None:
    engine = EchoEngine()
    engine.broken = True
    model = ServedModel(lambda: engine)
    model.load()
    assert (model.state, type(model.failure)) == (ModelState.FAILED, RuntimeError)


def test_an_engine_whose_workers_ended_is_broken() -> None:
    engine = EchoEngine()
    model = ServedModel.ready(engine)
    engine.alive = False
    assert model.state is ModelState.BROKEN
    with pytest.raises(RequestError) as refused:
        model.engine()
    assert refused.value.status == 503


def test_one_note_that_fails_does_not_make_the_model_broken_and_every_one_does() -> None:
    engine = EchoEngine()
    model = ServedModel.ready(engine)
    model.examine()
    assert model.state is ModelState.READY
    engine.broken = True
    with pytest.raises(RequestError, match="no longer answers"):
        model.examine()
    assert model.state is ModelState.BROKEN


def test_a_server_that_stops_still_finishes_a_request_with_a_bad_note() -> None:
    model = ServedModel.ready(EchoEngine())
    model.stop()
    model.examine()
    assert model.state is ModelState.STOPPING
    with pytest.raises(RequestError, match="stopping"):
        model.engine()


def test_stopping_is_final() -> None:
    model = ServedModel(EchoEngine)
    model.stop()
    model.load()
    assert model.state is ModelState.STOPPING
