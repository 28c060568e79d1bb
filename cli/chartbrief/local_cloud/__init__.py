"""The template on one machine: moto as AWS, an executor of SageMaker's contracts, the handlers, the model server."""

from chartbrief.local_cloud.cloud import LocalCloud

__all__ = ["LocalCloud"]
