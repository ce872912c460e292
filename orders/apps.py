"""App configuration."""

from django.apps import AppConfig

from compliance.declarations import (
    register_early,
    register_facts,
    register_invented,
    register_judge,
    register_moving,
)
from compliance.declarations.second_clock import (
    register_dry_run,
    register_outlook,
)
from compliance.declarations.subjects import register_subjects


class OrdersConfig(AppConfig):
    """The orders app: declares to compliance what it must know of orders."""

    name = "orders"

    def ready(self) -> None:
        """Register the facts of the clock of orders, its judge, the test buyer."""
        from orders.queries.exposure_facts import OrderExposure  # noqa: PLC0415 - needs models
        from orders.queries.forgotten import (  # noqa: PLC0415 - likewise
            dry_run_of,
            outlook_of,
        )
        from orders.queries.held_subjects import (  # noqa: PLC0415 - likewise
            OrderSubjects,
        )
        from orders.queries.invented import find_invented  # noqa: PLC0415 - likewise
        from orders.services.judging_again import judge_again  # noqa: PLC0415 - likewise
        from orders.services.moving_on import OrderMover  # noqa: PLC0415 - likewise
        from orders.services.removal import remove_outlived  # noqa: PLC0415 - likewise
        from orders.services.repolicy import OrderJudge  # noqa: PLC0415 - likewise

        register_facts(clock="order", facts=OrderExposure())
        register_judge(OrderJudge())
        register_early(remove_outlived)
        register_early(judge_again)
        register_moving(OrderMover())
        register_outlook(outlook_of)
        register_dry_run(dry_run_of)
        register_subjects(OrderSubjects())
        register_invented(find_invented)
