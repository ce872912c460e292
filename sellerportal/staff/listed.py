"""A model on the staff's lists: the columns that it names, read-only."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin, ShowFacets, display
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import Promise

from sellerportal.staff.acts import note_records
from sellers.access import StaffRequest, for_staff
from vault.clock import clock

if TYPE_CHECKING:
    AnyModelAdmin = ModelAdmin[Any]
else:
    AnyModelAdmin = ModelAdmin

#: Instants on every list: 2026-11-22 17:14, UTC.
INSTANT = "%Y-%m-%d %H:%M"


class ReadOnlyAdmin(AnyModelAdmin):
    """Shows ``columns`` in lists and ``shown`` on a row's page, and changes nothing.

    ``loaded`` names every column that leaves the database; what stands in none of the
    three is not read at all, so that a column added later shows up nowhere by itself.
    ``words`` name the list and one row of it. Whose rows were shown stands in the log
    of each shop afterwards; ``shop_column`` holds the shop's id, empty where rows
    belong to none.
    """

    words: ClassVar[tuple[str | Promise, str | Promise]]
    columns: ClassVar[Sequence[str]] = ()
    shown: ClassVar[Sequence[str]] = ()
    loaded: ClassVar[Sequence[str]] = ()
    related: ClassVar[Sequence[str]] = ()
    shop_column: ClassVar[str] = ""

    actions_on_top = True
    actions_selection_counter = False
    list_per_page = 50
    list_max_show_all = list_per_page
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    change_list_template = "staff/admin_list.html"
    change_form_template = "staff/admin_row.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list under its own name."""
        context = {**(extra_context or {}), "title": self.words[0]}
        answer = super().changelist_view(request, context)
        if isinstance(answer, TemplateResponse):
            # Evaluates the page's rows; the template reads the same ones.
            self._note(request, (answer.context_data or {})["cl"].result_list)
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a row; it is looked at, never sent."""
        words = {"title": self.words[1], "subtitle": None, "list_name": self.words[0]}
        context = {**(extra_context or {}), **words}
        answer = super().change_view(request, object_id, form_url, context)
        if isinstance(answer, TemplateResponse):
            self._note(request, [(answer.context_data or {})["original"]])
        return answer

    def shops_of(self, rows: Iterable[Any]) -> set[UUID]:
        """Return the shops that rows belong to."""
        if not self.shop_column:
            return set()
        return {getattr(row, self.shop_column) for row in rows}

    def lookup_allowed(
        self, lookup: str, value: str, request: HttpRequest | None = None
    ) -> bool:
        """Let only the filters beside a list through, each with one plain value.

        Anything else could ask for columns that staff must not read; it is answered
        as a bad request, and so is a character that PostgreSQL does not take.
        """
        del request
        names = {str(name) for name in self.list_filter}
        return lookup.removesuffix("__exact") in names and "\x00" not in value

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Return the columns."""
        del request
        return [self._told(name) for name in self.columns]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return what a row's page shows."""
        del request, obj
        return [self._told(name) for name in self.shown or self.columns]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return everything."""
        return self.get_fields(request, obj)

    def get_list_display_links(
        self, request: HttpRequest, list_display: Sequence[Any]
    ) -> list[Any]:
        """Return the first column: the only link of a row."""
        del request
        return list(list_display[:1])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Load the named columns alone."""
        rows = super().get_queryset(request).select_related(*self.related)
        return rows.only(*self.loaded)

    def get_urls(self) -> list[URLPattern]:
        """Return the list and the page of a row; no add, no delete, no history."""
        options = self.opts
        prefix = f"{options.app_label}_{options.model_name}"
        folder = f"{options.app_label}/{options.model_name}/"
        wrap = self.admin_site.admin_view
        rows = for_staff("GET", "POST")(wrap(self.changelist_view))
        row = for_staff("GET")(wrap(self.change_view))
        return [
            path(folder, rows, name=f"{prefix}_changelist"),
            path(f"{folder}<str:object_id>/", row, name=f"{prefix}_change"),
        ]

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> HttpResponse:
        """Answer a row that is not there like every other page that is not there."""
        del args
        raise Http404

    @property
    def media(self) -> forms.Media:
        """Return no script: lists work without."""
        return forms.Media()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Let in whom the site lets in."""
        return self.admin_site.has_permission(request)

    def has_view_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Let in whom the site lets in."""
        del obj
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        del request, obj
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Say no: what staff may do are named actions, each on record."""
        del request, obj
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Say no."""
        del request, obj
        return False

    def _note(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        shops = self.shops_of(rows)
        if shops:
            person_id = cast("StaffRequest", request).user.id
            note_records(seller_ids=shops, person_id=person_id, now=clock.now())

    def _told(self, name: str) -> str | Callable[[Any], str]:
        """Return a column, or what tells it where it holds an instant."""
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:
            return name
        if not isinstance(field, DateTimeField):
            return name

        @display(description=field.verbose_name, ordering=name, empty_value="")
        def told(row: Any) -> str:
            at = getattr(row, name)
            return f"{at:{INSTANT}}" if at else ""

        told.__name__ = name
        return told
