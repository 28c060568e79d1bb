"""How long each function took, and how much memory: measured in its container, printed when the tests are over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sam_local.engine import Engine
    from tests.sam_local.start_lambda import ContainerRuntime

_PEAK = """
import pathlib, re
peaks = [re.search(r"VmHWM:\\s+(\\d+)", path.read_text()) for path in pathlib.Path("/proc").glob("[0-9]*/status")]
print(max(int(found[1]) for found in peaks if found))
"""


def measured(
    engine: Engine, containers: Mapping[str, Mapping[str, Any]], functions: Mapping[str, ContainerRuntime]
) -> Iterator[str]:
    """Yield a line for each function: first call, later ones, peak of its largest process, limit."""
    for name, container in containers.items():
        took = [ended - started for started, ended in functions[name].invocations]
        warm = f"{1000 * median(took[1:]):.0f} ms" if took[1:] else "-"
        cold = f"{took[0]:.2f} s" if took else "-"
        peak = int(engine.run(container["Id"], "python3.11", "-c", _PEAK)) // 1024
        limit = container["HostConfig"]["Memory"] // 1024**2
        yield f"{name:28}{cold:>8}{warm:>10}{len(took):>7}{peak:>6} MB{limit:>6} MB"


HEAD = f"{'function':28}{'cold':>8}{'warm':>10}{'calls':>7}{'peak':>9}{'limit':>9}"
