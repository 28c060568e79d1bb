"""Creating the template's resources in moto, each when it is first referred to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from chartbrief.local_cloud.template import ACCOUNT, REGION, STACK, Template, TemplateError

# Resources that change nothing of what happens locally. Any other unknown type is refused, not skipped.
NO_LOCAL_EFFECT = frozenset(
    {
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
        "AWS::Glue::Database",
        "AWS::Glue::Table",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Role",
        "AWS::Lambda::Permission",
        "AWS::Logs::LogGroup",
        "AWS::S3::BucketPolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::Serverless::LayerVersion",  # what is in it is installed beside the command
    }
)
FUNCTION = "AWS::Serverless::Function"
Attributes = dict[str, str]
Properties = dict[str, Any]


class ClientFactory(Protocol):
    """Gives boto3 clients."""

    def client(self, service_name: str, /) -> Any:
        """Return a client of the local cloud."""


class Resources:
    """The resources of a template as they exist in moto: logical id → attributes (`Ref`, `Arn` ...)."""

    def __init__(self, template: Template, session: ClientFactory) -> None:
        self._template = template
        self._session = session
        self._bodies = template.resources
        self._made: dict[str, Attributes] = {}
        self._makers: dict[str, Callable[[str, Properties], Attributes]] = {
            "AWS::KMS::Key": self._key,
            "AWS::S3::Bucket": self._bucket,
            "AWS::SQS::Queue": self._queue,
            "AWS::DynamoDB::Table": self._table,
            "AWS::Events::EventBus": self._bus,
            "AWS::Events::Rule": self._rule,
        }

    def create_all(self) -> None:
        """Create every resource that has a local effect.

        Raises:
            TemplateError: a resource's type is not known here.
        """
        for name, body in self._bodies.items():
            if body["Type"] not in NO_LOCAL_EFFECT and body["Type"] != FUNCTION:
                self.attribute(name, "Ref")

    def of_type(self, kind: str) -> list[str]:
        """Return the logical ids of a type."""
        return [name for name, body in self._bodies.items() if body["Type"] == kind]

    def properties(self, name: str) -> Properties:
        """Return a resource's properties with every reference resolved."""
        resolved: Properties = self._template.resolve(self._bodies[name]["Properties"], self.attribute)
        return resolved

    def attribute(self, name: str, attribute: str) -> str:
        """Return what Ref or GetAtt gives for a resource, creating it if it does not exist yet.

        Raises:
            TemplateError: no such resource or attribute.
        """
        if name not in self._bodies:
            raise TemplateError(f"{self._template.path} refers to {name}, which it does not define")
        if name not in self._made:
            self._made[name] = self._make(name)
        if attribute not in self._made[name]:
            raise TemplateError(f"{self._template.path}: {name} has no attribute {attribute} here")
        return self._made[name][attribute]

    def _make(self, name: str) -> Attributes:
        kind = self._bodies[name]["Type"]
        if kind == "AWS::IAM::Role":  # services look at what they are given as a role
            return {"Ref": f"{STACK}-{name}", "Arn": f"arn:aws:iam::{ACCOUNT}:role/{STACK}-{name}"}
        if kind == "AWS::IAM::Role":
            return {"Ref": f"{STACK}-{name}", "Arn": f"arn:aws:iam::{ACCOUNT}:role/{STACK}-{name}"}
        if kind in NO_LOCAL_EFFECT or kind == FUNCTION:
            return {"Ref": f"{STACK}-{name}", "Arn": f"arn:aws:local:{REGION}:{ACCOUNT}:{name}"}
        if kind not in self._makers:
            raise TemplateError(f"{self._template.path}: the local cloud cannot make {name}, a {kind}")
        return self._makers[kind](name, self.properties(name))

    def _key(self, name: str, _: Properties) -> Attributes:
        key = self._session.client("kms").create_key(Description=name)["KeyMetadata"]
        return {"Ref": key["KeyId"], "Arn": key["Arn"], "KeyId": key["KeyId"]}

    def _bucket(self, name: str, properties: Properties) -> Attributes:
        s3, bucket = self._session.client("s3"), properties.get("BucketName", f"{STACK}-{name.lower()}")
        s3.create_bucket(Bucket=bucket)
        if properties.get("VersioningConfiguration"):
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=properties["VersioningConfiguration"])
        rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
        if rules:
            defaults = [{"ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"]} for rule in rules]
            s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": defaults})
        if properties.get("PublicAccessBlockConfiguration"):
            s3.put_public_access_block(
                Bucket=bucket, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"]
            )
        notification = properties.get("NotificationConfiguration", {}).get("EventBridgeConfiguration")
        if notification and str(notification.get("EventBridgeEnabled", True)).lower() == "true":
            s3.put_bucket_notification_configuration(
                Bucket=bucket, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )
        return {"Ref": bucket, "Arn": f"arn:aws:s3:::{bucket}"}

    def _queue(self, name: str, properties: Properties) -> Attributes:
        sqs, queue = self._session.client("sqs"), properties.get("QueueName", f"{STACK}-{name}")
        known = ("VisibilityTimeout", "MessageRetentionPeriod", "KmsMasterKeyId", "DelaySeconds", "FifoQueue")
        attributes = {key: str(properties[key]) for key in known if key in properties}
        if "RedrivePolicy" in properties:
            attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"])
        url = sqs.create_queue(QueueName=queue, Attributes=attributes)["QueueUrl"]
        return {"Ref": url, "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}", "QueueName": queue}

    def _table(self, name: str, properties: Properties) -> Attributes:
        table = properties.get("TableName", f"{STACK}-{name}")
        taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        request = {key: properties[key] for key in taken if key in properties}
        self._session.client("dynamodb").create_table(TableName=table, **request)
        return {"Ref": table, "Arn": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"}

    def _bus(self, name: str, properties: Properties) -> Attributes:
        bus = properties.get("Name", f"{STACK}-{name}")
        arn = self._session.client("events").create_event_bus(Name=bus)["EventBusArn"]
        return {"Ref": bus, "Arn": arn, "Name": bus}

    def _rule(self, name: str, properties: Properties) -> Attributes:
        events, rule = self._session.client("events"), f"{STACK}-{name}"
        bus = {"EventBusName": properties["EventBusName"]} if "EventBusName" in properties else {}
        state = properties.get("State", "ENABLED")
        pattern = json.dumps(properties["EventPattern"])
        arn = events.put_rule(Name=rule, EventPattern=pattern, State=state, **bus)["RuleArn"]
        targets = [{"Id": target["Id"], "Arn": target["Arn"]} for target in properties.get("Targets", [])]
        if targets and state == "ENABLED":
            events.put_targets(Rule=rule, Targets=targets, **bus)
        return {"Ref": rule, "Arn": arn}
