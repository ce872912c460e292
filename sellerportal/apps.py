"""App configuration."""

from django.apps import AppConfig


class SellerPortalConfig(AppConfig):
    """The sellerportal app."""

    name = "sellerportal"
