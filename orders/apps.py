"""App configuration."""

from django.apps import AppConfig

from compliance.declarations import (
    register_early,
    register_facts,
    register_judge,
)


class OrdersConfig(AppConfig):
    """The orders app: declares to compliance what the clock of orders knows."""

    name = "orders"

    def ready(self) -> None:
        """Register the facts of the clock of orders, and who judges them."""
        from orders.exposure_facts import OrderExposure  # noqa: PLC0415 - needs models
        from orders.services.removal import remove_outlived  # noqa: PLC0415 - likewise
        from orders.services.repolicy import OrderJudge  # noqa: PLC0415 - likewise

        register_facts(clock="order", facts=OrderExposure())
        register_judge(OrderJudge())
        register_early(remove_outlived)
