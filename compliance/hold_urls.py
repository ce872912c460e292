"""Addresses of holds, rules and their items, under the pages of buyer data."""

from django.urls import path

from compliance.views import certificate, hold_acts, holds, rules

urlpatterns = [
    path("holds/", holds.holds, name="holds"),
    path("holds/new/", holds.hold_new, name="hold-new"),
    path("holds/certificate/", certificate.certificate, name="hold-certificate"),
    path("holds/items/<uuid:item>/", hold_acts.item_export, name="item-export"),
    path("holds/<uuid:hold>/", holds.hold, name="hold"),
    path("holds/<uuid:hold>/approve/", hold_acts.hold_approve, name="hold-approve"),
    path("holds/<uuid:hold>/withdraw/", hold_acts.hold_withdraw, name="hold-withdraw"),
    path("holds/<uuid:hold>/renew/", hold_acts.hold_renew, name="hold-renew"),
    path(
        "holds/<uuid:hold>/renewal/approve/",
        hold_acts.renewal_approve,
        name="renewal-approve",
    ),
    path(
        "holds/<uuid:hold>/renewal/drop/", hold_acts.renewal_drop, name="renewal-drop"
    ),
    path("holds/<uuid:hold>/release/", hold_acts.hold_release, name="hold-release"),
    path("rules/new/", rules.rule_new, name="rule-new"),
    path("rules/<uuid:rule>/", rules.rule, name="rule"),
    path("rules/<uuid:rule>/approve/", rules.rule_approve, name="rule-approve"),
    path("rules/<uuid:rule>/withdraw/", rules.rule_withdraw, name="rule-withdraw"),
    path("rules/<uuid:rule>/review/", rules.rule_review, name="rule-review"),
    path("rules/<uuid:rule>/end/", rules.rule_end, name="rule-end"),
]
