"""Whose matters the groups of an office show and when they hear of them: read once, asked for many."""

from functools import cached_property

from sqlmodel import Session

from schedules.policies import Policies
from schedules.policy import Policy
from schedules.views import Sight, sight_of
from storage import people
from storage.models import Chat, Office


class Groups:
    """The groups of one office, as they are when they are first asked for."""

    def __init__(self, session: Session, office: Office) -> None:
        self._session, self._office = session, office

    def policy(self, chat: Chat) -> Policy:
        """How a group wants to be reminded (see `policy_of_chat`)."""
        if chat.whole_office or chat.private:
            return self._policies.office
        return self._policies.together(self._shown.get(chat.id or 0, ()))

    def sight(self, chat: Chat) -> Sight | None:
        """What a group may see (see `sight_of_chat`)."""
        return sight_of(chat, self._everyone, self._shown.get(chat.id or 0, ()))

    @cached_property
    def quiet(self) -> set[int]:
        """Those that are told nothing (see `people.quiet`)."""
        return people.quiet(self._session, self._office.id or 0)

    @cached_property
    def _policies(self) -> Policies:
        return Policies(self._session, self._office)

    @cached_property
    def _everyone(self) -> list[int]:
        return [unit.id or 0 for unit in people.units(self._session, self._office.id or 0)]

    @cached_property
    def _shown(self) -> dict[int, list[int]]:
        return people.shown_by_group(self._session, self._office.id or 0)
