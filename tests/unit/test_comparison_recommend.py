"""The recommendation says what the numbers say: who leads, what may be chance, what is a trade-off."""

from collections.abc import Mapping

from tests.unit.comparison_examples import candidate

from note_summarizer.comparison.candidate import Candidate, Judges, Recommendation
from note_summarizer.comparison.effort import before_change, change_for, effort_of
from note_summarizer.comparison.recommend import recommend
from note_summarizer.comparison.systems import parse_systems
from note_summarizer.evaluation.bootstrap import PairedComparison
from notes_pipeline.core.options import OPTIONS

WIDE, SURE = 3.0, 3  # points of ROUGE-1, and answers, by which two have to differ to be told apart


def advise(*candidates: Candidate, notes: int = 50) -> Recommendation:
    known: Mapping[str, Candidate] = {c.name: c for c in candidates}

    def quality(a: str, b: str) -> PairedComparison:
        apart = known[a].quality.mean - known[b].quality.mean
        return PairedComparison(apart, apart - WIDE, apart + WIDE, 0.01, apart > WIDE, notes)

    def is_less_trusted(a: str, b: str) -> bool:
        return known[a].undelivered - known[b].undelivered > SURE

    return recommend(candidates, notes, Judges(quality, is_less_trusted))


def test_one_that_leads_in_everything_is_recommended() -> None:
    found = advise(candidate("a", 50, 1), candidate("b", 40, 9, cost=5.0))
    assert found.choice == "a: the only one that no other is certain to beat, in wording or in trust."
    assert found.findings[0] == "Best wording: a, ROUGE-1 50.0."
    assert found.findings[1] == "Most trusted: a, 1 of 50 answers rejected or missing."
    assert found.changes == (("a", "SummarizerOption=a", ""), ("b", "SummarizerOption=b", ""))


def test_what_is_cheaper_but_beaten_is_told() -> None:
    found = advise(candidate("a", 50, 1), candidate("b", 40, 9, cost=0.1))
    assert "Cheaper, but beaten in one of them: b." in found.choice


def test_a_trade_off_is_called_one() -> None:
    found = advise(candidate("wordy", 50, 9), candidate("safe", 40, 1))
    assert found.choice.startswith("A trade-off: wordy words its summaries more like the references, safe is rejected")


def test_of_level_ones_the_cheapest_and_chance_is_named() -> None:
    found = advise(candidate("a", 41, 2), candidate("b", 40, 1, cost=0.2), candidate("c", 20, 30, cost=0.1))
    assert (
        found.choice == "b: none is certain to beat a and b, in wording or in trust, and of these it is the cheapest."
    )
    assert "b (40.0) may be as good: the difference may be chance." in found.findings[0]
    assert "a (2) may be as safe: the difference may be chance." in found.findings[1]


def test_an_unknown_cost_decides_nothing() -> None:
    found = advise(candidate("a", 41), candidate("b", 40, cost=None))
    assert found.choice.startswith("No single one: none is certain to beat a and b")
    assert "Not known: b." in " ".join(found.findings)
    assert "Cheapest: cannot be said" in " ".join(advise(candidate("a", cost=None), candidate("b", cost=None)).findings)


def test_five_notes_recommend_nothing() -> None:
    assert "5 notes cannot tell" in advise(candidate("a", 90), candidate("b", 10), notes=5).choice
    assert any("Fewer than 30 notes" in said for said in advise(candidate("a"), candidate("b"), notes=20).cautions)


def test_floors_are_compared_with_and_never_recommended() -> None:
    floor = candidate("lead-3", 48, 0, is_floor=True, cost=0.0, change="")
    found = advise(candidate("a", 49, 5), candidate("b", 20, 9), floor)
    assert "a is not certain to beat lead-3 (48.0), which needs no model" in " ".join(found.findings)
    assert "lead-3" not in found.choice
    assert [name for name, _, _ in found.changes] == ["a", "b"]
    assert "nothing else that could be deployed" in advise(candidate("a", 60), floor).choice


def test_speed_that_was_measured_otherwise_is_told_to_be() -> None:
    found = advise(candidate("a", notes_per_second=80.0, measured="model"), candidate("b", notes_per_second=None))
    assert "Fastest: a, 80.0 notes a second." in found.findings
    unlike = advise(candidate("a", notes_per_second=80.0, measured="model"), candidate("b"))
    assert "Fastest: a, 80.0 notes a second; b (2.0). They were not measured alike: see the page." in unlike.findings


def test_failures_and_soft_prices_are_cautions() -> None:
    said = " ".join(advise(candidate("a", failed=9, cost_is_firm=False), candidate("b")).cautions)
    assert "a gave no answer to 9 of 50 notes; they count as empty summaries." in said
    assert "Costs of a rest on prices that are unconfirmed or incomplete" in said


def test_the_change_is_the_templates_parameters() -> None:
    bedrock, endpoint, ours, unnamed, floor = parse_systems(
        [
            "bedrock:amazon.nova-lite-v1:0?option=bedrock-batch",
            "endpoint:e?option=bloom&dialect=text-generation&prompt=clinical-summary-1&max-output=90",
            "runs/a?option=from-scratch",
            "recorded:x.csv",
            "lead-1",
        ]
    )
    assert change_for(bedrock, "bedrock-batch") == "SummarizerOption=bedrock-batch ModelId=amazon.nova-lite-v1:0"
    assert change_for(endpoint, "bloom") == (
        "SummarizerOption=bloom ModelDialect=text-generation PromptVersion=clinical-summary-1 MaxOutputTokens=90"
    )
    assert "holds e;" in before_change(endpoint, "bloom")
    assert change_for(ours, "from-scratch") == "SummarizerOption=from-scratch"
    assert change_for(unnamed, "") == change_for(floor, "") == ""
    assert "say which option" in effort_of(unnamed, "")


def test_every_option_has_its_effort() -> None:
    (system,) = parse_systems(["endpoint:e"])
    assert len({effort_of(system, option) for option in OPTIONS}) == len(OPTIONS)
    assert all("Not known" not in effort_of(system, option) for option in OPTIONS)
