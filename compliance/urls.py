"""Addresses of the exposure page."""

from django.urls import path

from compliance.views import exposure

app_name = "compliance"
urlpatterns = [path("", exposure.exposure, name="exposure")]
