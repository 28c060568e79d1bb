"""Which permissions a request needs, as the Service Authorization Reference has them: action, resource, context.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartbrief.local_cloud.template import ACCOUNT, REGION

Params = Mapping[str, Any]
Needs = Iterator["Permission"]


class UnknownCallError(Exception):
    """A request whose permissions are not written down here: it is refused."""


@dataclass(frozen=True)
class Permission:
    """An action on a resource, with the values that conditions may look at."""

    action: str
    resource: str
    context: tuple[tuple[str, str], ...] = ()


def needed(service: str, operation: str, params: Params, keys: Mapping[str, str] | None = None) -> list[Permission]:
    """Return the permissions that a request needs.

    Args:
        service: as boto3 names it.
        params: the operation's parameters, as boto3 is given them.
        keys: ARN of the KMS key by the name of the bucket or queue that it encrypts: using those takes the caller's
            right to the key.

    Raises:
        UnknownCallError: the operation is not known here.
    """
    if service not in _SERVICES:
        raise UnknownCallError(f"{service} {operation}")
    found = list(dict.fromkeys(_SERVICES[service](operation, params)))  # a transaction names its table for each row
    return [*found, *(key for each in found for key in _key_uses(each, keys or {}))]


def if_missing(params: Params) -> Permission:
    """Return what a caller needs to be told that an object does not exist: without it the answer is 403.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    return Permission("s3:ListBucket", f"arn:aws:s3:::{params['Bucket']}")


def _s3(operation: str, params: Params) -> Needs:
    bucket = f"arn:aws:s3:::{params.get('Bucket', '')}"
    if operation in ("ListObjectsV2", "HeadBucket"):
        yield Permission("s3:ListBucket", bucket)
        return
    actions = {
        "GetObject": "s3:GetObject",
        "HeadObject": "s3:GetObject",
        "PutObject": "s3:PutObject",
        "CreateMultipartUpload": "s3:PutObject",
        "UploadPart": "s3:PutObject",
        "CompleteMultipartUpload": "s3:PutObject",
        "AbortMultipartUpload": "s3:AbortMultipartUpload",
        "DeleteObject": "s3:DeleteObject",
    }
    if operation not in actions:
        raise UnknownCallError(f"s3 {operation}")
    version = "Version" if params.get("VersionId") and operation in ("GetObject", "HeadObject", "DeleteObject") else ""
    yield Permission(actions[operation] + version, f"{bucket}/{params['Key']}")
    if params.get("Tagging"):
        yield Permission("s3:PutObjectTagging", f"{bucket}/{params['Key']}")


def _dynamodb(operation: str, params: Params) -> Needs:
    if operation in ("TransactWriteItems", "TransactGetItems"):
        # No action of its own: each part has to be granted as it would be alone.
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
        for entry in params["TransactItems"]:
            for kind, part in entry.items():
                action = "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"
                yield Permission(f"dynamodb:{action}", _table(part["TableName"]))
    elif operation.startswith("Batch"):
        yield from (Permission(f"dynamodb:{operation}", _table(table)) for table in params["RequestItems"])
    else:
        index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
        yield Permission(f"dynamodb:{operation}", _table(params["TableName"]) + index)


def _table(name: str) -> str:
    return name if name.startswith("arn:") else _arn("dynamodb", f"table/{name}")


def _sqs(operation: str, params: Params) -> Needs:
    queue = _arn("sqs", str(params["QueueUrl"]).rpartition("/")[2])
    yield Permission(f"sqs:{operation.removesuffix('Batch')}", queue)


def _events(operation: str, params: Params) -> Needs:
    if operation != "PutEvents":
        raise UnknownCallError(f"events {operation}")
    for entry in params["Entries"]:
        bus = entry.get("EventBusName", "default")
        yield Permission("events:PutEvents", bus if bus.startswith("arn:") else _arn("events", f"event-bus/{bus}"))


def _sagemaker(operation: str, params: Params) -> Needs:
    if operation.startswith("InvokeEndpoint"):
        yield Permission(f"sagemaker:{operation}", _arn("sagemaker", f"endpoint/{params['EndpointName'].lower()}"))
        return
    job = _arn("sagemaker", f"transform-job/{params.get('TransformJobName', '').lower()}")
    yield Permission(f"sagemaker:{operation}", job)
    if params.get("Tags"):
        yield Permission("sagemaker:AddTags", job)
    if volume_key := params.get("TransformResources", {}).get("VolumeKmsKeyId"):
        # https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
        yield Permission("kms:CreateGrant", volume_key, (("kms:GrantIsForAWSResource", "true"),))


def _bedrock(operation: str, params: Params) -> Needs:
    if operation == "Converse":
        # No action of its own: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
        yield Permission("bedrock:InvokeModel", _model(params["modelId"]))
    elif operation == "ListModelInvocationJobs":
        yield Permission("bedrock:ListModelInvocationJobs", "*")
    elif operation == "CreateModelInvocationJob":
        # https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html
        job = _arn("bedrock", "model-invocation-job/*")
        yield from (Permission("bedrock:CreateModelInvocationJob", each) for each in (_model(params["modelId"]), job))
        if params.get("tags"):
            yield Permission("bedrock:TagResource", job)
        yield Permission("iam:PassRole", params["roleArn"], (("iam:PassedToService", "bedrock.amazonaws.com"),))
    else:
        yield Permission(f"bedrock:{operation}", params["jobIdentifier"])


def _model(identifier: str) -> str:
    if identifier.startswith("arn:"):
        return identifier
    # A profile's identifier is a model's behind a geography: us.amazon.nova-lite-v1:0.
    if identifier.split(".")[0] in ("us", "eu", "apac", "global", "us-gov", "ca", "jp", "au"):
        return _arn("bedrock", f"inference-profile/{identifier}")
    return f"arn:aws:bedrock:{REGION}::foundation-model/{identifier}"


def _comprehendmedical(operation: str, _: Params) -> Needs:
    yield Permission(f"comprehendmedical:{operation}", "*")


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


_SERVICES: dict[str, Callable[[str, Params], Needs]] = {
    "s3": _s3,
    "dynamodb": _dynamodb,
    "sqs": _sqs,
    "events": _events,
    "sagemaker": _sagemaker,
    "sagemaker-runtime": _sagemaker,
    "bedrock": _bedrock,
    "bedrock-runtime": _bedrock,
    "comprehendmedical": _comprehendmedical,
}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (a put generates a data key, a get
# decrypts it; a put in parts does both),
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
_KEY_USES = {
    "s3:GetObject": ("kms:Decrypt",),
    "s3:GetObjectVersion": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
}


def _key_uses(permission: Permission, keys: Mapping[str, str]) -> Iterable[Permission]:
    name = permission.resource.rpartition(":")[2].split("/")[0]
    return (Permission(action, keys[name]) for action in _KEY_USES.get(permission.action, ()) if name in keys)
