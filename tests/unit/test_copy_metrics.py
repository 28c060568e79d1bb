"""The copy metrics: what counts as a number, an entity, a match."""

from note_summarizer.demo.copy_metrics import rouge1, score_copies


def test_a_perfect_answer_scores_100_everywhere() -> None:
    scores = score_copies(
        ["note with BP 120 over 80"],
        ["Chest pain, BP 120/80."],
        [["chest pain", "BP 120/80"]],
        ["chest pain, bp 120/80."],
    )
    assert (scores.rouge1, scores.number_recall, scores.entity_recall, scores.exact) == (100, 100, 100, 100)


def test_an_invented_number_costs_precision_and_a_missing_one_recall() -> None:
    scores = score_copies(["HR 88"], ["HR 88."], [["HR 88"]], ["HR 90."])
    assert (scores.number_precision, scores.number_recall) == (0, 0)


def test_part_of_an_entity_is_not_the_entity() -> None:
    scores = score_copies(["left knee pain"], ["Left knee pain."], [["left knee pain"]], ["Knee pain."])
    assert scores.entity_recall == 0


def test_rouge1_is_the_f_measure_over_words() -> None:
    assert rouge1("a b c d", "a b x") == 2 * 2 / 7
    assert rouge1("a", "b") == 0
