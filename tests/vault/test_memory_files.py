"""A process of the portal that crashes leaves no file with what it had in memory."""

import resource

import pytest
from django.apps import apps

from vault.apps import keep_memory_off_disks


def test_a_process_that_has_started_the_portal_may_write_none() -> None:
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_it_is_the_start_that_forbids_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(
        resource, "setrlimit", lambda what, limits: asked.append((what, limits))
    )
    apps.get_app_config("vault").ready()
    keep_memory_off_disks()
    assert asked == [(resource.RLIMIT_CORE, (0, 0))] * 2
