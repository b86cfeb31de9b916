"""The judges' own phrases: none may be read wrong without a doubt."""

import importlib.util
from pathlib import Path
from typing import Any

from tests.absent import absent
from tests.lang.judging import reading, rows

SHARED = Path(__file__).resolve().parents[3] / "shared"
TABLE = SHARED / "phrases" / "dev.tsv"
JUDGE = SHARED / "score" / "score_phrases.py"


def _judge() -> Any:
    spec = importlib.util.spec_from_file_location("score_phrases", JUDGE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.judge


def test_every_phrase_is_right_or_asked_about() -> None:
    if not (TABLE.is_file() and JUDGE.is_file()):
        absent(f"the judges' phrases are not beside the project: {TABLE}")
    judge = _judge()
    verdicts = {(phrase, year): judge(wanted, reading(phrase, year)) for phrase, year, wanted in rows(TABLE)}
    counts = list(verdicts.values())
    wrong = [asked for asked, verdict in verdicts.items() if verdict == "wrong"]
    assert len(wrong) <= 0.005 * len(counts), wrong
    assert counts.count("right") >= 0.92 * len(counts)
