"""Addresses of orders, under a shop."""

from django.urls import path

from orders import views

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="order-list"),
    path("<uuid:order>/", views.order_detail, name="order-detail"),
    path("<uuid:order>/show/<slug:group>/", views.order_show, name="order-show"),
]
