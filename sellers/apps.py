"""App configuration."""

from django.apps import AppConfig


class SellersConfig(AppConfig):
    """The sellers app."""

    name = "sellers"
