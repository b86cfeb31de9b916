"""Our own phrases, with the meaning a careful officer gave them."""

from pathlib import Path
from typing import Any

import pytest

from tests.lang.judging import faults, reading, rows

TABLE = Path(__file__).parent / "phrases.tsv"


@pytest.mark.parametrize(("phrase", "year", "wanted"), list(rows(TABLE)), ids=lambda value: str(value)[:40])
def test_phrase(phrase: str, year: int, wanted: dict[str, Any]) -> None:
    assert faults(wanted, reading(phrase, year)) == []
