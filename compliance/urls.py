"""Addresses of the pages about buyer data."""

from django.urls import include, path

from compliance.views import exposure, retention

app_name = "compliance"
urlpatterns = [
    path("", exposure.exposure, name="exposure"),
    path("", include("compliance.hold_urls")),
    path("retention/", retention.retention, name="retention"),
    path(
        "retention/<slug:channel>/", retention.retention_change, name="retention-change"
    ),
    path(
        "retention/<slug:channel>/preview/",
        retention.retention_preview,
        name="retention-preview",
    ),
]
