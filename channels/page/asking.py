"""What the page of the local web chat asks of its server, read; what makes no sense is refused in words."""

import json
from base64 import b64decode
from binascii import Error as NotBase64
from contextlib import suppress
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from channels import FILE_LIMIT, Actor, Room, Scene
from lang.text import _

BODY_LIMIT = 3 * FILE_LIMIT
"""Bytes of one request: files travel in base64, a third larger than they are."""


async def refusal(request: Request, refused: Exception) -> Response:
    """A refusal as the page reads it."""
    assert isinstance(refused, HTTPException)
    return JSONResponse({"error": refused.detail}, refused.status_code)


async def body_of(request: Request) -> dict[str, Any]:
    """What a request asks, a JSON object of at most `BODY_LIMIT` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_LIMIT:
            raise HTTPException(413, _("Các tệp trong một tin quá lớn. Xin gửi từng tệp một."))
    with suppress(ValueError):
        asked = json.loads(body)
        if isinstance(asked, dict):
            return asked
    raise HTTPException(400, _("Trang gửi một yêu cầu không đọc được."))


def speaker(scene: Scene, asked: dict[str, Any]) -> tuple[Actor, Room | None]:
    """Who speaks, and in which room; None in private."""
    actor = next((actor for actor in scene.actors if actor.id == asked.get("actor")), None)
    room = next((room for room in scene.rooms if room.id == asked.get("room")), None)
    if actor is None or (room is None and asked.get("room") is not None):
        raise HTTPException(400, _("Không còn người hoặc nhóm này. Xin tải lại trang."))
    return actor, room


def files_of(sent: Any) -> list[dict[str, Any]]:
    """The files of a request, each with its size and, up to `FILE_LIMIT`, its content in base64."""
    try:
        sizes = [int(file["size"]) if file["content"] is None else len(b64decode(file["content"])) for file in sent]
        return [
            {"name": str(file["name"]), "size": size, "content": file["content"] if size <= FILE_LIMIT else None}
            for file, size in zip(sent, sizes, strict=True)
        ]
    except (NotBase64, TypeError, ValueError, KeyError):
        raise HTTPException(400, _("Trang gửi một yêu cầu không đọc được.")) from None


def moment_of(asked: Any, now: datetime) -> datetime:
    """A moment as the page writes it: the office's own time unless it names an offset."""
    try:
        moment = datetime.fromisoformat(asked)
    except (TypeError, ValueError):
        raise HTTPException(400, _("Chưa đọc được ngày giờ này.")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)
