"""The built function writes tables with the built layer alone: the runtime has no numpy, and an old C library."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.contract.reading import read

from chartbrief.cloud import CHECKOUT

BUILT = CHECKOUT / ".aws-sam" / "build"
FUNCTION, LAYER = BUILT / "SummariesWrittenFunction", BUILT / "ParquetLayer" / "python"
WRITES = """
import sys
sys.path[:0] = sys.argv[1:]
import pyarrow
from notes_pipeline.core.parquet import to_parquet
from notes_pipeline.core.patient_groups.published import GROUPS, PATIENTS
from notes_pipeline.core.summary_table import CODES, SUMMARIES
row = dict.fromkeys(SUMMARIES.names) | {"review_reasons": ["number"], "findings": [{"kind": "unit"}]}
written = [to_parquet([row], SUMMARIES), *(to_parquet([], schema) for schema in (CODES, GROUPS, PATIENTS))]
assert all(body.startswith(b"PAR1") for body in written)
assert "numpy" not in sys.modules
print(pyarrow.__version__, pyarrow.__file__)
"""
# python3.11 runs on Amazon Linux 2: glibc 2.26, on which wheels for manylinux2014 (glibc 2.17) run, and later ones not.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
OLDEST = "manylinux_2_17_x86_64"

needs_build = pytest.mark.skipif(not LAYER.is_dir(), reason="run `make build` first")


@needs_build
def test_the_built_function_writes_tables_with_the_built_layer() -> None:
    command = [sys.executable, "-I", "-S", "-c", WRITES, str(FUNCTION), str(LAYER)]
    version, path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert f"pyarrow=={version}" in read("functions", "parquet_layer", "requirements.txt")
    assert Path(path).is_relative_to(LAYER)


@needs_build
def test_the_layer_runs_on_the_runtimes_c_library() -> None:
    (wheel,) = LAYER.glob("pyarrow-*.dist-info/WHEEL")
    assert OLDEST in re.findall(r"^Tag: cp311-cp311-(\S+)", wheel.read_text(), re.MULTILINE)
