"""What the figures are held to, by their names; a misspelt name fails a full run."""

from collections.abc import Mapping

from bench.report import Goal, at_least, at_most

#: Issue "Retention that cannot fail"; its sizes are 1,000,000 and 10,000,000 orders.
GOALS: Mapping[str, Goal] = {
    "ratchet.thousand-sellers": at_most(1_000),
    "reseal.ours": at_least(50_000),
    "sweep.ours-unreadable": at_most(10),
    "sweep.unreadable-growth": at_most(2),
    "sweep.documented-to-reclaimed": at_least(350),
    "sweep.well-written-to-reclaimed": at_least(8),
}
