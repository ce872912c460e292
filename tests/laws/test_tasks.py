"""Tasks have names, take ids by name, and are started by somebody."""

import inspect
import re
from collections.abc import Callable
from typing import Any, get_type_hints
from uuid import UUID

import pytest

from sellerportal.celery import app
from sellerportal.schedule import BEAT_SCHEDULE
from tests.laws.sources import PACKAGES, portal_sources

#: Texts may be ids alone; anything longer could be a name or an address.
ALLOWED = {UUID: r".*", str: r"(.*_)?id", int: r".*", bool: r".*"}


def faults_of(name: str, function: Callable[..., Any]) -> list[str]:
    """Return what is wrong with a task, as words."""
    faults = []
    package = function.__module__.split(".", 1)[0]
    if not re.fullmatch(rf"{package}\.[a-z_]+", name):
        faults.append("its name is not package.verb_noun")
    if f"{function.__module__}.{function.__name__}" == name:
        faults.append("its name is the one that Celery makes up")
    hints = get_type_hints(function)
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            faults.append(f"{parameter.name} is not keyword-only")
        words = ALLOWED.get(hints.get(parameter.name, object))
        if words is None or not re.fullmatch(words, parameter.name):
            faults.append(f"{parameter.name} is not an id, a number or a flag")
    if hints.get("return") is not type(None):
        faults.append("it returns something")
    return faults


def our_tasks() -> dict[str, Callable[..., Any]]:
    """Return the tasks of our packages by name."""
    app.loader.import_default_modules()
    return {
        name: task.run
        for name, task in app.tasks.items()
        if task.__module__.split(".", 1)[0] in PACKAGES
    }


def test_every_task_is_named_and_takes_ids_by_name() -> None:
    tasks = our_tasks()
    assert {name: faults_of(name, task) for name, task in tasks.items()} == {
        name: [] for name in tasks
    }
    assert {"compliance.sweep", "compliance.sequence_ledgers"} <= set(tasks)


def test_every_task_is_started_by_the_schedule_or_by_a_caller() -> None:
    scheduled = {entry["task"] for entry in BEAT_SCHEDULE.values()}
    text = "\n".join(source.text for source in portal_sources())
    for name, task in our_tasks().items():
        call = rf"\b{task.__name__}\.(delay|apply_async)\(|send_task\(\s*\"{name}\""
        assert name in scheduled or re.search(call, text)


def test_the_schedule_names_tasks_that_exist() -> None:
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(our_tasks())
    for entry in BEAT_SCHEDULE.values():
        assert set(entry) <= {"task", "schedule", "options"}


def _right(*, seller_id: UUID, order_id: str, days: int, dry: bool) -> None:
    """Take ids, a number and a flag."""


def _positional(seller_id: UUID) -> None:
    """Take an id by place."""


def _personal(*, email: str) -> None:
    """Take a person's address."""


def _rows(*, orders: list[UUID]) -> None:
    """Take more than an id."""


def _untyped(*, seller_id) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - planted
    """Take whatever comes."""


def _returning(*, seller_id: UUID) -> int:
    """Return what the broker would have to keep."""
    return len(str(seller_id))


@pytest.mark.parametrize(
    ("name", "function", "faults"),
    [
        ("tests.purge_seller", _right, []),
        ("tests.laws.x", _right, ["its name is not package.verb_noun"]),
        ("tests.p", _positional, ["seller_id is not keyword-only"]),
        ("tests.p", _personal, ["email is not an id, a number or a flag"]),
        ("tests.p", _rows, ["orders is not an id, a number or a flag"]),
        ("tests.p", _untyped, ["seller_id is not an id, a number or a flag"]),
        ("tests.p", _returning, ["it returns something"]),
        (
            "tests.laws.test_tasks._right",
            _right,
            [
                "its name is not package.verb_noun",
                "its name is the one that Celery makes up",
            ],
        ),
    ],
)
def test_a_planted_task_is_found(
    name: str, function: Callable[..., Any], faults: list[str]
) -> None:
    assert faults_of(name, function) == faults
