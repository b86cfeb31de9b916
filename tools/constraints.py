"""The versions we run with: `[tool.uv]` in pyproject.toml pins everything that uv resolves, and this keeps it exact.

    python -m tools.constraints check     is the list what uv resolves today, nothing missing, nothing more?
    python -m tools.constraints write     write it anew; versions in uv.lock are kept (delete it first to move them)

uv.lock itself is not kept: it names the registry it was made from, and ours is not everybody's.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RUN, BUILD = "constraint-dependencies", "build-constraint-dependencies"
BUILDERS = ("hatchling", "editables")
"""What building the project asks for; it is not in the lock."""


def resolved(lock: dict[str, Any]) -> list[str]:
    """Every package of a lock but the project itself, as requirements; where one has several versions, with markers."""
    packages = [package for package in lock["package"] if "editable" not in package["source"]]
    names = [package["name"] for package in packages]
    lines = []
    for package in packages:
        pin = f"{package['name']}=={package['version']}"
        several = names.count(package["name"]) > 1
        lines += [f"{pin} ; {marker}" for marker in package["resolution-markers"]] if several else [pin]
    return sorted(lines)


def resolved_build(pins: list[str]) -> list[str]:
    """What `BUILDERS` need in turn, kept to `pins` where they name it."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.write("\n".join(pins))
        constraints.flush()
        command = ["uv", "pip", "compile", "-", "--universal", "--no-header", "--no-annotate", "--quiet"]
        command += ["--constraint", constraints.name]
        asked = "\n".join(BUILDERS)
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, cwd=ROOT)
    return sorted(done.stdout.splitlines())


def declared(key: str, pyproject: str) -> list[str]:
    return list(tomllib.loads(pyproject)["tool"]["uv"][key])


def with_list(pyproject: str, key: str, lines: list[str]) -> str:
    """`pyproject` with `lines` as the value of `key`."""
    value = "".join(f"    {json.dumps(line)},\n" for line in lines)
    return re.sub(rf"(?ms)^{key} = \[.*?^\]", lambda _: f"{key} = [\n{value}]", pyproject)


def faults(pyproject: str, lock: dict[str, Any], build: list[str]) -> list[str]:
    """Where the lists in `pyproject` and what uv resolved differ; empty when they do not."""
    found = []
    for key, wanted in ((RUN, resolved(lock)), (BUILD, build)):
        listed = declared(key, pyproject)
        found += [f"{key} lacks {pin}" for pin in wanted if pin not in listed]
        found += [f"{key} has {pin}, which nothing needs" for pin in listed if pin not in wanted]
    return found


def _lock() -> dict[str, Any]:
    subprocess.run(["uv", "lock", "--quiet"], check=True, cwd=ROOT)
    return tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))


def main() -> None:
    path = ROOT / "pyproject.toml"
    text = path.read_text("utf-8")
    build = declared(BUILD, text)
    match sys.argv[1:]:
        case ["check"]:
            found = faults(text, _lock(), resolved_build(build))
            sys.exit("\n".join([*found, "To mend: python -m tools.constraints write"]) if found else 0)
        case ["write"]:
            kept = build if (ROOT / "uv.lock").exists() else []
            path.write_text(with_list(text, RUN, []), "utf-8")
            text = with_list(text, RUN, resolved(_lock()))
            path.write_text(with_list(text, BUILD, resolved_build(kept)), "utf-8")
            _lock()
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
