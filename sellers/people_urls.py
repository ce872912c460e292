"""Addresses of the people of a shop."""

from django.urls import path

from sellers.views import inviting, leaving_portal, people, reviews

app_name = "people"
urlpatterns = [
    path("", people.people, name="people"),
    path("invite/", inviting.invite, name="invite"),
    path("invitations/<uuid:invitation>/withdraw/", inviting.withdraw, name="withdraw"),
    path("invitations/<uuid:invitation>/again/", inviting.again, name="again"),
    path("leave/", leaving_portal.leave, name="leave"),
    path("review/", reviews.review, name="review"),
    path("<uuid:member>/", people.change, name="change"),
    path("<uuid:member>/remove/", people.remove, name="remove"),
    path("<uuid:member>/remind/", people.remind, name="remind"),
]
