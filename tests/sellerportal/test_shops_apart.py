"""Tasks that serve every shop: one shop's failure holds up no other."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError

from compliance.tasks import clear_old_runs, resume_policies, sequence_ledgers
from marketplaces.tasks import delete_old_files
from orders.tasks import forget_old_orders, keep_test_buyers, take_up_evidence
from tests.laws.sources import portal_sources
from tests.shops import Shop
from vault.context import current_scope

#: Each task, with what it does for one shop.
TASKS: tuple[tuple[Callable[[], None], str], ...] = (
    (sequence_ledgers, "compliance.tasks.chain_log"),
    (resume_policies, "compliance.tasks.waiting_changes"),
    (clear_old_runs, "compliance.tasks.clear_shop"),
    (delete_old_files, "marketplaces.tasks.tidy_imports"),
    (keep_test_buyers, "orders.tasks.keep_test_buyer"),
    (take_up_evidence, "orders.tasks.waiting_runs"),
    (forget_old_orders, "orders.tasks.forget_orders"),
)


@pytest.mark.parametrize(("task", "step"), TASKS, ids=[step for _, step in TASKS])
def test_a_shop_that_fails_holds_up_no_other(
    task: Callable[[], None],
    step: str,
    shop: Shop,
    other_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    served: list[UUID] = []

    def fails_first(**given: Any) -> Any:
        served.append(given.get("seller_id") or current_scope().seller_id)
        if len(served) == 1:
            raise IntegrityError
        counts = ("chain_log", "test_buyer", "clear_shop")
        return 0 if step.endswith(counts) else []

    monkeypatch.setattr(step, fails_first)
    task()
    assert sorted(served) == sorted([shop.id, other_shop.id])


def test_no_task_walks_the_shops_by_itself() -> None:
    """A loop of its own would end with the first shop that fails."""
    tasks = {s.path: s.text for s in portal_sources() if s.path.endswith("/tasks.py")}
    assert {"compliance/tasks.py", "orders/tasks.py"} <= set(tasks)
    assert [path for path, text in tasks.items() if "in all_sellers():" in text] == []
