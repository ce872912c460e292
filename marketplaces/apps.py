"""App configuration."""

from django.apps import AppConfig

from compliance.declarations import register_files


class MarketplacesConfig(AppConfig):
    """The marketplaces app."""

    name = "marketplaces"

    def ready(self) -> None:
        """Tell compliance who counts the files that wait."""
        from marketplaces.queries.runs import (  # noqa: PLC0415 - needs models
            waiting_files,
        )

        register_files(waiting_files)
