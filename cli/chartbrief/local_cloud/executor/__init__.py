"""SageMaker's contracts on this machine: transform jobs and endpoint invocations, for boto3, over a real model server.

`python -m chartbrief.local_cloud.executor PORT MODEL_URL MODEL_NAME ENDPOINT_NAME`
"""
