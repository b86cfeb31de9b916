"""Who may do what, in one table: standing × action → scope. Nothing else in the program decides it."""

from collections.abc import Iterable
from enum import Enum, StrEnum

from storage.models import RoleKind


class Action(StrEnum):
    """What people do. Every command declares one."""

    TALK = "talk"  # help, /start, taking back one's own last act: what needs no right of its own
    SEE = "see"  # lists, progress, where a deadline comes from
    CLOSE = "close"  # record a result
    MEASURE = "measure"  # record a reading of a target
    SEND_PLAN = "send_plan"
    SETTLE = "settle"  # answer a doubt, confirm an old deadline, give a day to one without
    AGREE_PLAN = "agree_plan"  # agree or drop a plan, confirm the units it names
    LINK = "link"  # say whose matters a group shows
    LANGUAGE = "language"


class Scope(Enum):
    NONE = 0
    UNIT = 1  # for one's own unit; in a unit's group, for that unit
    OFFICE = 2


class Standing(StrEnum):
    """As whom somebody speaks: by a role, or by speaking in a linked group, whose members the messenger vouches for."""

    UNIT_GROUP = "unit_group"
    OFFICE_GROUP = "office_group"
    STAFF = "staff"
    FOCAL = "focal"
    HEAD = "head"
    COORDINATOR = "coordinator"
    LEADER = "leader"
    ADMIN = "admin"


STANDING_OF = {role: Standing(role.value) for role in RoleKind}

N, U, O = Scope.NONE, Scope.UNIT, Scope.OFFICE  # noqa: E741

TABLE: dict[Action, dict[Standing, Scope]] = {
    action: dict(zip(Standing, scopes, strict=True))
    for action, scopes in {
        #                  unit  office
        #                  group group  staff focal head  coord leader admin
        Action.TALK:       (U,    O,    U,    U,    U,    O,    O,    O),
        Action.SEE:        (U,    O,    U,    U,    U,    O,    O,    O),
        Action.CLOSE:      (U,    N,    U,    U,    U,    N,    N,    N),
        Action.MEASURE:    (U,    N,    U,    U,    U,    O,    N,    O),
        Action.SEND_PLAN:  (N,    N,    N,    N,    N,    O,    N,    O),
        Action.SETTLE:     (N,    N,    N,    N,    N,    O,    N,    O),
        Action.AGREE_PLAN: (N,    N,    N,    N,    N,    N,    N,    O),
        Action.LINK:       (N,    N,    N,    N,    N,    N,    N,    O),
        Action.LANGUAGE:   (U,    O,    U,    U,    U,    O,    O,    O),
    }.items()
}  # fmt: skip


def scope(action: Action, standings: Iterable[Standing]) -> Scope:
    """The widest scope in which somebody of these standings may do `action`."""
    return max((TABLE[action][standing] for standing in standings), key=lambda scope: scope.value, default=Scope.NONE)
