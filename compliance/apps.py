"""App configuration."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """The compliance app."""

    name = "compliance"
