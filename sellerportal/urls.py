"""All addresses of the portal."""

from django.urls import include, path

from sellerportal.health import liveness, purge
from sellerportal.staff.lists import site as staff_site
from sellerportal.staff.sign_in import sign_in as staff_sign_in
from sellerportal.today.views import today

urlpatterns = [
    path("", include("sellers.urls")),
    path("healthz", liveness, name="healthz"),
    path("healthz/purge", purge, name="healthz-purge"),
    path("account/", include("sellers.account_urls")),
    path("s/<slug:seller>/", today, name="today"),
    path("s/<slug:seller>/orders/", include("orders.urls")),
    path("s/<slug:seller>/exposure/", include("compliance.urls")),
    path("s/<slug:seller>/imports/", include("marketplaces.urls")),
    path("staff/sign-in/", staff_sign_in, name="staff_sign_in"),
    path("staff/admin/", staff_site.urls),
    path("staff/", include("sellerportal.staff.urls")),
    path("s/<slug:seller>/people/", include("sellers.people_urls")),
]

handler500 = "sellerportal.errors.server_error"
