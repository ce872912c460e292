"""The admin site of staff: Django's own, with our doors and no way to write."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from sellerportal.staff.listed import ReadOnlyAdmin
from sellers.access import for_staff
from sellers.models import StaffMember


class StaffAdminSite(AdminSite):
    """Lists for live staff. Signing in and out is the portal's business, not its."""

    site_header = _("Staff")
    site_title = _("Staff")
    index_title = _("All lists")
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask for a live place in the staff, which the middleware has found."""
        member = getattr(request, "staff", None)
        return isinstance(member, StaffMember) and member.ended_at is None

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the index and each model's own addresses, nothing else."""
        index = for_staff("GET")(self.admin_view(self.index))
        urls: list[URLPattern | URLResolver] = [path("", index, name="index")]
        for admin in self._registry.values():
            urls += admin.get_urls()
        return urls

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Name every list."""
        return super().index(request, extra_context)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Return the lists under one heading; there is no page for an app."""
        del app_label
        if not self.has_permission(request):
            return []
        lists = [
            {
                "name": admin.words[0],
                "admin_url": reverse(
                    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
                ),
            }
            for model, admin in self._registry.items()
            if isinstance(admin, ReadOnlyAdmin)
        ]
        return [{"name": self.index_title, "models": lists}]

    def get_log_entries(self, request: HttpRequest) -> Any:
        """Return what staff did here, without the columns that staff may not read."""
        rows = super().get_log_entries(request)
        return rows.only("action_flag", "object_repr", "object_id", "action_time")

    def registered(self) -> "dict[type[Model], ModelAdmin[Any]]":
        """Return what is registered, for the law that walks it."""
        return dict(self._registry)


site = StaffAdminSite(name="admin")
