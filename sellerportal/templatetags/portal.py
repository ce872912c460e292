"""Tags and filters of the pages: icons, money, days and times."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.dateformat import format as date_words
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from vault.clock import clock

register = template.Library()

#: Signs that tell the dollars apart; any other currency shows its ISO 4217 code.
SIGNS: Mapping[str, str] = {
    "USD": "$",
    "CAD": "CA$",
    "MXN": "MX$",
    "AUD": "A$",
    "SGD": "S$",
    "BRL": "R$",
    "EUR": "€",
    "GBP": "£",
    "JPY": "¥",
    "INR": "₹",
}
#: Currencies without a minor unit (ISO 4217).
WHOLE_UNITS = frozenset({"JPY", "KRW", "VND", "CLP"})
#: The letter that follows "g" to go to a page of the menu, by the icon of its entry.
GO_KEYS: Mapping[str, str] = {
    "home": "t",
    "list": "o",
    "shield": "c",
    "box": "i",
    "up": "u",
    "people": "p",
}
#: Below this many days back, the weekday alone says which day is meant.
WEEKDAY_ALONE = 7


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """Draw one symbol of ``icons.svg``; ``size`` is empty or ``i-lg``.

    Decorative: the words beside it, or the label of its button, say what it means.
    """
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f"i {size}".strip(),
        static("icons.svg"),
        name,
    )


@register.filter
def go_key(icon_name: str) -> str:
    """Return the letter that goes to a page of the menu after ``g``, or nothing."""
    return GO_KEYS.get(icon_name, "")


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """Write an amount in its own currency, never converted: ``CA$118.00``."""
    if amount is None:
        return ""
    unit = Decimal(1) if currency in WHOLE_UNITS else Decimal("0.01")
    rounded = amount.quantize(unit, rounding=ROUND_HALF_UP)
    minus = "-" if rounded < 0 else ""
    return f"{minus}{SIGNS.get(currency, f'{currency} ')}{abs(rounded):,}"


@register.simple_tag(takes_context=True)
def when(context: Context, instant: datetime | None) -> str:
    """Tell an aware instant in the shop's zone: Today 08:41, Sat 19:04, Wed 18 Nov.

    Days ahead show weekday and day; a day of another year shows that year. Nothing
    is shown for no instant.
    """
    if instant is None:
        return ""
    zone = _zone(context)
    local = instant.astimezone(zone)
    text = _when_words(local=local, now=_now(context).astimezone(zone))
    return format_html('<time datetime="{}">{}</time>', local.isoformat("T"), text)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None) -> str:
    """Tell a day: 20 Dec, with its year where that is not the present one in UTC."""
    if value is None:
        return ""
    text = _day_words(value=value, today=_now(context).astimezone(UTC).date())
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.simple_tag(takes_context=True)
def purge_day(context: Context, value: date | None) -> str:
    """Tell the instant from which a purge day refuses: 20 Dec, 00:00 UTC."""
    if value is None:
        return ""
    text = _day_words(value=value, today=_now(context).astimezone(UTC).date())
    return format_html(
        '<time datetime="{}T00:00Z">{}, 00:00 UTC</time>', value.isoformat(), text
    )


def _when_words(*, local: datetime, now: datetime) -> str:
    """Choose the shortest words that still name the day."""
    days_back = (now.date() - local.date()).days
    clock_time = f"{local:%H:%M}"
    if days_back == 0:
        return gettext("Today %(time)s") % {"time": clock_time}
    if 0 < days_back < WEEKDAY_ALONE:
        return f"{date_words(local, 'D')} {clock_time}"
    return date_words(local, "D j M" if local.year == now.year else "D j M Y")


def _day_words(*, value: date, today: date) -> str:
    """Leave the year out where it is the present one."""
    return date_words(value, "j M" if value.year == today.year else "j M Y")


def _now(context: Context) -> datetime:
    """Take the page's instant, so that every time on it counts from the same one."""
    now = _looked_up(context, "portal.now")
    return now if isinstance(now, datetime) else clock.now()


def _zone(context: Context) -> tzinfo:
    """Take the shop's zone; UTC where no shop is chosen."""
    name = _looked_up(context, "portal.shop.zone_name")
    return ZoneInfo(name) if isinstance(name, str) and name else UTC


def _looked_up(context: Context, path: str) -> object:
    """Follow a dotted path as a template does; None where it leads nowhere."""
    try:
        return template.Variable(path).resolve(context)
    except template.VariableDoesNotExist:
        return None
