"""The policies of a template, given to the servers that enforce them; and what they refused."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartbrief.errors import CloudFailedError
from chartbrief.local_cloud.iam.enforcement import GRANTS, REFUSED
from chartbrief.local_cloud.iam.roles import keys_by_name, statements_by_role

if TYPE_CHECKING:
    from chartbrief.local_cloud.resources import Resources

_SECONDS = 60.0


class CloudGrants:
    """What the roles of a template may do in a running local cloud."""

    def __init__(self, resources: Resources, template: Path, servers: Sequence[str]) -> None:
        self._resources, self._template, self._servers = resources, template, servers

    def give(self) -> None:
        """Tell every server what each role may do; until then they refuse nothing."""
        body = {"roles": statements_by_role(self._resources), "keys": keys_by_name(self._resources)}
        for server in self._servers:
            _ask(f"{server}{GRANTS}", json.dumps(body).encode())

    def check(self) -> None:
        """Look at what was refused.

        Raises:
            CloudFailedError: a function did what its policy does not allow.
        """
        for server in self._servers:
            for refused in _ask(f"{server}{REFUSED}"):
                raise CloudFailedError(f"{refused}: its policy in {self._template} does not grant it")


def _ask(url: str, body: bytes | None = None) -> Any:
    with urllib.request.urlopen(url, data=body, timeout=_SECONDS) as answer:  # noqa: S310 - a loopback URL of ours
        return json.load(answer)
