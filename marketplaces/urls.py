"""Addresses of imports, under a shop."""

from django.urls import path

from marketplaces import views

app_name = "marketplaces"
urlpatterns = [
    path("", views.import_list, name="import-list"),
    path("new/", views.import_new, name="import-new"),
    path("sample/", views.import_sample, name="import-sample"),
    path("sample/events/", views.import_sample_events, name="import-sample-events"),
    path("<uuid:run>/", views.import_page, name="import-page"),
    path("<uuid:run>/start/", views.import_start, name="import-start"),
    path("<uuid:run>/stop/", views.import_stop, name="import-stop"),
    path("<uuid:run>/delete/", views.import_delete, name="import-delete"),
    path("<uuid:run>/rejected/", views.import_rejected, name="import-rejected"),
]
