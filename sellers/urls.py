"""Addresses of shops, invitations and the theme."""

from django.urls import path

from sellers.views import invitations, shops

app_name = "sellers"
urlpatterns = [
    path("", shops.shop_list, name="shop-list"),
    path("theme/", shops.theme, name="theme"),
    path(
        "invitations/accept/", invitations.invitation_accept, name="invitation-accept"
    ),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
