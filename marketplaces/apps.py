"""App configuration."""

from django.apps import AppConfig


class MarketplacesConfig(AppConfig):
    """The marketplaces app."""

    name = "marketplaces"
