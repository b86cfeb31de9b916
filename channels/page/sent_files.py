"""The files that the bot sent in the local web chat, kept so that their links stay good."""

from pathlib import Path


class SentFiles:
    """Contents by the id of the message they came with; in a folder, or with none in memory.

    Ids are made by this program: whoever asks for a file names a message, never a path."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held: dict[str, bytes] = {}

    def keep(self, id: str, content: bytes) -> None:
        """Raises OSError when the folder cannot be written."""
        if self._folder is None:
            self._held[id] = content
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / id).write_bytes(content)

    def read(self, id: str) -> bytes | None:
        if self._folder is None:
            return self._held.get(id)
        try:
            return (self._folder / id).read_bytes()
        except FileNotFoundError:
            return None
