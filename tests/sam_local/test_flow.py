"""The samples go through all four functions in their containers, and come out as they do from `chartbrief run`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

import pytest
from tests.functional.books import books
from tests.sam_local.conftest import SamCloud
from tests.sam_local.samples_run import drop_samples, objects, settle, summaries

from chartbrief.cloud import DEFAULT_TEMPLATE, FieldNames, local_parameters
from chartbrief.local_cloud import LocalCloud
from chartbrief.options import local_option
from notes_pipeline.core.parquet import from_parquet


@pytest.fixture(scope="module")
def before(sam: SamCloud) -> Counter[str]:
    """What other tests have left in the books."""
    return books(sam.cloud)


@pytest.fixture(scope="module")
def finished(sam: SamCloud, before: Counter[str]) -> LocalCloud:
    drop_samples(sam.cloud)
    settle(sam.cloud)
    return sam.cloud


@pytest.fixture(scope="module")
def by_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The same drop with the sources in workers, as `chartbrief run` runs them."""
    folder = tmp_path_factory.mktemp("workers")
    with LocalCloud(DEFAULT_TEMPLATE, local_option(), folder, local_parameters(FieldNames())) as cloud:
        drop_samples(cloud)
        settle(cloud)
        yield cloud


def test_the_books_close_with_exactly_the_two_bad_records(before: Counter[str], finished: LocalCloud) -> None:
    assert books(finished) - before == {"summarized": 66, "quarantined": 2}
    assert set(finished.dead_letters().values()) == {0}


def test_every_function_took_part(sam: SamCloud, finished: LocalCloud) -> None:
    assert all(runtime.invocations for runtime in sam.functions.values())
    assert {span.step for span in finished.spans()} >= {"stage", "plan", "collect", "publish"}


def test_containers_write_the_summaries_that_workers_write(finished: LocalCloud, by_workers: LocalCloud) -> None:
    written = summaries(finished)
    assert len(written) == 66
    assert written == summaries(by_workers)


def test_the_layer_writes_tables_that_others_read(finished: LocalCloud) -> None:
    rows = [row for body in objects(finished, "SummariesBucket", "table/").values() for row in from_parquet(body)]
    told = {json.loads(body)["note_id"] for body in objects(finished, "SummariesBucket", "by_note/").values()}
    assert (len(rows), {row["note_id"] for row in rows}) == (66, told)
    assert objects(finished, "SummariesBucket", "codes/")
    assert objects(finished, "SummariesBucket", "groups/current/")


def test_no_log_of_a_container_holds_a_note(sam: SamCloud, finished: LocalCloud) -> None:
    log = sam.service.log.read_text("utf-8")
    assert "batch collected" in log or "file staged" in log
    told = [json.loads(body)["summary"] for body in objects(finished, "SummariesBucket", "by_note/").values()]
    assert [summary for summary in told if summary.splitlines()[0] in log] == []
