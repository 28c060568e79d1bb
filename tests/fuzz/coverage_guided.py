"""The second engine: atheris keeps inputs that reach lines which none before reached, and changes those.

https://github.com/google/atheris; it has wheels for Linux on x86-64 only, so it is an extra of its own.
"""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from tests.fuzz.mutate import Format

_SECONDS_AN_INPUT = 20


def run_atheris(form: Format, inputs: int, seed: int, out: Path) -> int:
    """Try so many inputs of a format in a process of its own, which libFuzzer ends; return its exit status.

    Args:
        out: folder for the corpus, which later runs go on from, and for inputs that fail.
    """
    corpus, failed = out / "corpus" / form.name, out / "failed"
    for folder in (corpus, failed):
        folder.mkdir(parents=True, exist_ok=True)
    for number, (name, body) in enumerate(form.seeds):
        (corpus / f"seed{number}-{name}").write_bytes(body)
    words = out / f"{form.name}.dict"
    words.write_text("".join(f'"{_quoted(token)}"\n' for token in form.tokens if 0 < len(token) <= 64))
    options = [
        f"-runs={inputs}", f"-seed={seed}", "-max_len=20000", f"-timeout={_SECONDS_AN_INPUT}", "-print_final_stats=1",
        f"-dict={words}", f"-artifact_prefix={failed}/{form.name}-", "-verbosity=1", "-rss_limit_mb=3000",
    ]  # fmt: skip
    command = [sys.executable, "-m", "tests.fuzz.coverage_guided", form.seeds[0].name, *options, str(corpus)]
    status = subprocess.run(command, env={**os.environ, "PYTHONWARNINGS": "error"}).returncode
    sys.stdout.write(f"{form.name}: atheris ended with {status}; what failed is in {failed}\n")
    return 1 if status else 0


def _quoted(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token)


def main() -> None:
    """Run libFuzzer in this process: the name that inputs are given, and libFuzzer's own options."""
    import atheris

    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["notes_pipeline.core.formats"]):
        for module in ("parse_file", "csv_rows", "cda", "hl7", "html", "rtf", "zip_archive", "pdf", "text", "fhir.xml"):
            import_module(f"notes_pipeline.core.formats.{module}")
        from tests.fuzz.checks import examine

    def try_one(body: bytes) -> None:
        violations = examine(name, body, _SECONDS_AN_INPUT).violations
        if violations:
            raise AssertionError(violations)

    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
