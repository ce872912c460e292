"""Purges, policies, holds, notices, heartbeats, measured exposure."""

from compliance.models.archive import ArchiveItem, HoldCertificate
from compliance.models.faults import TRIES, MachineGap, StuckRow
from compliance.models.health import ExposureMeasure, Heartbeat
from compliance.models.holds import HeldOrder, Hold, HoldGround, HoldOutcome
from compliance.models.notices import Notice, NoticeKind
from compliance.models.policy import PolicyChange
from compliance.models.purging import PurgeRecord, SweepRun
from compliance.models.standing import OrderKind, StandingRule

__all__ = [
    "TRIES",
    "ArchiveItem",
    "ExposureMeasure",
    "Heartbeat",
    "HeldOrder",
    "Hold",
    "HoldCertificate",
    "HoldGround",
    "HoldOutcome",
    "MachineGap",
    "Notice",
    "NoticeKind",
    "OrderKind",
    "PolicyChange",
    "PurgeRecord",
    "StandingRule",
    "StuckRow",
    "SweepRun",
]
