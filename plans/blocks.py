"""Tasks written as a heading with labelled lines below it: «Đơn vị chủ trì: …», «Thời gian: …», «Sản phẩm: …»."""

import re
from dataclasses import dataclass

from plans import units
from plans.prose import Item, section_kind

_ROLES = (
    ("coordinating", re.compile(r"(?:(?:đơn vị|cơ quan|bộ phận|thành phần)\s+)?(?:phối hợp|tham gia|cùng thực hiện)")),
    (
        "lead",
        re.compile(
            r"(?:(?:đơn vị|cơ quan|bộ phận|người)\s+)?(?:chủ trì|thực hiện|phụ trách|chịu trách nhiệm|đầu mối)"
            r"(?:\s+(?:thực hiện|tham mưu))?|trách nhiệm(?:\s+thực hiện)?"
        ),
    ),
    ("time", re.compile(r"(?:thời (?:gian|hạn)|tiến độ|hạn)(?:\s+(?:thực hiện|hoàn thành|tổ chức|dự kiến))?")),
    ("product", re.compile(r"(?:sản phẩm|kết quả)(?:\s+(?:đầu ra|cần đạt|dự kiến|thực hiện))?|đầu ra")),
)
_LABEL = re.compile(r"^([^:.;]{3,40}?)\s*:\s*(.*)$", re.DOTALL)
_NUMBERED = re.compile(r"\d|[a-zđ]$")


@dataclass(frozen=True, slots=True)
class Block:
    """A task: its heading, and what the lines below it say; a time or a product left out is None."""

    ref: str
    title: str
    lead: tuple[str, ...]
    coordinating: tuple[str, ...]
    product: str | None
    time: str | None


def blocks(prose: list[Item]) -> dict[tuple[tuple[str, ...], tuple[str, ...]], Block]:
    """The blocks by (labels, trail) of the lines below each heading: at least two of its lines are labelled, one
    of them with who or when."""
    told: dict[tuple[tuple[str, ...], tuple[str, ...]], dict[str, str]] = {}
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}
    headings = {(item.labels, (*item.trail, item.text)): item.place for item in prose}
    for item in prose:
        under = (item.labels[:-1], item.trail)
        if not item.leaf or under not in headings or not _NUMBERED.match(under[0][-1]):
            continue
        if section_kind(item.trail[-1]) == "duties":
            continue
        label = _LABEL.match(item.text)
        role = _role(label[1]) if label else None
        if label and role:
            told.setdefault(under, {}).setdefault(role, label[2].strip(" .;"))
            places[under] = headings[under]
    return {
        under: _block(places[under], under[1][-1], roles)
        for under, roles in told.items()
        if len(roles) > 1 and (roles.keys() & {"lead", "time"})
    }


def _role(label: str) -> str | None:
    words = label.strip().lower()
    return next((role for role, pattern in _ROLES if pattern.fullmatch(words)), None)


def _block(ref: str, title: str, roles: dict[str, str]) -> Block:
    return Block(
        ref,
        title.strip(" .:"),
        units.names(roles.get("lead", ""), lead=True)[0],
        units.names(roles.get("coordinating", ""))[0],
        roles.get("product") or None,
        roles.get("time") or None,
    )
