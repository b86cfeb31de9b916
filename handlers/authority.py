"""Who may do what, in one table: standing × action → scope. Nothing else in the program decides it."""

from collections.abc import Iterable, Sequence
from enum import Enum, StrEnum

from storage.models import RoleKind


class Action(StrEnum):
    """What people do. Every command declares one."""

    TALK = "talk"  # help, /start, taking back one's own last act: what needs no right of its own
    SEE = "see"  # lists, progress, where a deadline comes from, its story
    STATE = "state"  # whether what the bot says arrives
    CLOSE = "close"  # record a result, receive a task, say why it is late
    STAND_IN = "stand_in"  # record a result for a unit, which may object
    EXTEND = "extend"  # ask for a later day
    ACCEPT = "accept"  # accept a result or give it back, grant a later day
    EXPLAIN = "explain"  # ask a unit why
    WATCH = "watch"  # see who has not received a task
    ASSIGN = "assign"  # give a unit a task by message, change it, put it off, cancel it
    MEASURE = "measure"  # record a reading of a target
    SEND_PLAN = "send_plan"
    SETTLE = "settle"  # answer a doubt, confirm an old deadline, give a day to one without
    AGREE_PLAN = "agree_plan"  # agree or drop a plan, confirm the units it names, say who accepts its results
    RULE = "rule"  # the office's calendar, how its days are counted, when a plan is reminded of
    REMIND = "remind"  # when the reminders of a unit or of the office come
    LINK = "link"  # say whose matters a group shows
    HERE = "here"  # say in which of its groups, on several messengers, a unit is told things
    BOARD = "board"  # put a board up in a group, take it away
    LEAVE = "leave"  # name a stand-in: for oneself, or for anybody
    PEOPLE = "people"  # the roster, codes, roles, moving people, merging and renaming units
    LANGUAGE = "language"


class Scope(Enum):
    NONE = 0
    UNIT = 1  # for one's own unit or block of units; in a unit's group, for that unit
    OFFICE = 2


class Standing(StrEnum):
    """As whom somebody speaks: by a role, or by speaking in a linked group, whose members the messenger vouches for."""

    UNIT_GROUP = "unit_group"
    OFFICE_GROUP = "office_group"
    STAFF = "staff"
    FOCAL = "focal"
    HEAD = "head"
    COORDINATOR = "coordinator"
    DEPUTY = "deputy"  # a leader of a block of units
    LEADER = "leader"
    ADMIN = "admin"


def standing_of(role: RoleKind, units: Sequence[int] | None) -> Standing:
    """As whom a role lets speak; `units` None: it is for the whole office."""
    return Standing.DEPUTY if role is RoleKind.LEADER and units is not None else Standing(role.value)


N, U, O = Scope.NONE, Scope.UNIT, Scope.OFFICE  # noqa: E741

TABLE: dict[Action, dict[Standing, Scope]] = {
    action: dict(zip(Standing, scopes, strict=True))
    for action, scopes in {
        #                  unit  office
        #                  group group  staff focal head  coord depty leadr admin
        Action.TALK:       (U,    O,    U,    U,    U,    O,    U,    O,    O),
        Action.SEE:        (U,    O,    U,    U,    U,    O,    U,    O,    O),
        Action.STATE:      (U,    N,    U,    U,    U,    O,    N,    N,    O),
        Action.CLOSE:      (U,    N,    U,    U,    U,    N,    N,    N,    N),
        Action.STAND_IN:   (N,    N,    N,    N,    N,    O,    N,    N,    N),
        Action.EXTEND:     (U,    N,    U,    U,    U,    N,    N,    N,    N),
        Action.ACCEPT:     (N,    N,    N,    N,    N,    O,    U,    O,    N),
        Action.EXPLAIN:    (N,    N,    N,    N,    N,    N,    U,    O,    N),
        Action.WATCH:      (N,    N,    N,    N,    N,    N,    U,    O,    N),
        Action.ASSIGN:     (N,    N,    N,    N,    U,    O,    U,    O,    N),
        Action.MEASURE:    (U,    N,    U,    U,    U,    O,    N,    N,    O),
        Action.SEND_PLAN:  (N,    N,    N,    N,    N,    O,    N,    N,    O),
        Action.SETTLE:     (N,    N,    N,    N,    N,    O,    N,    N,    O),
        Action.AGREE_PLAN: (N,    N,    N,    N,    N,    N,    N,    N,    O),
        Action.RULE:       (N,    N,    N,    N,    N,    O,    N,    N,    O),
        Action.REMIND:     (N,    N,    N,    U,    U,    O,    N,    N,    O),
        Action.LINK:       (N,    N,    N,    N,    N,    N,    N,    N,    O),
        Action.HERE:       (N,    N,    N,    U,    U,    N,    N,    N,    O),
        Action.BOARD:      (N,    N,    N,    U,    U,    O,    N,    N,    O),
        Action.LEAVE:      (N,    N,    U,    U,    U,    O,    U,    U,    O),
        Action.PEOPLE:     (N,    N,    N,    N,    N,    N,    N,    N,    O),
        Action.LANGUAGE:   (U,    O,    U,    U,    U,    O,    U,    O,    O),
    }.items()
}  # fmt: skip


def scope(action: Action, standings: Iterable[Standing]) -> Scope:
    """The widest scope in which somebody of these standings may do `action`."""
    return max((TABLE[action][standing] for standing in standings), key=lambda scope: scope.value, default=Scope.NONE)
