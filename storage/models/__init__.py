"""The tables. One word, one meaning: docs/words.md says what each is in the office's own language.

Moments are aware and kept in UTC (SQLModel's `datetime` column refuses naive ones). A messenger's ids are text,
because Zalo's are and Telegram's do not fit every database's integer.
"""

from storage.models.people import (
    Account,
    Chat,
    ChatUnit,
    Guesses,
    Invite,
    Leave,
    Office,
    Person,
    Role,
    RoleKind,
    Unit,
    UnitKind,
    UnitSet,
    UnitSetMember,
)
from storage.models.plans import (
    Acceptance,
    Plan,
    PlanStatus,
    Reading,
    Target,
    Task,
    TaskKind,
)
from storage.models.road import (
    Appointment,
    Delivery,
    DeliveryState,
    Heard,
    Question,
)
from storage.models.work import (
    Deadline,
    Event,
    Evidence,
    EvidenceKind,
    Explanation,
    Extension,
    ExtensionState,
)

__all__ = [
    "Acceptance",
    "Account",
    "Appointment",
    "Chat",
    "ChatUnit",
    "Deadline",
    "Delivery",
    "DeliveryState",
    "Event",
    "Evidence",
    "EvidenceKind",
    "Explanation",
    "Extension",
    "ExtensionState",
    "Guesses",
    "Heard",
    "Invite",
    "Leave",
    "Office",
    "Person",
    "Plan",
    "PlanStatus",
    "Question",
    "Reading",
    "Role",
    "RoleKind",
    "Target",
    "Task",
    "TaskKind",
    "Unit",
    "UnitKind",
    "UnitSet",
    "UnitSetMember",
]
