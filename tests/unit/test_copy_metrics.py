"""The copy metrics: what counts as a number, an entity, a match."""

from note_summarizer.demo.copy_metrics import CopyScores, rouge1, score_copies
from note_summarizer.synthetic.write_note import NotePair


def score(note: str, summary: str, answer: str, *entities: str) -> CopyScores:
    items = tuple(summary.rstrip(".").split(", "))
    return score_copies([NotePair("ed", note, summary, items, entities)], [answer])


def test_a_perfect_answer_scores_100_everywhere() -> None:
    scores = score("note with BP 120 over 80", "Chest pain, BP 120/80.", "chest pain, bp 120/80.", "chest pain")
    assert (scores.rouge1, scores.number_recall, scores.entity_recall, scores.exact) == (100, 100, 100, 100)
    assert (scores.item_recall, scores.item_precision, scores.number_precision) == (100, 100, 100)


def test_an_invented_number_costs_precision_and_a_missing_one_recall() -> None:
    scores = score("HR 88", "HR 88.", "HR 90.")
    assert (scores.number_precision, scores.number_recall) == (0, 0)


def test_part_of_an_entity_is_not_the_entity() -> None:
    assert score("left knee pain", "Left knee pain.", "Knee pain.", "left knee pain").entity_recall == 0


def test_an_entity_counts_also_where_the_items_wording_does_not() -> None:
    scores = score("Hx gout", "History of gout.", "Gout.", "gout")
    assert (scores.entity_recall, scores.item_recall) == (100, 0)


def test_rouge1_is_the_f_measure_over_words() -> None:
    assert rouge1("a b c d", "a b x") == 2 * 2 / 7
    assert rouge1("a", "b") == 0
