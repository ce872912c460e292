"""Addresses of orders, under a shop."""

from django.urls import path

from orders.views import evidence, pages, removing, selection

app_name = "orders"
urlpatterns = [
    path("", pages.order_list, name="order-list"),
    path("<uuid:order>/", pages.order_detail, name="order-detail"),
    path("<uuid:order>/show/<slug:group>/", pages.order_show, name="order-show"),
    path("<uuid:order>/remove/", removing.order_remove, name="order-remove"),
    path("unshipped/", selection.unshipped_many, name="unshipped-many"),
    path("cancelled/", selection.cancelled_many, name="cancelled-many"),
    path("evidence/<uuid:evidence>/", selection.evidence_run, name="evidence-run"),
    path(
        "evidence/<uuid:evidence>/stop/", selection.evidence_stop, name="evidence-stop"
    ),
    path("<uuid:order>/unshipped/", evidence.order_unshipped, name="order-unshipped"),
    path("<uuid:order>/shipped/", evidence.order_shipped, name="order-shipped"),
    path("<uuid:order>/delivered/", evidence.order_delivered, name="order-delivered"),
    path("<uuid:order>/cancelled/", evidence.order_cancelled, name="order-cancelled"),
    path("<uuid:order>/lost/", evidence.order_lost, name="order-lost"),
]
