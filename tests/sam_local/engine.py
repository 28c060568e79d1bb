"""The container engine that SAM uses, asked over the same socket: is it there, and how do containers come back.

`python -m tests.sam_local.engine` says what it found, or how to get one, and then ends with status 1.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import Any

import httpx

HOW_TO_GET_ONE = (
    "sam local needs a container engine, and none answers at {host}: start Docker, or set DOCKER_HOST, or run"
    " `tests/sam_local/with_podman.sh make sam-local` where podman is installed."
)
_DEFAULT_HOST = "unix:///var/run/docker.sock"


class NoEngineError(Exception):
    """No container engine answers; the message says how to get one."""


@dataclass(frozen=True)
class Way:
    """How a container reaches this machine.

    Attributes:
        listen: address of this machine to listen on.
        name: what containers call it.
    """

    listen: str
    name: str


class Engine:
    """Docker, or podman's service, which answers the same."""

    def __init__(self) -> None:
        """Find the engine as SAM does: DOCKER_HOST, or Docker's usual socket.

        Raises:
            NoEngineError: none answers.
        """
        host = os.environ.get("DOCKER_HOST", _DEFAULT_HOST)
        kind, _, place = host.partition("://")
        transport = httpx.HTTPTransport(uds=place) if kind == "unix" else None
        url = f"http://{place if kind != 'unix' else 'engine'}"
        self._http = httpx.Client(transport=transport, base_url=url, timeout=60)
        try:
            self._info = self._ask("/info")
        except httpx.HTTPError as error:
            self.close()
            raise NoEngineError(HOW_TO_GET_ONE.format(host=host)) from error

    def __str__(self) -> str:
        return f"{self._info['OperatingSystem']}, engine {self._info['ServerVersion']}, cgroups {self._cgroups}"

    @property
    def _cgroups(self) -> str:
        return str(self._info.get("CgroupVersion", "1"))

    def close(self) -> None:
        """Close the connections to the engine."""
        self._http.close()

    def way_home(self) -> Way:
        """Return how containers reach this machine: over their bridge, or by the name that an engine in a VM gives it.

        SAM_LOCAL_WAY=ADDRESS,NAME overrides it, for engines without rights and in virtual machines of their own.
        """
        if given := os.environ.get("SAM_LOCAL_WAY"):
            return Way(*given.split(",", 1))
        if sys.platform != "linux" or "Desktop" in self._info["OperatingSystem"]:
            return Way("127.0.0.1", "host.docker.internal")
        gateway = self._ask("/networks/bridge")["IPAM"]["Config"][0]["Gateway"]
        return Way(gateway, gateway)

    def has_image(self, name: str) -> bool:
        """Say whether an image is here."""
        return self._http.get(f"/images/{name}/json").status_code == httpx.codes.OK

    def label(self, image: str, name: str) -> str:
        """Return an image's label, "" if it has none."""
        return str((self._ask(f"/images/{image}/json")["Config"].get("Labels") or {}).get(name, ""))

    def containers_of(self, variable: str) -> list[dict[str, Any]]:
        """Return what the engine knows of each running container that has a variable (`NAME=value`)."""
        running = [self._ask(f"/containers/{one['Id']}/json") for one in self._ask("/containers/json")]
        return [one for one in running if variable in one["Config"]["Env"]]

    def run(self, container: str, *command: str) -> str:
        """Run a program in a container and return what it prints.

        Raises:
            AssertionError: it failed.
        """
        body = {"Cmd": command, "AttachStdout": True, "AttachStderr": True}
        made = self._http.post(f"/containers/{container}/exec", json=body).json()["Id"]
        told = self._http.post(f"/exec/{made}/start", json={"Detach": False, "Tty": False}).content
        printed = b""
        while told:  # frames of 8 bytes, whose last four are a length, and so many bytes
            size = int.from_bytes(told[4:8], "big")
            printed, told = printed + told[8 : 8 + size], told[8 + size :]
        assert self._ask(f"/exec/{made}/json")["ExitCode"] == 0, printed
        return printed.decode()

    def remove(self, container: str) -> None:
        """End and remove a container."""
        self._http.delete(f"/containers/{container}", params={"force": "true", "v": "true"})

    def _ask(self, path: str) -> Any:
        answer = self._http.get(path)
        answer.raise_for_status()
        return answer.json()


if __name__ == "__main__":
    try:
        sys.stdout.write(f"container engine: {Engine()}\n")
    except NoEngineError as error:
        sys.exit(str(error))
