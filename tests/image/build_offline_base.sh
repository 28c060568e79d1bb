#!/usr/bin/env bash
# A base image without a registry: Debian's own Python 3.11, from a Debian mirror by debootstrap (as root).
#   tests/image/build_offline_base.sh podman localhost/python-base:3.11
#   make image test-image CONTAINER_TOOL=podman BASE_IMAGE=localhost/python-base:3.11 IMAGE=localhost/chartbrief-server:dev
set -euo pipefail
tool="${1:?which container tool?}"
name="${2:?which name for the image?}"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$folder/root"
rm -rf "$folder"/root/var/cache/apt/archives/*.deb
tar --directory "$folder/root" --create . | "$tool" import - "$name"
