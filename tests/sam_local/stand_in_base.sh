#!/usr/bin/env bash
# A stand-in for AWS's base image of Lambda, for machines that reach no registry: a Python 3.11 image at hand with the
# runtime client and boto3 where Lambda has them. It has neither Amazon Linux nor its old C library, and the newest boto3.
#   tests/image/build_offline_base.sh podman localhost/python-base:3.11
#   tests/sam_local/stand_in_base.sh podman localhost/python-base:3.11 localhost/lambda-stand-in:python3.11
#   tests/sam_local/with_podman.sh make sam-local LAMBDA_IMAGE=localhost/lambda-stand-in:python3.11
set -euo pipefail
tool="${1:?which container tool?}"
base="${2:?which image with Python 3.11?}"
name="${3:?which name for the image?}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m pip install --quiet --disable-pip-version-check --target "$folder/runtime" awslambdaric==4.2.2 boto3
# The emulator of the Lambda runtime, which SAM adds, starts this for every function.
cat > "$folder/runtime/bootstrap" <<'BOOTSTRAP'
#!/bin/sh
export PYTHONPATH=/var/task:/opt/python:/var/runtime
exec python3.11 -m awslambdaric "$_HANDLER"
BOOTSTRAP
chmod +x "$folder/runtime/bootstrap"
cat > "$folder/Dockerfile" <<'DOCKERFILE'
ARG BASE
FROM ${BASE}
COPY runtime /var/runtime
ENV LAMBDA_TASK_ROOT=/var/task
WORKDIR /var/task
LABEL chartbrief.stand-in="not the image of AWS"
DOCKERFILE
"$tool" build --quiet --build-arg "BASE=$base" --tag "$name" "$folder"
