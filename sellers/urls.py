"""Addresses of shops, invitations and the theme."""

from django.urls import path

from sellers import views

app_name = "sellers"
urlpatterns = [
    path("", views.shop_list, name="shop-list"),
    path("theme/", views.theme, name="theme"),
    path("invitations/accept/", views.invitation_accept, name="invitation-accept"),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]
