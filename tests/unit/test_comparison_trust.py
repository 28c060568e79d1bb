"""What the checks say of answers, how it is counted, and when a difference in it is more than chance."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.comparison_examples import DRAWS, pair

from note_summarizer.comparison.answers import Answers, NoteAnswer, answered
from note_summarizer.comparison.check_answers import Checked, check_answers, count_checks, is_undelivered, is_unread
from note_summarizer.comparison.metrics import MORE_IS_BETTER, TRUST
from note_summarizer.comparison.significance import compare_trust, mcnemar
from note_summarizer.evaluation.score_answers import total_scores
from notes_pipeline.records import Severity

NOTE = "58 yo man, chest pain for two hours. BP 168/94, HR 108. Denies fever. Aspirin 324 mg given."
TEST = [pair(NOTE, number) for number in range(1, 5)]
RIGHT, WRONG = "Chest pain for two hours, aspirin 324 mg given.", "Chest pain, aspirin 999 mg given."


def checked(*texts: str) -> Checked:
    return check_answers(TEST[: len(texts)], Answers(tuple(answered(text) for text in texts)))


def totals(*texts: str) -> dict[str, float | None]:
    scores = total_scores(count_checks(checked(*texts)), **DRAWS)
    return {key: found.mean if found else None for key, found in scores.items()}


def test_a_wrong_number_is_severe_and_a_right_answer_is_clean() -> None:
    right, wrong, missing = checked(RIGHT, WRONG, "")
    assert missing is None
    assert right
    assert (right.findings, right.rejected, right.review) == ((), False, False)
    assert wrong
    assert (wrong.rejected, wrong.review, wrong.count(Severity.SEVERE)) == (True, True, 1)
    assert [is_undelivered(c) for c in (right, wrong, missing)] == [False, True, True]
    assert [is_unread(c) for c in (right, wrong, missing)] == [True, False, False]


def test_shares_of_all_notes_count_what_failed_and_findings_do_not() -> None:
    found = totals(RIGHT, WRONG, "", RIGHT)
    assert (found["undelivered"], found["unread"]) == (50.0, 50.0)
    assert found["rejected"] == found["review"] == found["severe"] == pytest.approx(100 / 3)
    assert found["moderate"] == 0
    assert found["risk"] == pytest.approx(1 / 3)


def test_evidence_is_of_the_models_own_words_even_where_they_are_rejected() -> None:
    # An extract of the note would have all of it.
    (invented,) = checked("Myasthenia gravis, thymectomy performed.")
    assert invented
    assert invented.rejected
    assert (invented.clauses, invented.held) == (2, 0)
    assert totals(RIGHT)["evidence"] == 100.0


def test_a_system_that_never_answers_has_nothing_to_find_and_delivers_nothing() -> None:
    found = totals("", "")
    assert (found["undelivered"], found["unread"]) == (100.0, 0.0)
    assert {found[key] for key in ("rejected", "severe", "risk", "evidence")} == {None}


def test_every_figure_is_explained() -> None:
    assert list(count_checks(checked(RIGHT))) == [metric.key for metric in TRUST]
    assert {metric.key for metric in TRUST}.issuperset(MORE_IS_BETTER)
    assert all(metric.definition.endswith(".") for metric in TRUST)


def test_mcnemar_is_the_exact_test() -> None:
    # Eight notes on which only b fails, one on which only a does: twice the tail of a fair coin thrown nine times.
    found = mcnemar([True] + [False] * 8 + [True] * 3, [False] + [True] * 8 + [True] * 3)
    assert (found.a, found.b, found.only_a, found.only_b) == (4, 11, 1, 8)
    assert found.p_value == pytest.approx(2 * (comb(9, 0) + comb(9, 1)) / 2**9)
    assert found.is_certain


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_mcnemar_looks_both_ways_alike(pairs: list[tuple[bool, bool]]) -> None:
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    one, other = mcnemar(a, b), mcnemar(b, a)
    assert 0 < one.p_value == other.p_value <= 1
    assert mcnemar(a, a).p_value == 1


def test_few_notes_and_small_differences_may_be_chance() -> None:
    a, b = checked(RIGHT, RIGHT, RIGHT, RIGHT), checked(WRONG, WRONG, WRONG, WRONG)
    found = compare_trust("a", a, "b", b, **DRAWS)
    assert (found.result, found.undelivered.p_value) == ("chance", 0.125)
    assert "may be chance" in found.verdict
    assert "4 notes cannot tell" in found.verdict


def test_a_difference_that_is_no_chance_says_who_is_safer() -> None:
    a, b = checked(RIGHT) * 9, checked(WRONG) * 9
    better, worse = compare_trust("a", a, "b", b, **DRAWS), compare_trust("b", b, "a", a, **DRAWS)
    assert (better.result, worse.result) == ("better", "worse")
    for found in (better, worse):
        assert found.verdict.startswith("a is rejected or fails less often than b (not delivered: ")
    assert "a 0 of 9, b 9" in better.verdict
    assert better.severe_verdict.startswith("a has 1.00 fewer severe findings a note than b")
    assert worse.severe_verdict.startswith("b has 1.00 more severe findings a note than a")


def test_severe_findings_are_compared_where_both_answered() -> None:
    a, b = checked("", "", RIGHT, RIGHT), checked(WRONG, WRONG, RIGHT, "")
    found = compare_trust("a", a, "b", b, **DRAWS)
    assert found.severe is not None
    assert (found.severe.notes, found.severe.difference) == (1, 0)
    assert found.severe_verdict == ""
    assert compare_trust("a", checked(""), "b", b[:1], **DRAWS).severe is None


def test_the_same_failures_are_no_difference() -> None:
    answers = check_answers(TEST, Answers(tuple(NoteAnswer(failure="Refused") for _ in TEST)))
    found = compare_trust("a", answers, "b", answers, **DRAWS)
    assert found.verdict == "a and b are rejected or fail on the same notes, 4 of 4"
