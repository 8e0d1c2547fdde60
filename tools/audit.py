"""Hold the installed packages against the known vulnerabilities, with pip-audit, and say which of them could not be checked.

Run with `make audit`. Exit codes: 0 every package was checked and nothing is known; 1 something is known; 2 not everything
could be checked. pip-audit alone calls it "no known vulnerabilities" where the index carries no advisories for any package.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import distributions
from typing import Any

OURS = "pnet-pathways"


def told(dependencies: Sequence[Mapping[str, Any]]) -> tuple[int, list[str]]:
    """Return the exit code and the lines for what pip-audit found, each dependency as its JSON has it."""
    others = [one for one in dependencies if one["name"] != OURS]
    checked = [one for one in others if "vulns" in one]
    known = [
        f"{one['name']} {one['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'no version yet'}"
        for one in checked
        for found in one["vulns"]
    ]
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in others if "vulns" not in one]
    summary = f"{len(checked)} of {len(others)} packages checked, {len(known)} known vulnerabilities"
    return 1 if known else 2 if skipped or not checked else 0, [*known, *skipped, summary]


def main() -> int:
    """Run pip-audit on the environment of this Python; return the exit code."""
    command = (sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        reason = (done.stderr.strip().splitlines() or ["it gave no reason"])[-1]
        print(f"0 of {len(list(distributions()))} packages checked: the advisories cannot be read ({reason})")
        return 2
    code, lines = told(json.loads(done.stdout)["dependencies"])
    print("\n".join(lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
