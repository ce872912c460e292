"""What compliance must know beyond fields, declared by the packages that know it.

A model's ``Privacy.clock`` names whose purge day its rows carry. The package that owns
that clock registers its facts here when it starts, so that compliance need not import
it, nor name it in a string. One module for each thing that is declared.
"""

from compliance.declarations.early import (
    RemoveEarly,
    register_early,
    remove_early,
)
from compliance.declarations.facts import (
    CountFiles,
    FactsMissing,
    FactsTwice,
    OrderFacts,
    WaitingFiles,
    facts_of,
    register_facts,
    register_files,
    registered_clocks,
    waiting_files,
)
from compliance.declarations.moving import (
    Mover,
    died_unmoved,
    move_on,
    register_moving,
)
from compliance.declarations.repolicy import (
    Foresight,
    Judge,
    JudgedBatch,
    JudgeMissing,
    JudgeTwice,
    judge,
    register_judge,
)
from compliance.declarations.test_buyers import (
    FindInvented,
    InventedOrder,
    invented_order,
    register_invented,
)
from compliance.declarations.time_witnesses import (
    TimeWitness,
    register_witness,
    witnessed,
)

__all__ = [
    "CountFiles",
    "FactsMissing",
    "FactsTwice",
    "FindInvented",
    "Foresight",
    "InventedOrder",
    "Judge",
    "JudgeMissing",
    "JudgeTwice",
    "JudgedBatch",
    "Mover",
    "OrderFacts",
    "RemoveEarly",
    "TimeWitness",
    "WaitingFiles",
    "died_unmoved",
    "facts_of",
    "invented_order",
    "judge",
    "move_on",
    "register_early",
    "register_facts",
    "register_files",
    "register_invented",
    "register_judge",
    "register_moving",
    "register_witness",
    "registered_clocks",
    "remove_early",
    "waiting_files",
    "witnessed",
]
