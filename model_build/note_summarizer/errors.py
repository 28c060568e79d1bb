"""What ends a model command: one message for a person that names the file or option and says what to do.

ModelBuildError
├── OptionsError      options that cannot work, alone or together; nothing was started
├── DataError         a data file that cannot be used; names the file and the record, never its text
├── CheckpointError   a checkpoint that cannot be loaded, or is not of the kind that is asked for
├── ArtifactError     a folder or archive that cannot be served (defined with the artifact)
├── OutputError       a result that cannot be written: it exists already, or the disk is full
└── DeploymentError   a call of the cloud that was refused; what was done before is undone or named
"""

from __future__ import annotations


class ModelBuildError(Exception):
    """Base of everything that a model command tells instead of a traceback."""


class OptionsError(ModelBuildError):
    """Options that cannot work, alone or together; nothing was started."""


class DataError(ModelBuildError):
    """A data file that cannot be used; the message names the file and the record, never its text."""


class CheckpointError(ModelBuildError):
    """A checkpoint that cannot be loaded, or is not of the kind that is asked for."""


class OutputError(ModelBuildError):
    """A result that cannot be written: it exists already, or the disk is full."""


class DeploymentError(ModelBuildError):
    """A call of the cloud that was refused; the message says what was undone and what is left."""
