"""Who hears on a morning of units without a group, and of what has risen to them: looked up once for all."""

from functools import cached_property

from schedules import digest, told, upward
from schedules.matters import Matters
from schedules.tell import Ears


class Morning:
    """The morning of these matters."""

    def __init__(self, matters: Matters) -> None:
        self._all, self.ears = matters, Ears(matters.session, matters.office, matters.day)

    @cached_property
    def _upward(self) -> set[int]:
        return upward.chats(self._all, self.ears)

    @property
    def chats(self) -> list[int]:
        return list(dict.fromkeys([*(chat for one in self.ears.alone for chat in one.chats), *sorted(self._upward)]))

    def calls(self, chat_id: int) -> bool:
        """Whether something of it calls in this chat; of each unit that does not, it has had nothing to hear."""
        session, day, found = self._all.session, self._all.day, chat_id in self._upward
        for one in self.ears.alone:
            unit = one.unit.id or 0
            if chat_id in one.chats:
                since = told.in_private(session, unit, chat_id, day)
                if digest.calls(one, self._all.of(one.units, since)):
                    found = True
                else:
                    told.alone(session, unit, chat_id, day)
        return found
