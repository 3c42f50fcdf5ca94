"""`writer-app bench`: runs what lies in tests/benchmarks of a checkout."""

import subprocess
import sys
from pathlib import Path

from writer_app.errors import UserError


def bench(names: list[str]) -> int:
    """Run the benchmarks called `names`, or all, each in a process of its own. Raises UserError where there are none."""
    folder = Path(__file__).parents[2] / "tests" / "benchmarks"
    scripts = {path.stem: path for path in sorted(folder.glob("[!_]*.py"))}
    if not scripts:
        raise UserError(
            f"There are no benchmarks in {folder}.", "They are part of a checkout, not of an installed program."
        )
    unknown = [name for name in names if name not in scripts]
    if unknown:
        raise UserError(f"There is no benchmark called {unknown[0]}.", f"There are {', '.join(scripts)}.")
    codes = [subprocess.run([sys.executable, str(scripts[name])], check=False).returncode for name in names or scripts]  # noqa: S603 - our own scripts
    return max(codes)
