"""The second factor: codes of an authenticator app, recovery codes for its loss.

The rows are allauth's. Secrets and recovery codes are sealed for their person, with a
key from the keystore, so that the database alone signs nobody in and no row can be
moved to somebody else. Codes of the app follow RFC 6238: six digits, a step of 30
seconds of the real time (apps know no other clock), one step to either side (5.2),
each step at most once. Source of the duty: DPP 1.4, two factors for every account.
"""

import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code, normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import transaction
from django.db.models import QuerySet

from sellers.models import Person
from vault.refusals import Tampered
from vault.standing import open_standing, seal_standing, standing_key_lives

#: How many recovery codes there are, and of how many digits.
RECOVERY_CODES = 10
_DIGITS = 8

_TOTP = Authenticator.Type.TOTP.value
_RECOVERY = Authenticator.Type.RECOVERY_CODES.value
_STEP = "last_step"
_KEPT = "kept"
_USED = "used_mask"


class FactorState(StrEnum):
    """How far a person is with the second factor."""

    MISSING = "missing"
    CODES_NOT_KEPT = "codes not kept"
    READY = "ready"


class AlreadySetUp(Exception):
    """The person has a second factor, and this session was not asked for it."""


class WrongCode(Exception):
    """The code is not the one asked for, or it was used before."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What a page says of somebody's second factor."""

    state: FactorState
    codes_left: int


def new_secret() -> str:
    """Draw the secret of an authenticator app, in base32."""
    return str(generate_totp_secret())


def factor_of(*, person_id: UUID) -> Factor:
    """Return how far a person is.

    Rows whose key is lost count as missing. Raises `OpeningSuspended` where there are
    rows and the keystore cannot be read.
    """
    rows = {row.type: row for row in _rows(person_id) if _lives(row)}
    left = _codes_left(rows[_RECOVERY]) if _RECOVERY in rows else 0
    if _TOTP not in rows:
        return Factor(FactorState.MISSING, left)
    kept = _RECOVERY in rows and bool(rows[_RECOVERY].data.get(_KEPT))
    state = FactorState.READY if kept else FactorState.CODES_NOT_KEPT
    return Factor(state, left)


def set_up(*, person_id: UUID, secret: str, code: str, replaces: bool) -> None:
    """Take an app as the second factor, with new codes.

    ``replaces``: in place of the one that the person has; else there must be none
    yet. Raises `WrongCode` where the app does not show this code for the secret,
    `AlreadySetUp` where another session was first, and `OpeningSuspended`.
    """
    step = _matching_step(secret, code, after=-1)
    if step is None:
        raise WrongCode
    row = app_row(person_id=person_id, secret=secret)
    row.data[_STEP] = step
    with transaction.atomic():
        Person.objects.select_for_update().get(id=person_id)
        has_one = factor_of(person_id=person_id).state is not FactorState.MISSING
        if has_one and not replaces:
            raise AlreadySetUp
        _rows(person_id).filter(type=_TOTP).delete()
        row.save()
        renew_codes(person_id=person_id)


def renew_codes(*, person_id: UUID) -> None:
    """Make new recovery codes; the old ones are dead, the new ones not yet kept."""
    codes = [
        f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}" for _ in range(RECOVERY_CODES)
    ]
    row = codes_row(person_id=person_id, codes=codes, kept=False)
    with transaction.atomic():
        _rows(person_id).filter(type=_RECOVERY).delete()
        row.save()


def codes_to_keep(*, person_id: UUID) -> list[str]:
    """Return the recovery codes while they are not kept; afterwards none, ever."""
    row = _rows(person_id).filter(type=_RECOVERY).first()
    if row is None or row.data.get(_KEPT) or not _lives(row):
        return []
    return [f"{code[:4]} {code[4:]}" for code in _codes(row)]


def keep_codes(*, person_id: UUID) -> None:
    """Note that the person has put the recovery codes away."""
    with transaction.atomic():
        rows = _rows(person_id).filter(type=_RECOVERY)
        for row in rows.select_for_update():
            row.data[_KEPT] = True
            row.save(update_fields=["data"])


def spend_code(*, person_id: UUID, code: str) -> Authenticator:
    """Use a code of the app or a recovery code up; return the row that it is of.

    Raises `WrongCode`, `OpeningSuspended`, `KeyLost` and `Tampered`.
    """
    with transaction.atomic():
        for row in _rows(person_id).order_by("id").select_for_update():
            spent = _spend_step(row, code) if row.type == _TOTP else _spend(row, code)
            if spent:
                row.save(update_fields=["data"])
                return row
    raise WrongCode


def has_living_app(*, person_id: UUID) -> bool:
    """Tell whether the person has an app whose secret is not lost.

    Raises `OpeningSuspended` where there is one and the keystore cannot be read.
    """
    return any(_lives(row) for row in _rows(person_id).filter(type=_TOTP))


def app_row(*, person_id: UUID, secret: str) -> Authenticator:
    """Return an unsaved row for an app with this secret."""
    data = {"secret": _seal(person_id, _TOTP, secret)}
    return Authenticator(user_id=person_id, type=_TOTP, data=data)


def codes_row(*, person_id: UUID, codes: list[str], kept: bool) -> Authenticator:
    """Return an unsaved row for these recovery codes, none of them used."""
    sealed = _seal(person_id, _RECOVERY, json.dumps(codes))
    data = {"codes": sealed, _USED: 0, _KEPT: kept}
    return Authenticator(user_id=person_id, type=_RECOVERY, data=data)


def code_for(*, secret: str, step: int) -> str:
    """Return what an app shows for a secret in a step of 30 seconds."""
    return str(format_hotp_value(hotp_value(secret, step)))


def _rows(person_id: UUID) -> QuerySet[Authenticator]:
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(
        user_id=person_id, type__in=(_TOTP, _RECOVERY)
    )
    return rows


def _lives(row: Authenticator) -> bool:
    try:
        return standing_key_lives(sealed=_sealed(row))
    except Tampered:
        # An altered app still asks for its code, and refuses each: a damaged row
        # must not open a door that a whole one closes.
        return bool(row.type == _TOTP)


def _sealed(row: Authenticator) -> str:
    return str(row.data.get("secret" if row.type == _TOTP else "codes", ""))


def _spend_step(row: Authenticator, code: str) -> bool:
    secret = open_standing(sealed=_sealed(row), place=_place(row.user_id, _TOTP))
    step = _matching_step(secret, code, after=int(row.data.get(_STEP, -1)))
    if step is None:
        return False
    row.data[_STEP] = step
    return True


def _matching_step(secret: str, code: str, *, after: int) -> int | None:
    for step in yield_hotp_counters_from_time():
        expected = code_for(secret=secret, step=step)
        if step > after and compare_user_code(actual=code, expected=expected):
            return int(step)
    return None


def _spend(row: Authenticator, code: str) -> bool:
    used = int(row.data[_USED])
    if len(normalize_user_code(code)) != _DIGITS:
        return False
    for number, expected in enumerate(_codes(row)):
        fits = compare_user_code(actual=code, expected=expected)
        if fits and not used & 1 << number:
            row.data[_USED] = used | 1 << number
            return True
    return False


def _codes(row: Authenticator) -> list[str]:
    place = _place(row.user_id, _RECOVERY)
    return list(json.loads(open_standing(sealed=_sealed(row), place=place)))


def _codes_left(row: Authenticator) -> int:
    return RECOVERY_CODES - int(row.data[_USED]).bit_count()


def _seal(person_id: UUID, kind: str, text: str) -> str:
    return seal_standing(text=text, place=_place(person_id, kind))


def _place(person_id: UUID, kind: str) -> str:
    return f"{kind}|{person_id}"
