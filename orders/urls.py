"""Addresses of orders, under a shop."""

from django.urls import path

from orders.views import pages, removing

app_name = "orders"
urlpatterns = [
    path("", pages.order_list, name="order-list"),
    path("<uuid:order>/", pages.order_detail, name="order-detail"),
    path("<uuid:order>/show/<slug:group>/", pages.order_show, name="order-show"),
    path("<uuid:order>/remove/", removing.order_remove, name="order-remove"),
]
