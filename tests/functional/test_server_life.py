"""The server as a process: from an open socket to the last answer, within bounds of memory; the engine is a toy."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.functional.served_process import ServedProcess, toy_server

LINES = {"content-type": "application/jsonlines"}
CANARY = "zanzibarquux"


def lines(*notes: str) -> bytes:
    return b"".join(json.dumps({"inputs": note}).encode() + b"\n" for note in notes)


def ask(server: ServedProcess, *notes: str) -> httpx.Response:
    return server.http.post("/invocations", content=lines(*notes), headers=LINES)


@pytest.fixture
def server() -> Iterator[ServedProcess]:
    with toy_server("payload=4", "concurrent=1") as served:
        served.wait_for_ping(200)
        yield served


def test_the_socket_is_open_before_the_model_is_loaded() -> None:
    with toy_server("load=1.5") as served:
        served.wait_for_ping(503)
        refused = ask(served, "Cough.")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert served.http.get("/execution-parameters").json()["MaxPayloadInMB"] == 6
        served.wait_for_ping(200)
        assert ask(served, "Cough.").status_code == 200


def test_a_model_that_cannot_be_loaded_ends_the_process_and_says_why() -> None:
    with toy_server("load=fail") as served:
        status, errors = served.end()
    assert status == 2
    assert errors == "The model cannot be served: model.bin is broken: package the model again.\n"


def test_a_signal_while_the_model_is_loaded_ends_the_process_at_once() -> None:
    with toy_server("load=60") as served:
        served.wait_for_ping(503)
        served.process.send_signal(signal.SIGTERM)
        assert served.end() == (0, "")


def test_a_note_that_the_engine_fails_at_costs_only_itself(server: ServedProcess) -> None:
    first, bad, last = (
        json.loads(line) for line in ask(server, "Cough.", f"explode {CANARY}", "Rash.").text.splitlines()
    )
    assert (first["summary_text"], last["summary_text"]) == ("Cough.", "Rash.")
    assert bad["error"]["code"] == "InferenceFailed"
    assert server.ping() == 200
    server.process.send_signal(signal.SIGTERM)
    status, errors = server.end()
    assert status == 0
    assert CANARY not in errors + json.dumps(bad)
    assert errors.startswith("a record failed: RuntimeError at toy_served_engine.py:")


def test_an_engine_that_died_fails_requests_and_the_ping(server: ServedProcess) -> None:
    # Had it answered with error objects, every note of the file would be given up.
    assert [ask(server, f"die {CANARY}").status_code, ask(server, "Cough.").status_code] == [503, 503]
    assert server.ping() == 503
    server.process.send_signal(signal.SIGTERM)
    status, errors = server.end()
    assert status == 0
    assert CANARY not in errors
    assert "the engine no longer answers" in errors


def test_requests_under_way_are_finished_after_the_signal_and_no_other_is_taken() -> None:
    with toy_server("note=0.3") as served, ThreadPoolExecutor(1) as pool:
        served.wait_for_ping(200)
        under_way = pool.submit(ask, served, *["Cough."] * 5)
        time.sleep(0.5)
        served.process.send_signal(signal.SIGTERM)
        time.sleep(0.4)
        assert served.ping() == 0
        assert under_way.result().text.count("Cough.") == 5
        assert served.end() == (0, "")


def test_what_does_not_finish_in_time_is_cut_off_and_told_by_the_status() -> None:
    with toy_server("note=30", "grace=1") as served, ThreadPoolExecutor(1) as pool:
        served.wait_for_ping(200)
        under_way = pool.submit(ask, served, "Cough.", "Rash.")
        time.sleep(0.5)
        asked = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        status, errors = served.end()
        assert status == 1
        assert time.monotonic() - asked < 10
        assert "timeout graceful shutdown exceeded" in errors
        assert under_way.result().status_code == 503


def test_one_request_is_answered_one_waits_and_the_next_is_refused() -> None:
    with toy_server("note=1", "concurrent=1") as served, ThreadPoolExecutor(2) as pool:
        served.wait_for_ping(200)
        taken = [pool.submit(ask, served, "Cough.") for _ in range(2)]
        time.sleep(0.5)
        refused = ask(served, "Rash.")
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert served.ping() == 200
        assert [request.result().status_code for request in taken] == [200, 200]


def test_nobody_waiting_any_more_frees_the_slot() -> None:
    with toy_server("note=1", "concurrent=1") as served:
        served.wait_for_ping(200)
        with pytest.raises(httpx.ReadTimeout):
            served.http.post("/invocations", content=lines(*["Cough."] * 50), headers=LINES, timeout=0.5)
        # Otherwise this would wait for the other 49 notes.
        asked = time.monotonic()
        assert ask(served, "Rash.").status_code == 200
        assert time.monotonic() - asked < 10


def test_memory_grows_by_the_bytes_of_body_and_answers_alone() -> None:
    def peak(count: int) -> tuple[int, int]:
        """Peak memory of a fresh server, and the bytes that went in and out."""
        with toy_server("payload=20") as served:
            served.wait_for_ping(200)
            body = lines(*(f"{number}: {'fever and cough. ' * 60}" for number in range(count)))
            answered = served.http.post("/invocations", content=body, headers=LINES)
            assert answered.text.count("summary_text") == count
            return served.peak_bytes(), len(body) + len(answered.content)

    (few, few_bytes), (many, many_bytes) = peak(1_000), peak(10_000)
    # The quarter is for buffers that grow by more than they need; 3 MB are the allocator's.
    assert many - few <= 1.25 * (many_bytes - few_bytes) + 3_000_000


def test_a_body_that_is_too_large_is_refused_unread(server: ServedProcess) -> None:
    before = server.peak_bytes()

    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b" " * 1_000_000

    with pytest.raises(httpx.HTTPError):  # noqa: PT012 - the answer, or the closed connection, whichever is first
        refused = server.http.post("/invocations", content=endless(), headers=LINES)
        assert refused.status_code == 413
        refused.raise_for_status()
    with server.http.stream("POST", "/invocations", content=b"x" * 5_000_000, headers=LINES) as answered:
        assert answered.status_code == 413
    assert server.peak_bytes() - before < 16_000_000
    assert ask(server, "Cough.").status_code == 200
