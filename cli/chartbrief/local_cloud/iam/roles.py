"""The roles of a template: what each may do, and which keys encrypt what it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chartbrief.local_cloud.iam.policies import Policy
from chartbrief.local_cloud.template import TemplateError

if TYPE_CHECKING:
    from chartbrief.local_cloud.resources import Resources

_FUNCTION, _ROLE = "AWS::Serverless::Function", "AWS::IAM::Role"


def statements_by_role(resources: Resources) -> dict[str, list[dict[str, Any]]]:
    """Return the statements of every function and role of a template, by logical id.

    Of a function only the policies it is given: what SAM adds (docs/security.md) is for Lambda itself.

    Raises:
        TemplateError: a policy is named and not written out.
    """
    documents = {name: resources.properties(name).get("Policies", []) for name in resources.of_type(_FUNCTION)}
    for name in resources.of_type(_ROLE):
        documents[name] = [policy["PolicyDocument"] for policy in resources.properties(name).get("Policies", [])]
    return {name: [each for body in bodies for each in _statements(name, body)] for name, bodies in documents.items()}


def _statements(role: str, document: Any) -> list[dict[str, Any]]:
    if not isinstance(document, dict) or "Statement" not in document:
        raise TemplateError(f"{role}: of its policies the local cloud knows those that are written out")
    return list(document["Statement"])


def policies_by_role(resources: Resources) -> dict[str, Policy]:
    """Return what every function and role of a template may do, by logical id."""
    return {name: Policy(statements) for name, statements in statements_by_role(resources).items()}


def keys_by_name(resources: Resources) -> dict[str, str]:
    """Return the ARN of the KMS key by the name of the bucket or queue that it encrypts."""
    arns = {resources.attribute(n, "Ref"): resources.attribute(n, "Arn") for n in resources.of_type("AWS::KMS::Key")}
    found: dict[str, str] = {}
    for logical in resources.of_type("AWS::S3::Bucket"):
        rules = resources.properties(logical).get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        for rule in rules:
            key = rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID", "")
            found[resources.attribute(logical, "Ref")] = arns.get(key, key)
    for logical in resources.of_type("AWS::SQS::Queue"):
        if key := resources.properties(logical).get("KmsMasterKeyId"):
            found[resources.attribute(logical, "QueueName")] = arns.get(key, key)
    return {name: key for name, key in found.items() if key}
