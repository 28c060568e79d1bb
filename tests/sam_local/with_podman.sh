#!/usr/bin/env bash
# Runs a command with podman in place of a Docker engine: tests/sam_local/with_podman.sh make sam-local
# As root on Debian: apt-get install podman runc iptables containernetworking-plugins. The settings are those of a machine
# without systemd and with both versions of cgroups, where podman's own do not start a container; others do not mind.
set -euo pipefail
folder="$(mktemp -d)"
cat > "$folder/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
export CONTAINERS_CONF="${CONTAINERS_CONF:-$folder/containers.conf}"
export DOCKER_HOST="unix://$folder/podman.sock"
podman system service --time=0 "$DOCKER_HOST" 2> "$folder/log" &
service=$!
trap 'kill "$service"; wait "$service" || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do [ -S "$folder/podman.sock" ] && break; sleep 0.1; done
"$@"
