"""Addresses of the pages about buyer data."""

from django.urls import include, path

from compliance.views import exposure, notices, retention

app_name = "compliance"
urlpatterns = [
    path("", exposure.exposure, name="exposure"),
    path("", include("compliance.hold_urls")),
    path("notices/<uuid:notice>/close/", notices.notice_close, name="notice-close"),
    path("retention/", retention.retention, name="retention"),
    path(
        "retention/<slug:channel>/", retention.retention_change, name="retention-change"
    ),
    path(
        "retention/<slug:channel>/second-clock/",
        retention.second_clock,
        name="second-clock",
    ),
    path(
        "retention/<slug:channel>/preview/",
        retention.retention_preview,
        name="retention-preview",
    ),
]
