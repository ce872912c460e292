"""Addresses of the staff pages."""

from django.urls import path

from sellerportal.staff import views

app_name = "staff"
urlpatterns = [
    path("", views.board, name="board"),
    path("exposure.csv", views.board_sheet, name="board-sheet"),
    path("shops/<slug:slug>/", views.shop, name="shop"),
    path("shops/<slug:slug>/suspend/", views.suspend, name="suspend"),
    path("shops/<slug:slug>/resume/", views.resume, name="resume"),
]
