"""Doubts: what a reading could not settle, as a value; worded here for whoever reads it."""

from dataclasses import dataclass, field
from datetime import date

from lang.text import _


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing a careful officer would ask about.

    `code` names the kind («year_mismatch», «no_such_day» …), `args` fill its sentence, `dates` are the dates that
    stay unsettled because of it, `suggest` what the answer probably is (offered as a choice, never taken).
    """

    code: str
    args: dict[str, str] = field(default_factory=dict)
    dates: tuple[date, ...] = ()
    suggest: tuple[date, ...] = ()


def words(doubt: Doubt) -> str:
    """The doubt as a question a person can answer."""
    return doubt.code
