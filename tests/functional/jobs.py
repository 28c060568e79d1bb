"""Transform jobs over a bucket of small files."""

import json
from typing import Any

from tests.functional.sagemaker import SageMaker, wait_for_jobs
from tests.functional.stack import Session

LINES = "application/jsonlines"


class Jobs:
    """Buckets, a SageMaker and a builder of requests."""

    def __init__(self) -> None:
        self.s3 = Session().client("s3")
        self.s3.create_bucket(Bucket="data")
        self.sagemaker = SageMaker(Session(), "toy", "ep")
        self.container = self.sagemaker.container

    def put(self, **files: str) -> None:
        for name, body in files.items():
            self.s3.put_object(Bucket="data", Key=f"in/{name}", Body=body.encode())

    def request(self, name: str = "job", uri: str = "s3://data/in/", **changes: Any) -> dict[str, Any]:
        kind = "ManifestFile" if uri.endswith(".manifest") else "S3Prefix"
        return {
            "TransformJobName": name,
            "ModelName": "toy",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": kind, "S3Uri": uri}},
                "ContentType": LINES,
                "SplitType": "Line",
                **changes.pop("input", {}),
            },
            "TransformOutput": {"S3OutputPath": f"s3://data/out/{name}", "Accept": LINES, "AssembleWith": "Line"},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": changes.pop("instances", 1)},
            **changes,
        }

    def run(self, **changes: Any) -> dict[str, Any]:
        request = self.request(**changes)
        self.sagemaker.create_transform_job(**request)
        wait_for_jobs()
        found: dict[str, Any] = self.sagemaker.describe_transform_job(TransformJobName=request["TransformJobName"])
        return found

    def out(self, name: str = "job") -> dict[str, list[dict[str, Any]]]:
        listed = self.s3.list_objects_v2(Bucket="data", Prefix=f"out/{name}/").get("Contents", [])
        bodies = {o["Key"]: self.s3.get_object(Bucket="data", Key=o["Key"])["Body"].read() for o in listed}
        return {
            key.removeprefix(f"out/{name}/"): [json.loads(line) for line in body.splitlines()]
            for key, body in bodies.items()
        }


def lines(*texts: str) -> str:
    return "".join(json.dumps({"id": i, "inputs": text}) + "\n" for i, text in enumerate(texts))
