"""What a real Zalo answered, kept as it came: a file for each answer, what is known so far, and a page that sums it
up. Tokens and secrets never get there; names and ids of people do."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from lang.text import _

STATE = "ket-qua.json"
PAGE = "tom-tat.md"
HIDDEN = "<…>"


class Records:
    """A folder. `hide` is written down nowhere. `met` is whom the bot has met: «group», «private», «members»."""

    def __init__(self, folder: Path, hide: Sequence[str] = ()) -> None:
        self.folder, self._hide = folder, sorted(filter(None, hide), key=len, reverse=True)
        folder.mkdir(parents=True, exist_ok=True)
        known: dict[str, Any] = {}
        if (folder / STATE).exists():
            known = json.loads((folder / STATE).read_text("utf-8"))
        self._answers: dict[str, list[str]] = known.get("answers", {})
        self.met: dict[str, Any] = known.get("met", {})

    def keep(self, question: int, step: str, what: Mapping[str, Any]) -> None:
        """One raw answer; `step` names it in a file's name (ASCII)."""
        taken = len(self._files(question))
        self._write(f"{question:02}-{taken + 1:02}-{step}.json", json.dumps(what, ensure_ascii=False, indent=1))

    def answer(self, question: int, lines: Sequence[str]) -> None:
        self._answers[str(question)] = list(lines)
        self.save()

    def save(self) -> None:
        state = {"answers": self._answers, "met": self.met}
        self._write(STATE, json.dumps(state, ensure_ascii=False, indent=1))

    def answered(self, question: int) -> list[str]:
        """What is known of a question; nothing while it is open."""
        return self._answers.get(str(question), [])

    def page(self, titles: Mapping[int, str], at: datetime) -> Path:
        """Sum up; where the page is."""
        head = _("Zalo: mười một câu hỏi, {day}", day=f"{at:%d/%m/%Y %H:%M}")
        lines = [f"# {head}", ""]
        lines += [_("Các tệp có tên và mã của người thật: chỉ giữ trong cơ quan, xóa tên trước khi đưa ra ngoài."), ""]
        for number, title in titles.items():
            said = self.answered(number) or [_("chưa hỏi")]
            files = ", ".join(path.name for path in self._files(number))
            lines += [f"## {number}. {title}", *(f"- {line}" for line in said)]
            lines += ["- " + _("tệp: {files}", files=files)] if files else []
            lines.append("")
        self._write(PAGE, "\n".join(lines))
        return self.folder / PAGE

    def _files(self, question: int) -> list[Path]:
        return sorted(self.folder.glob(f"{question:02}-*.json"))

    def _write(self, name: str, text: str) -> None:
        for secret in self._hide:
            text = text.replace(secret, HIDDEN)
        (self.folder / name).write_text(text + "\n", "utf-8")
