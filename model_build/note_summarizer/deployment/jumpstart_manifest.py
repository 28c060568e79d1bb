"""JumpStart's list of models: AWS keeps it in a bucket of every region, and the SageMaker SDK reads it.

`models_manifest.json` has the open models, `proprietary-sdk-manifest.json` those of AWS Marketplace; each line of them
names a specification of one version. https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-latest.html
"""

from __future__ import annotations

import difflib
from typing import Any

from note_summarizer.errors import OptionsError

MODELS_PAGE = "https://docs.aws.amazon.com/sagemaker/latest/dg/jumpstart-foundation-models-latest.html"
_NEAR, _SIMILAR = 5, 0.4


def choose_version(identifier: str, version: str | None, region: str, session: Any) -> tuple[Any, str]:
    """Return a model's kind (the SDK's `JumpStartModelType`) and the version to deploy.

    Args:
        version: nothing for the newest that the installed SDK can deploy.
        session: the SDK's.

    Raises:
        OptionsError: JumpStart has no such model or version in this region; the message names near ones.
    """
    from sagemaker.core.jumpstart.accessors import JumpStartModelsAccessor
    from sagemaker.core.jumpstart.enums import JumpStartModelType

    everything: list[str] = []
    for kind in (JumpStartModelType.OPEN_WEIGHTS, JumpStartModelType.PROPRIETARY):
        listed = JumpStartModelsAccessor._get_manifest(region=region, s3_client=session.s3_client, model_type=kind)
        found = [header for header in listed if header.model_id == identifier]
        if found:
            return kind, _version_of(identifier, found, version, region)
        everything += [header.model_id for header in listed]
    raise OptionsError(f"JumpStart has no model {identifier} in {region}. {_near(identifier, everything)}")


def _version_of(identifier: str, found: list[Any], version: str | None, region: str) -> str:
    from packaging.version import Version
    from sagemaker.core.jumpstart.utils import get_sagemaker_version

    mine = Version(get_sagemaker_version())
    usable = [str(header.version) for header in found if Version(header.min_version) <= mine]
    if version is None and usable:
        return max(usable, key=Version)
    if version in usable:
        return str(version)
    known = ", ".join(sorted((str(header.version) for header in found), key=Version))
    raise OptionsError(
        f"JumpStart has no version {version or 'for this SageMaker SDK'} of {identifier} in {region} that the SageMaker"
        f" SDK {mine} can deploy. There is {known}: choose with --version, or update the SDK."
    )


def _near(identifier: str, everything: list[str]) -> str:
    names = sorted(set(everything))
    parts = [name for name in names if identifier.lower() in name]
    near = [*parts, *difflib.get_close_matches(identifier, names, _NEAR, _SIMILAR)]
    said = ", ".join(list(dict.fromkeys(near))[:_NEAR])
    return f"{f'Near ones: {said}. ' if said else ''}The whole list: {MODELS_PAGE}"
