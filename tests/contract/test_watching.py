"""Alarms and the dashboard: what they look at is told, what is told can be seen, and the runbook knows each."""

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from tests.contract.reading import document, of_type, read

from chartbrief.cloud import CHECKOUT
from chartbrief.operate.auditing.put_metric import METRIC

ALARMS = of_type("AWS::CloudWatch::Alarm")
((_, _DASHBOARD),) = of_type("AWS::CloudWatch::Dashboard").items()
BODY: str = _DASHBOARD["DashboardBody"]["Fn::Sub"]
WIDGETS: list[dict[str, Any]] = json.loads(BODY)["widgets"]
WORDS = re.compile(r"[A-Z][A-Za-z]+")
STATUSES = ("Pending", "Quarantined", "Duplicate", "Superseded")


def ours_on_dashboard() -> set[str]:
    found, space, name = set(), "", ""
    for metric in (m for widget in WIDGETS for m in widget["properties"].get("metrics", [])):
        words = [part for part in metric if isinstance(part, str)]
        if words[0] != "...":
            space, name = (new if new != "." else old for new, old in zip(words[:2], (space, name), strict=True))
        if space == "Chartbrief":
            found.add(name)
    return found


def ours_in_alarms() -> set[str]:
    stats = [m["MetricStat"]["Metric"] for a in ALARMS.values() for m in a.get("Metrics", []) if "MetricStat" in m]
    return {a["MetricName"] for a in [*ALARMS.values(), *stats] if a.get("Namespace") == "Chartbrief"}


def told() -> set[str]:
    """The metrics that the functions put, by the names they give to them, and the audit's."""
    texts = [path.read_text("utf-8") for path in CHECKOUT.glob("functions/**/*.py")]
    telling = (text for text in texts if "metrics.add_metric(" in text)
    named = {name for text in telling for name in re.findall(r'(?:name="|[{ ]")([A-Z][A-Za-z]+)(?:", unit=|": )', text)}
    return named | {METRIC} | {f"Received{status}" for status in STATUSES}


def test_what_is_looked_at_is_told() -> None:
    assert ours_on_dashboard() | ours_in_alarms() <= told()


def test_what_is_told_can_be_seen() -> None:
    assert told() <= ours_on_dashboard()


def test_the_runbook_names_every_metric() -> None:
    text = read("docs", "operations.md")
    assert [name for name in sorted(told()) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("alarm", ALARMS)
def test_the_runbook_says_of_an_alarm_what_to_do(alarm: str) -> None:
    (row,) = [line for line in read("docs", "operations.md").splitlines() if line.startswith(f"| `{alarm}` |")]
    _, means, typed, then = (cell.strip() for cell in row.strip("|").split("|"))
    assert len(means) > 20
    assert typed.startswith("`chartbrief ")
    assert len(then) > 20


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_reaches_people(alarm: str) -> None:
    assert ALARMS[alarm]["AlarmActions"] == ALARMS[alarm]["OKActions"]
    assert "HasAlarmTopic" in str(ALARMS[alarm]["AlarmActions"])
    assert f"${{{alarm}.Arn}}" in BODY


def test_the_dashboard_names_only_what_there_is() -> None:
    resources = set(document()["Resources"])
    named = {name.split(".")[0] for name in re.findall(r"\$\{([^}]+)\}", BODY)}
    assert named - {"AWS::Region", "AWS::StackName"} <= resources


def test_widgets_lie_beside_each_other_in_a_grid_of_24() -> None:
    assert all(widget["x"] + widget["width"] <= 24 for widget in WIDGETS)
    cells = [
        {(x, y) for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])}
        for w in WIDGETS
    ]
    assert not any(one & other for one, other in combinations(cells, 2))


def test_a_metric_tells_stages_of_one_account_apart() -> None:
    variables = document()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
    assert (
        "service" not in Path(CHECKOUT / "functions/notes_pipeline/observability.py").read_text().split("logger =")[1]
    )
