"""Addresses of shops, invitations and the theme."""

from django.urls import path

from sellers.views import invitations, leaving, leaving_portal, own_shop, shops

app_name = "sellers"
urlpatterns = [
    path("", shops.shop_list, name="shop-list"),
    path("shops/new/", own_shop.new_shop, name="new-shop"),
    path("shops/left/", leaving_portal.left, name="left"),
    path(
        "shops/left/<uuid:certificate>/",
        leaving_portal.left_certificate,
        name="left-certificate",
    ),
    path("demo/leave/", leaving.demo_leave, name="leave-demo"),
    path("theme/", shops.theme, name="theme"),
    path(
        "invitations/accept/", invitations.invitation_accept, name="invitation-accept"
    ),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
