"""IAM, as far as the template uses it: which permissions a request needs, and whether a policy grants them."""

from chartbrief.local_cloud.iam.needs import Permission, UnknownCallError, needed
from chartbrief.local_cloud.iam.policies import Policy, Statement

__all__ = ["Permission", "Policy", "Statement", "UnknownCallError", "needed"]
