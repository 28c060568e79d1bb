"""SageMaker's contracts on this machine: transform jobs and endpoints, for boto3, over a real model server."""
