"""App configuration."""

from django.apps import AppConfig


class SellerPortalConfig(AppConfig):
    """The sellerportal app: every process, the web's too, sends tasks to one broker."""

    name = "sellerportal"

    def ready(self) -> None:
        """Make the Celery application the one that tasks are sent through."""
        from sellerportal.celery import app  # noqa: PLC0415 - needs the models

        app.set_default()
