"""Exceptions from the scanners: each has a reason, and what is no longer excused, or no longer needed, is found."""

import re

import pytest
from tests.contract.reading import TEMPLATE
from tests.scan.exceptions import Finding, exceptions_of, judge

EXCEPTIONS = exceptions_of(TEMPLATE.resources)
CHECK = re.compile(r"CKV2?_AWS_\d+|HIPAA\.Security-\w+")


@pytest.mark.parametrize(("resource", "check"), EXCEPTIONS)
def test_an_exception_names_a_check_and_gives_a_reason(resource: str, check: str) -> None:
    assert CHECK.fullmatch(check)
    assert len(EXCEPTIONS[resource, check].split()) >= 8


def test_a_finding_without_a_reason_is_unjustified() -> None:
    given = {("AFunction", "CKV_AWS_1"): "because", ("B", "CKV_AWS_2"): ""}
    findings = [Finding("CKV_AWS_1", "AFunction"), Finding("CKV_AWS_1", "B"), Finding("CKV_AWS_2", "B")]
    verdict = judge(findings, given)
    assert verdict.excused == [(findings[0], "because")]
    assert verdict.unjustified == findings[1:]


def test_what_sam_makes_of_a_function_has_its_exceptions_and_no_other_functions() -> None:
    given = {("AFunction", "CKV_AWS_1"): "because", ("AFunctionBFunction", "CKV_AWS_2"): "because"}
    made = [Finding("CKV_AWS_1", "AFunctionRole"), Finding("CKV_AWS_1", "AFunctionBFunctionRole")]
    verdict = judge(made, given)
    assert (verdict.excused, verdict.unjustified) == ([(made[0], "because")], [made[1]])


def test_an_exception_that_no_finding_needs_is_told() -> None:
    verdict = judge([], {("A", "CKV_AWS_1"): "because"})
    assert verdict.not_needed == [("A", "CKV_AWS_1")]
