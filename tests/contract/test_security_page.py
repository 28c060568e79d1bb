"""The page on security says what the template grants, and its commands name tests that are there."""

import re

from tests.contract.reading import read

from chartbrief.cloud import CHECKOUT, DEFAULT_TEMPLATE
from chartbrief.local_cloud.iam.table import grants_table
from chartbrief.local_cloud.template import Template


def test_the_table_of_grants_is_the_templates() -> None:
    shown = read("docs", "security.md").split("<!-- grants -->\n")[1].split("<!-- end of grants -->")[0]
    template = Template(DEFAULT_TEMPLATE, {"EndpointName": "EndpointName"})
    assert shown == grants_table(template), "run python -m chartbrief.local_cloud.iam.table"


def test_what_is_said_to_be_proven_has_its_test() -> None:
    named = re.findall(r"pytest (tests/\S+\.py)", read("docs", "security.md"))
    assert len(named) >= 8
    assert [path for path in named if not (CHECKOUT / path).is_file()] == []
