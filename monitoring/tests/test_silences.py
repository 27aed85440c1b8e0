"""Silences: about one thing, for a while, and ended without rewriting what was."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from monitoring.models import Silence
from monitoring.selectors.silences import build_active
from monitoring.services.errors import SilenceOverError
from monitoring.services.silences import LONGEST_SILENCE, change_silence, end_silence, silence
from monitoring.tests.alerts import make_rule
from supplybrain.errors import InvalidInputError, NotFoundError

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create_user("ann")


def hush(user: User, **values: Any) -> Silence:
    given: dict[str, Any] = {"metric": "risk_critical", "ends_at": timezone.now() + HOUR, "reason": "Stocktaking"}
    return silence(**given | values, user=user)


def list_active(moment: datetime) -> list[Silence]:
    return list(Silence.objects.filter(build_active(moment)))


def test_a_silence_begins_now_unless_said_otherwise(ann: User) -> None:
    row = hush(ann)
    row.refresh_from_db()
    assert abs(row.starts_at - timezone.now()) < timedelta(minutes=1)
    assert (row.author, row.author_name, row.reason, row.rule) == (ann, "ann", "Stocktaking", None)
    later = hush(ann, starts_at=timezone.now() + HOUR, ends_at=timezone.now() + 2 * HOUR)
    assert list_active(timezone.now()) == [row]
    assert list_active(later.starts_at) == [later]  # an end is no part of it, a beginning is


def refuse(user: User, **values: Any) -> set[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as refused:
        hush(user, **values)
    assert not Silence.objects.exists()
    return {(problem.field, problem.code) for problem in refused.value.problems}


def test_what_makes_no_sense_is_refused_by_field(ann: User) -> None:
    now, rule = timezone.now(), make_rule()
    assert refuse(ann, metric="") == {("rule_id", "either_or"), ("metric", "either_or")}
    assert refuse(ann, rule_id=rule.pk) == {("rule_id", "either_or"), ("metric", "either_or")}
    assert refuse(ann, metric="risk_awful") == {("metric", "invalid_choice")}
    assert refuse(ann, metric="", rule_id=rule.pk + 1) == {("rule_id", "does_not_exist")}
    assert refuse(ann, starts_at=now + 2 * HOUR) == {("ends_at", "empty_range")}
    assert refuse(ann, starts_at=now - 2 * HOUR, ends_at=now - HOUR) == {("ends_at", "past")}
    assert refuse(ann, ends_at=now + LONGEST_SILENCE + HOUR) == {("ends_at", "too_long")}


def test_a_silence_ends_sooner_or_later(ann: User) -> None:
    row = hush(ann)
    end = timezone.now() + 3 * HOUR
    assert change_silence(silence_id=row.pk, ends_at=end).ends_at == end
    assert change_silence(silence_id=row.pk, reason="Still counting").ends_at == end
    end_silence(silence_id=row.pk)
    row.refresh_from_db()
    assert row.reason == "Still counting"
    assert row.ends_at <= timezone.now() + timedelta(seconds=1)
    assert list_active(timezone.now() + timedelta(seconds=1)) == []


def test_what_is_over_is_history(ann: User) -> None:
    row = hush(ann)
    past = timezone.now() - HOUR
    Silence.objects.update(starts_at=past - HOUR, ends_at=past)
    with pytest.raises(SilenceOverError):
        change_silence(silence_id=row.pk, ends_at=timezone.now() + HOUR)
    end_silence(silence_id=row.pk)
    row.refresh_from_db()
    assert row.ends_at == past


def test_what_has_not_begun_never_will(ann: User) -> None:
    row = hush(ann, starts_at=timezone.now() + HOUR, ends_at=timezone.now() + 2 * HOUR)
    with pytest.raises(InvalidInputError):
        change_silence(silence_id=row.pk, ends_at=row.starts_at)
    assert end_silence(silence_id=row.pk) is None
    assert not Silence.objects.exists()


def test_what_is_not_there_is_not_found(ann: User) -> None:
    for change in (change_silence, end_silence):
        with pytest.raises(NotFoundError):
            change(silence_id=1)
