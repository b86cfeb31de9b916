"""Which language is being spoken, and the sentences in it.

Vietnamese is the source text, written where it is said, so that a missing catalogue can never silence the
bot in its main language; every other language is a Babel catalogue in `lang/locales/<locale>.po`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

SOURCE = "vi"
CATALOGUES = Path(__file__).parent / "locales"

_spoken: ContextVar[str] = ContextVar("spoken", default=SOURCE)


def locales() -> list[str]:
    """Every language the bot speaks, the source language first."""
    return [SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po"))]


def spoken() -> str:
    """The language of whoever is being spoken to now."""
    return _spoken.get()


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Say everything inside the block in `locale`."""
    token = _spoken.set(locale)
    try:
        yield
    finally:
        _spoken.reset(token)


def N_(sentence: str, /) -> str:
    """Mark a sentence that is said later, with `_`, so that it is found for the catalogues."""
    return sentence


@cache
def catalogue(locale: str) -> GNUTranslations:
    """The sentences of one language, compiled in memory: no build step, and a `.po` edited is a bot that speaks so."""
    # Loaded by who speaks another language only: the child that reads plans says nothing, and is to start fast.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{locale}.po").open("rb") as file:
        compiled = BytesIO()
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(sentence: str, /, **values: object) -> str:
    """`sentence` in the language being spoken, its `{names}` filled in."""
    said = sentence if spoken() == SOURCE else catalogue(spoken()).gettext(sentence)
    return said.format(**values) if values else said


def many(one: str, several: str, n: int, /, **values: object) -> str:
    """Like `_`, for a sentence whose form depends on the count `n`; `{n}` is filled in too.

    Vietnamese has one form, so `one` and `several` are often the same words.
    """
    said = (one if n == 1 else several) if spoken() == SOURCE else catalogue(spoken()).ngettext(one, several, n)
    return said.format(n=n, **values)
