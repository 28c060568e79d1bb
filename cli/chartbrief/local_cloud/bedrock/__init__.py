"""Amazon Bedrock's contracts on this machine: Converse and batch inference jobs, for boto3, over a real small model.

`python -m chartbrief.local_cloud.bedrock --model DIR PORT`; `Bedrock` is the same without HTTP.
"""

from chartbrief.local_cloud.bedrock.limits import Limits
from chartbrief.local_cloud.bedrock.service import FAULTS, Bedrock

__all__ = ["FAULTS", "Bedrock", "Limits"]
