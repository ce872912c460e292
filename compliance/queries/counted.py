"""Which buyer rows count: all but those whose buyer is invented (the test buyer)."""

from django.db import connection
from django.db.models import Q

from vault.privacy import Privacy


def counted(*, privacy: Privacy) -> Q:
    """Return the condition under which a row of a table with buyers counts."""
    return Q((privacy.invented, False)) if privacy.invented else Q()


def counted_in_sql(*, privacy: Privacy) -> str:
    """Return the same condition as SQL to stand behind another one."""
    if not privacy.invented:
        return ""
    return f" AND NOT {connection.ops.quote_name(privacy.invented)}"
