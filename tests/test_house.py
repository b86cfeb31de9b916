"""The rules of the house that no linter keeps, and proof that the linter's own rules bite."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import metadata
from pathlib import Path

import pytest

from bot.settings import Settings
from tools import constraints

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "channels", "handlers", "schedules", "storage", "plans", "lang")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
GENERATED = ROOT / "storage" / "migrations" / "versions"


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if path.parent != GENERATED]
    assert found
    return found


def commits(source: str) -> list[int]:
    """The lines on which something is committed or rolled back by hand."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback"}
    ]


def test_a_transaction_ends_only_where_it_began() -> None:
    assert commits("with session.begin():\n    pass\nsession.commit()") == [3]
    found = {
        path.relative_to(ROOT): lines for path in sources(*PACKAGES) if (lines := commits(path.read_text("utf-8")))
    }
    assert found == {}


def test_no_file_is_longer_than_400_lines() -> None:
    """Written by hand, that is: Alembic writes a revision as long as the tables are."""
    by_hand = [path for path in sources(*PACKAGES, "tests", "tools") if path.parent.name != "versions"]
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in by_hand}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > 400} == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(
        r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplemented" + "Error"]) + r")\b"
    )
    places = sources(*PACKAGES, "tests", "tools")
    assert [str(path.relative_to(ROOT)) for path in places if later.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "asking",
    [
        "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n",
        "import datetime\n\nnow = datetime.datetime.now(datetime.UTC)\n",
        "from datetime import date\n\nday = date.today()\n",
        "import time\n\nnow = time.time()\n",
        "from time import time\n\nnow = time()\n",
    ],
)
def test_the_linter_sees_who_asks_what_time_it_is(asking: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--select", "TID251", "--no-cache", "--stdin-filename"]
    outside = subprocess.run([*command, "handlers/late.py"], input=asking, text=True, cwd=ROOT, capture_output=True)
    assert "only schedules.clock asks" in outside.stdout, outside.stdout
    inside = subprocess.run([*command, "schedules/clock.py"], input=asking, text=True, cwd=ROOT, capture_output=True)
    assert inside.returncode == 0, inside.stdout


def licence_words(package: str) -> str:
    about = metadata(package)
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    return " ".join([about.get("License-Expression") or "", about.get("License") or "", *classifiers])


def is_free_enough(words: str, *, shipped: bool) -> bool:
    """Permissive or LGPL; what we only develop with may also be MPL."""
    if re.search(r"(?<!L)\bA?GPL|Affero|(?<!Lesser )General Public", words):
        return False
    kinds = r"\bMIT\b|\bBSD\b|\bBSD-|Apache|\bISC\b|\bPSF|LGPL|Lesser General" + ("" if shipped else r"|\bMPL-2\.0")
    return re.search(kinds, words) is not None


@pytest.mark.parametrize(
    "words", ["GPL-3.0-only", "AGPL-3.0-only", "GNU General Public License v2", "MPL-2.0", "", "Proprietary"]
)
def test_a_licence_that_binds_us_is_seen(words: str) -> None:
    assert not is_free_enough(words, shipped=True)


@pytest.mark.parametrize(
    ("package", "shipped"),
    [
        pytest.param(re.match(r"[\w.-]+", line)[0], shipped, id=line)  # type: ignore[index]
        for shipped, lines in (
            (True, PYPROJECT["project"]["dependencies"]),
            (False, PYPROJECT["dependency-groups"]["dev"]),
        )
        for line in lines
    ],
)
def test_licences_of_what_we_use(package: str, shipped: bool) -> None:
    assert is_free_enough(licence_words(package), shipped=shipped), licence_words(package)


def lock(*packages: tuple[str, str]) -> dict[str, object]:
    registry = {"registry": "anywhere"}
    return {"package": [{"name": name, "version": version, "source": registry} for name, version in packages]}


def test_a_version_not_pinned_is_seen() -> None:
    text = '[tool.uv]\nconstraint-dependencies = [\n  "b==2",\n  "c==1",\n]\nbuild-constraint-dependencies = ["h==1"]\n'
    assert constraints.faults(text, lock(("b", "2"), ("a", "1")), ["h==2"]) == [
        "constraint-dependencies lacks a==1",
        "constraint-dependencies has c==1, which nothing needs",
        "build-constraint-dependencies lacks h==2",
        "build-constraint-dependencies has h==1, which nothing needs",
    ]
    assert constraints.faults(text, lock(("b", "2"), ("c", "1")), ["h==1"]) == []


def test_every_version_is_pinned() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    locked = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))
    build = constraints.declared("build-constraint-dependencies", text)
    assert {line.split("==")[0] for line in build} >= set(constraints.BUILDERS)
    assert constraints.faults(text, locked, build) == []


def test_no_registry_is_named() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    hosts = re.compile("files.pythonhosted" + r"\.org|pypi" + r"\.org|/opt/" + "(wheels|pypi)")
    texts = {name: (ROOT / name).read_bytes().decode("utf-8", "replace") for name in tracked if (ROOT / name).is_file()}
    assert [name for name, text in texts.items() if hosts.search(text)] == []


def test_the_example_of_env_says_what_holds_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / ".env.example"
    named = {
        line.split("=")[0].lower() for line in example.read_text("utf-8").splitlines() if re.match(r"[A-Z_]+=", line)
    }
    assert named == set(Settings.model_fields) - {"failpoint"}
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert Settings(_env_file=example) == Settings(_env_file=None)
