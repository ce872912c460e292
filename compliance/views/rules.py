"""Pages of standing tax rules."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.hold_forms import RuleForm
from compliance.models import OrderKind, StandingRule
from compliance.presentation.hold_page import rule_page
from compliance.presentation.hold_words import (
    certificate_words,
    group_choices,
    refusal_words,
)
from compliance.presentation.tabs import tabs
from compliance.queries.certificates import latest_certificate
from compliance.queries.held_buyers import fields_of
from compliance.services.approving import HoldRefused
from compliance.services.tax_rules import (
    RuleDraft,
    approve_rule,
    end_rule,
    place_rule,
    review_rule,
    rule_approval,
    withdraw_rule,
)
from compliance.views.deciding import BAD, Desk
from compliance.views.holds import turn_of
from sellers.access import SellerRequest, for_members
from sellers.demo_mode import demo_mode
from sellers.roles import Right
from sellers.sign_in_forms import CodeForm
from vault.clock import clock


@for_members(Right.MANAGE_HOLDS, "GET", "POST")
def rule_new(request: SellerRequest, seller: str) -> HttpResponse:
    """Ask for a standing tax rule."""
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, groups=group_choices())
    if data is None or not form.is_valid():
        return _new_page(request, form)
    draft = RuleDraft(
        country=form.cleaned_data["country"],
        kind=OrderKind(form.cleaned_data["kind"]),
        law=form.cleaned_data["law"],
        fields=fields_of(categories=form.categories),
        years=form.cleaned_data["years"],
    )
    try:
        rule = place_rule(draft=draft, person_id=request.user.id, now=clock.now())
    except HoldRefused as refused:
        form.add_error(None, refusal_words(refused))
        return _new_page(request, form)
    words = _("%(name)s waits for approval. Nothing is sealed before.")
    messages.success(request, words % {"name": rule.label})
    return redirect("compliance:rule", seller=seller, rule=rule.id)


@for_members(Right.VIEW_EXPOSURE, "GET")
def rule(request: SellerRequest, seller: str, rule: UUID) -> HttpResponse:
    """Show one rule and what it sealed last."""
    del seller
    return _page(request, _rule_of(request, rule))


@for_members(Right.MANAGE_HOLDS, "POST")
def rule_approve(request: SellerRequest, seller: str, rule: UUID) -> HttpResponse:
    """Approve a rule: from now on it seals on arrival."""
    del seller
    found, now, person = _rule_of(request, rule), clock.now(), request.user.id
    return _desk(request, found).approved(
        rule_approval(rule=found, person_id=person, now=now),
        _("%(name)s is approved: it seals what arrives from now on."),
        lambda given: approve_rule(
            rule_id=found.id, person_id=person, factor_given=given, now=now
        ),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def rule_withdraw(request: SellerRequest, seller: str, rule: UUID) -> HttpResponse:
    """Take back or refuse a rule that waits."""
    del seller
    found = _rule_of(request, rule)
    return _desk(request, found).decided(
        _("%(name)s is withdrawn; it never sealed anything."),
        lambda: withdraw_rule(rule_id=found.id, now=clock.now()),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def rule_review(request: SellerRequest, seller: str, rule: UUID) -> HttpResponse:
    """Let a rule stand for another year."""
    del seller
    found, person = _rule_of(request, rule), request.user.id
    return _desk(request, found).decided(
        _("%(name)s is reviewed and stands for another year."),
        lambda: review_rule(rule_id=found.id, person_id=person, now=clock.now()),
    )


@for_members(Right.MANAGE_HOLDS, "POST")
def rule_end(request: SellerRequest, seller: str, rule: UUID) -> HttpResponse:
    """End a rule: nothing more is sealed, its items stay to their day."""
    del seller
    found, person = _rule_of(request, rule), request.user.id
    return _desk(request, found).decided(
        _("%(name)s has ended; what it sealed stays to its last day."),
        lambda: end_rule(rule_id=found.id, person_id=person, now=clock.now()),
    )


def _desk(request: SellerRequest, rule: StandingRule) -> Desk:
    def show(
        *, code_form: CodeForm | None = None, problem: str = "", status: int = 200
    ) -> HttpResponse:
        now = _rule_of(request, rule.id)
        return _page(request, now, code_form=code_form, problem=problem, status=status)

    url = reverse("compliance:rule", args=[request.seller.slug, rule.id])
    return Desk(request=request, label=rule.label, url=url, show=show)


def _rule_of(request: SellerRequest, rule_id: UUID) -> StandingRule:
    """Return a rule of the shop; foreign and missing are one path."""
    rows = StandingRule.objects.select_related(
        "placed_by", "approved_by", "reviewed_by", "ended_by"
    )
    found = rows.filter(seller_id=request.seller.id, id=rule_id).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: SellerRequest,
    rule: StandingRule,
    *,
    code_form: CodeForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    page = rule_page(
        rule=rule,
        person_id=request.user.id,
        shop=request.seller.slug,
        now=clock.now(),
        turn=turn_of(request),
    )
    context = {
        "page": page,
        "may_hold": Right.MANAGE_HOLDS in request.rights,
        "code_form": code_form or CodeForm(user=request.user),
        "problem": problem,
        "demo": demo_mode(),
        "shop": request.seller,
        "tabs": tabs(shop=request.seller.slug, current="compliance:holds"),
    }
    return render(request, "compliance/rule.html", context, status=status)


def _new_page(request: SellerRequest, form: RuleForm) -> HttpResponse:
    certificate = latest_certificate(seller_id=request.seller.id)
    context = {
        "form": form,
        "certificate": certificate,
        "ended": certificate_words(certificate=certificate, now=clock.now()),
        "shop": request.seller,
        "tabs": tabs(shop=request.seller.slug, current="compliance:holds"),
    }
    status = BAD if form.errors else 200
    return render(request, "compliance/rule_new.html", context, status=status)
