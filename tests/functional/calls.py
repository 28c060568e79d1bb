"""A call of each kind that the functions, and what stands for services, make or could make."""

from typing import Any

KEY = "arn:aws:kms:us-east-1:123456789012:key/k"
QUEUE = "http://127.0.0.1/123456789012/local-queue"
TRANSFORM = {
    "TransformJobName": "cb-1",
    "ModelName": "m",
    "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/k"}}},
    "TransformOutput": {"S3OutputPath": "s3://b/o"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeKmsKeyId": KEY},
    "Tags": [{"Key": "a", "Value": "b"}],
}
INVOCATION_JOB = {
    "jobName": "cb-1",
    "roleArn": "arn:aws:iam::123456789012:role/jobs",
    "modelId": "amazon.nova-lite-v1:0",
    "inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://b/i"}},
    "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/o"}},
    "tags": [{"key": "a", "value": "b"}],
}
JOB_ARN = "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abc"
ROW = {"pk": {"S": "a"}, "sk": {"S": "b"}}
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("s3", "get_object", {"Bucket": "box", "Key": "incoming/ward 7/ä+%.csv", "VersionId": "v"}),
    ("s3", "get_object", {"Bucket": "box", "Key": "staged/a.jsonl", "Range": "bytes=0-99"}),
    ("s3", "head_object", {"Bucket": "box", "Key": "incoming/a.csv"}),
    ("s3", "put_object", {"Bucket": "box", "Key": "by_note/a/b.json", "Body": b"{}"}),
    ("s3", "put_object", {"Bucket": "box", "Key": "a", "Body": b"", "Tagging": "a=b"}),
    ("s3", "list_objects_v2", {"Bucket": "box", "Prefix": "batches/cb-1/"}),
    ("s3", "list_objects_v2", {"Bucket": "box", "Prefix": "incoming/ward/", "Delimiter": "/"}),
    ("s3", "delete_object", {"Bucket": "box", "Key": "a"}),
    ("s3", "create_multipart_upload", {"Bucket": "box", "Key": "a"}),
    ("s3", "upload_part", {"Bucket": "box", "Key": "a", "UploadId": "u", "PartNumber": 1, "Body": b""}),
    (
        "s3",
        "complete_multipart_upload",
        {"Bucket": "box", "Key": "a", "UploadId": "u", "MultipartUpload": {"Parts": []}},
    ),
    ("s3", "abort_multipart_upload", {"Bucket": "box", "Key": "a", "UploadId": "u"}),
    ("dynamodb", "get_item", {"TableName": "t", "Key": ROW}),
    ("dynamodb", "query", {"TableName": "t", "IndexName": "backlog", "KeyConditionExpression": "backlog = :kind"}),
    ("dynamodb", "batch_write_item", {"RequestItems": {"t": [{"PutRequest": {"Item": ROW}}]}}),
    ("dynamodb", "transact_write_items", {"TransactItems": [{"Put": {"TableName": "t", "Item": ROW}}]}),
    ("sqs", "send_message", {"QueueUrl": QUEUE, "MessageBody": "{}"}),
    ("events", "put_events", {"Entries": [{"EventBusName": "bus", "Source": "s", "DetailType": "d", "Detail": "{}"}]}),
    ("sagemaker", "create_transform_job", TRANSFORM),
    ("sagemaker", "describe_transform_job", {"TransformJobName": "cb-1"}),
    ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "ep", "Body": b"{}"}),
    ("sagemaker-runtime", "invoke_endpoint_async", {"EndpointName": "ep", "InputLocation": "s3://b/k"}),
    ("bedrock-runtime", "converse", {"modelId": "us.amazon.nova-lite-v1:0", "messages": []}),
    ("bedrock", "create_model_invocation_job", INVOCATION_JOB),
    ("bedrock", "get_model_invocation_job", {"jobIdentifier": JOB_ARN}),
    ("bedrock", "list_model_invocation_jobs", {"nameContains": "cb-1"}),
    ("comprehendmedical", "infer_icd10_cm", {"Text": "Fever."}),
]
