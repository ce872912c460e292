"""What the figures are held to, by their names; a misspelt name fails a full run."""

from collections.abc import Mapping

from bench.report import Goal

GOALS: Mapping[str, Goal] = {}
