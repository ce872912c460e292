"""Why a change of people was refused, in one sentence each."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sellers.presentation.words import terms_words
from sellers.services.invitations import (
    EndHasCome,
    InvitedAlready,
    StaffAddress,
    WorksHereAlready,
)
from sellers.services.members import (
    BeyondOwnEnd,
    BeyondOwnRights,
    ChangedMeanwhile,
    ChangeRefused,
    LastOwner,
    MayNotChange,
    OwnTerms,
)
from sellers.services.reviews import ReviewIncomplete

_WORDS: dict[type[ChangeRefused], Promise] = {
    MayNotChange: gettext_lazy(
        "Your own role was changed meanwhile, and no longer changes people. "
        "Nothing was saved."
    ),
    OwnTerms: gettext_lazy("Nobody changes their own rights. %(ask)s"),
    BeyondOwnRights: gettext_lazy(
        "You can give only rights that you have yourself. Nothing was saved."
    ),
    BeyondOwnEnd: gettext_lazy(
        "Your own access has an end day, and what you give must end with it or "
        "before. Choose such an end day. Nothing was saved."
    ),
    LastOwner: gettext_lazy(
        "A shop needs an owner without an end day, and this is the last one. "
        "Make somebody else an owner first."
    ),
    WorksHereAlready: gettext_lazy(
        "This person is in the list of people already. Change the role there."
    ),
    InvitedAlready: gettext_lazy(
        "This address was invited already, and the invitation still works. "
        "Send it again or withdraw it on the page People."
    ),
    EndHasCome: gettext_lazy(
        "The day on which access was to end has begun. Invite the person anew."
    ),
    StaffAddress: gettext_lazy("This address cannot be invited. Nothing was sent."),
    ReviewIncomplete: gettext_lazy(
        "The people of the shop changed while this page was open. Nothing was saved: "
        "go through the list below once more."
    ),
}


def refusal_words(refused: ChangeRefused, *, ask: str = "") -> str:
    """Say what was refused, and what to do. ``ask`` is a sentence: Ask Ruth Diaz."""
    if isinstance(refused, ChangedMeanwhile):
        words = _(
            "Somebody else changed this person while the page was open. "
            "It showed: %(seen)s. It is now: %(found)s. "
            "What you chose stands below; save again if it is still right."
        )
        return words % {
            "seen": terms_words(refused.seen),
            "found": terms_words(refused.found),
        }
    return str(_WORDS[type(refused)]) % {"ask": ask}
