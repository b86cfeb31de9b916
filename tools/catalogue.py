"""The sentences and their translations: `lang/locales/<locale>.po`.

python -m tools.catalogue update    take the sentences from the source; what is new stands there untranslated
python -m tools.catalogue check     is every sentence translated, with the same {names}, and none left over?
"""

import ast
import string
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "channels", "handlers", "schedules", "storage", "plans", "lang")
CATALOGUES = ROOT / "lang" / "locales"
LOCALES = ("en",)
KEYWORDS = {"_": None, "N_": None, "many": (1, 2)}
"""What a sentence is said with (lang/text.py); `many` takes the words for one and for several."""
HEADERS = ("Language:", "Plural-Forms:", "MIME-Version:", "Content-Type:", "Content-Transfer-Encoding:")
"""What the head of a catalogue says; the other lines that Babel writes change with the day or say nothing."""


def sources(root: Path = ROOT) -> list[Path]:
    return [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]


def extracted(root: Path = ROOT) -> Catalog:
    """Every sentence of the source."""
    template = Catalog(charset="utf-8", header_comment="# The sentences of Nhắc Việc.")
    for path in sources(root):
        place = path.relative_to(root).as_posix()
        for line, words, comments, _context in extract_from_file("python", path, KEYWORDS, ("Translators:",), {}):
            template.add(words, None, [(place, line)], auto_comments=comments)
    return template


def unextractable(source: str) -> list[int]:
    """The lines on which nobody could translate a sentence: it is put together before it is said, or said inside an
    f-string, which is one piece to whoever takes the sentences out (Python 3.11)."""
    tree = ast.parse(source)
    return sorted(
        [node.lineno for node, words in _said(tree) if any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in words)]
        + [
            node.lineno
            for whole in ast.walk(tree)
            if isinstance(whole, ast.JoinedStr)
            for node, words in _said(whole)
            if any(isinstance(one, ast.Constant) for one in words)
        ]
    )


def _said(tree: ast.AST) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    """Where something is said, and its sentences."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            yield node, node.args[: 2 if node.func.id == "many" else 1]


def load(locale: str) -> Catalog:
    path = CATALOGUES / f"{locale}.po"
    if not path.exists():
        return Catalog(locale=locale, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update(locale: str) -> None:
    """Bring one catalogue to the source's sentences; translations are kept, nothing is guessed, what is gone goes."""
    translated = load(locale)
    translated.update(extracted(), no_fuzzy_matching=True, update_header_comment=True)
    translated.fuzzy = False
    output = BytesIO()
    write_po(output, translated, width=110, ignore_obsolete=True, sort_by_file=True, include_lineno=False)
    head, body = output.getvalue().decode("utf-8").split("\n\n", 1)
    kept = [
        line for line in head.split("\n") if ": " not in line or line.startswith(tuple(f'"{name}' for name in HEADERS))
    ]
    CATALOGUES.mkdir(exist_ok=True)
    (CATALOGUES / f"{locale}.po").write_text("\n".join(kept) + "\n\n" + body, "utf-8")


def names(words: str) -> set[str]:
    """The names that `words` have filled in. Raises ValueError where a brace is left open."""
    return {field for _text, field, _spec, _conversion in string.Formatter().parse(words) if field is not None}


def faults(template: Catalog, translated: Catalog) -> Iterator[str]:
    """What is wrong with a translation of `template`."""
    for message in template:
        if message.id and message.id not in translated:
            yield f"not in the catalogue: {message.id!r}"
    for message in translated:
        if message.id:
            yield from _faults(message, template)
    for message in translated.obsolete.values():
        yield f"no longer said: {message.id!r}"


def _faults(message: Message, template: Catalog) -> Iterator[str]:
    if message.id not in template:
        yield f"no longer said: {message.id!r}"
        return
    if message.fuzzy:
        yield f"a guess: {message.id!r}"
    said = [message.id] if isinstance(message.id, str) else list(message.id)
    translations = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not translations or not all(translations):
        yield f"not translated: {message.id!r}"
        return
    wanted = {name for words in said for name in names(words)}
    for n, words in enumerate(translations):
        try:
            found = names(words)
        except ValueError as error:
            yield f"{error}: {words!r}"
            continue
        # «one day» need not say the number.
        optional = {"n"} if len(translations) > 1 and n == 0 else set()
        if found - wanted or wanted - found - optional:
            yield f"names differ, {sorted(wanted)} and {sorted(found)}: {words!r}"


def main() -> None:
    match sys.argv[1:]:
        case ["update"]:
            for locale in LOCALES:
                update(locale)
        case ["check"]:
            found = [f"{locale}: {fault}" for locale in LOCALES for fault in faults(extracted(), load(locale))]
            found += [
                f"{path.relative_to(ROOT)}:{line}: a sentence put together before it is said"
                for path in sources()
                for line in unextractable(path.read_text("utf-8"))
            ]
            sys.exit("\n".join(found) if found else 0)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
