"""Keeps a bot's token out of every log."""

import logging
import traceback


def mask(token: str) -> logging.Filter:
    """A filter for every log handler: the secret half of `token` never gets past it, tracebacks included."""
    return _Mask(token.partition(":")[2] or token)


class _Mask(logging.Filter):
    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            text = f"{record.msg} {record.args}"
        if self._secret in text:
            record.msg, record.args = self._clean(text), None
        if record.exc_info and record.exc_info[0]:
            record.exc_text = self._clean("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        elif record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        return text.replace(self._secret, "***")
