"""Every periodic task in one table. A tick only says "sweep now"."""

from typing import Any

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep": {"task": "compliance.sweep", "schedule": 300.0},
    "delete old files": {"task": "marketplaces.delete_old_files", "schedule": 120.0},
    "keep test buyers": {"task": "orders.keep_test_buyers", "schedule": 3600.0},
    "take up evidence": {"task": "orders.take_up_evidence", "schedule": 120.0},
    "forget old orders": {"task": "orders.forget_orders", "schedule": 3600.0},
    "forget old sign-ins": {"task": "sellers.forget_sign_ins", "schedule": 86_400.0},
    "clear old runs": {"task": "compliance.clear_old_runs", "schedule": 86_400.0},
    "apply changed days": {"task": "compliance.resume_policies", "schedule": 120.0},
    "leave shops": {"task": "sellers.leave_shops", "schedule": 60.0},
    "sequence ledgers": {"task": "compliance.sequence_ledgers", "schedule": 60.0},
}
