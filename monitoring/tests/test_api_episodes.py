"""Episodes and transitions over REST: what they say, page by page, at the same price whatever their number."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from monitoring.models import (
    Alert,
    AlertAcknowledgement,
    AlertEpisode,
    AlertRule,
    AlertTransition,
    Silence,
    WithheldMessage,
)
from monitoring.tests.alerts import (
    add_message,
    add_notification,
    add_transition,
    close_episode,
    make_alert,
    make_channel,
    make_rule,
    open_episode,
    relax_episode,
)
from monitoring.tests.past import NOON, QUARTER
from supplybrain.tests.problems import assert_problem

pytestmark = pytest.mark.django_db

PREFIX = "/api/v1/planning/monitoring"
EPISODES = f"{PREFIX}/alert-episodes"
TRANSITIONS = f"{PREFIX}/alert-transitions"
LOGIN_STATEMENTS = 2  # session and user of a superuser, who needs no permissions


@pytest.fixture
def rule() -> AlertRule:
    return make_rule("Too many", recovery_threshold=3, threshold_value=5)


@pytest.fixture
def episode(rule: AlertRule) -> AlertEpisode:
    """An episode that fired at noon."""
    return open_episode(make_alert(rule), NOON, opened_slot=NOON - QUARTER)


def hush(**values: Any) -> Silence:
    now = timezone.now()
    given = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1), "reason": "Stocktaking"}
    return Silence.objects.create(author_name="ann", **given | values)


def acknowledge(api: Client, number: object, **body: Any) -> Any:
    return api.post(f"{EPISODES}/{number}/acknowledge", body, "application/json")


def list_ids(answer: Any) -> list[int]:
    return [item["id"] for item in answer.json()["items"]]


def test_an_open_episode_says_how_it_stands(api: Client, episode: AlertEpisode, rule: AlertRule) -> None:
    (item,) = api.get(EPISODES).json()["items"]
    age = (timezone.now() - NOON).total_seconds()
    assert abs(item.pop("duration_seconds") - age) < 60
    assert item == {
        "id": episode.pk,
        "kind": "rule",
        "rule_id": rule.pk,
        "source": "",
        "title": "Too many",
        "severity": "critical",
        "state": "firing",
        "opened_slot": "2026-03-01T11:45:00Z",
        "fired_slot": "2026-03-01T12:00:00Z",
        "closed_slot": None,
        "close_reason": None,
        "metric": "risk_critical",
        "threshold_type": "above",
        "threshold_value": 5,
        "recovery_threshold": 3,
        "rule_version": 1,
        "peak_value": 9,
        "peak_slot": "2026-03-01T12:00:00Z",
        "last_value": 9,
        "last_slot": "2026-03-01T12:00:00Z",
        "flap_count": 0,
        "health": "ok",
        "acknowledgement": None,
        "is_silenced": False,
        "silenced_until": None,
    }


def test_an_episode_that_is_over_says_how_it_ended(api: Client, episode: AlertEpisode, rule: AlertRule) -> None:
    hush(rule=rule)
    close_episode(episode, NOON + 3 * QUARTER, reason="rule_changed")
    (item,) = api.get(EPISODES).json()["items"]
    assert (item["state"], item["closed_slot"], item["close_reason"]) == (
        "closed",
        "2026-03-01T12:45:00Z",
        "rule_changed",
    )
    assert (item["duration_seconds"], item["health"], item["is_silenced"]) == (2700, None, False)


def test_an_episode_keeps_the_terms_that_judged_it(api: Client, episode: AlertEpisode, rule: AlertRule) -> None:
    AlertRule.objects.filter(pk=rule.pk).update(threshold_value=8)
    item = api.get(EPISODES).json()["items"][0]
    assert (item["threshold_value"], item["rule_version"]) == (5, 1)
    rule.delete()
    assert api.get(EPISODES).json()["items"][0]["title"] == "Too many"


def test_what_the_system_says_about_itself_has_no_rule(api: Client) -> None:
    open_episode(make_alert(source="wb_stock", health="degraded"), NOON, value=30)
    open_episode(make_alert(), NOON + QUARTER, value=None)
    scheduler, source = api.get(EPISODES).json()["items"]
    assert (scheduler["kind"], source["kind"], source["source"], source["health"]) == (
        "scheduler",
        "source",
        "wb_stock",
        "degraded",
    )
    assert scheduler["title"] == "Snapshots are late: the scheduler does not work"
    for item in (scheduler, source):
        assert [item[name] for name in ("rule_id", "metric", "threshold_value", "rule_version")] == [None] * 4


@pytest.mark.parametrize("about", ["rule", "metric"])
def test_a_silence_in_force_shows(api: Client, episode: AlertEpisode, rule: AlertRule, about: str) -> None:
    target: dict[str, Any] = {"rule": rule} if about == "rule" else {"metric": rule.metric}
    now = timezone.now()
    hush(**target, ends_at=now)
    hush(**target, starts_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=3))
    hush(metric="risk_warning", ends_at=now + timedelta(hours=9))
    assert api.get(EPISODES).json()["items"][0]["is_silenced"] is False
    longest = hush(**target, ends_at=now + timedelta(hours=2))
    hush(**target)
    item = api.get(EPISODES).json()["items"][0]
    assert item["is_silenced"] is True
    assert item["silenced_until"] == longest.ends_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture
def several(rule: AlertRule) -> dict[str, int]:
    """Ids of five episodes by what is special about them, oldest first."""
    alert, other = make_alert(rule), make_alert(make_rule("Warnings", severity="warning"))
    closed = open_episode(alert, NOON)
    close_episode(closed, NOON + QUARTER)
    firing = open_episode(alert, NOON + timedelta(days=1))
    recovering = open_episode(other, NOON + timedelta(days=2))
    relax_episode(recovering, NOON + timedelta(days=2) + QUARTER)
    source = open_episode(make_alert(source="wb_stock"), NOON + timedelta(days=3))
    scheduler = open_episode(make_alert(), NOON + timedelta(days=4))
    AlertAcknowledgement.objects.create(episode=firing, author_name="a", severity="critical", created_at=NOON)
    AlertAcknowledgement.objects.create(episode=scheduler, author_name="a", severity="warning", created_at=NOON)
    return {
        "closed": closed.pk,
        "firing": firing.pk,
        "recovering": recovering.pk,
        "source": source.pk,
        "scheduler": scheduler.pk,
    }


def test_episodes_are_filtered(api: Client, several: dict[str, int], rule: AlertRule) -> None:
    expected = {
        "": "scheduler source recovering firing closed",
        "state=open": "scheduler source recovering firing",
        "state=closed": "closed",
        "state=firing": "scheduler source firing",
        "state=recovering": "recovering",
        "kind=rule": "recovering firing closed",
        "kind=source": "source",
        "kind=scheduler": "scheduler",
        "severity=warning": "recovering",
        f"rule={rule.pk}": "firing closed",
        "rule=999999": "",
        "acknowledged=true": "firing",  # that of the scheduler was of a warning, and it is critical
        "acknowledged=false": "scheduler source recovering closed",
        "state=open&kind=rule&severity=critical": "firing",
        "from=2026-03-02&to=2026-03-03": "recovering firing",  # business days, the last one included
        "from=2026-03-02T12:00:00Z&to=2026-03-03T12:00:00Z": "firing",  # moments, the end excluded
    }
    found = {query: list_ids(api.get(f"{EPISODES}?{query}")) for query in expected}
    assert found == {query: [several[name] for name in names.split()] for query, names in expected.items()}


def test_a_filter_that_means_nothing_is_refused_by_name(api: Client) -> None:
    for query, field in (
        ("state=pending", "state"),
        ("kind=other", "kind"),
        ("severity=info", "severity"),
        ("rule=0", "rule"),
        ("acknowledged=perhaps", "acknowledged"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("to=2026-03-01T12:00:00", "to"),
        ("limit=0", "limit"),
        ("limit=366", "limit"),
        ("cursor=abc", "cursor"),
    ):
        assert_problem(api.get(f"{EPISODES}?{query}"), 400, "invalid_input", fields={field})


def test_pages_hold_every_episode_once_in_both_directions(api: Client, several: dict[str, int]) -> None:
    pages, answer = [], api.get(f"{EPISODES}?limit=2")
    while True:
        pages.append(list_ids(answer))
        if answer.json()["next"] is None:
            break
        answer = api.get(f"{EPISODES}?limit=2&cursor={answer.json()['next']}")
    assert pages == [
        [several["scheduler"], several["source"]],
        [several["recovering"], several["firing"]],
        [several["closed"]],
    ]
    back = api.get(f"{EPISODES}?limit=2&cursor={answer.json()['previous']}")
    assert list_ids(back) == pages[1]
    assert_problem(api.get(f"{TRANSITIONS}?cursor={back.json()['next']}"), 400, fields={"cursor"})  # of another list


def test_an_episode_tells_its_story(api: Client, episode: AlertEpisode, rule: AlertRule) -> None:
    before = AlertTransition.objects.create(
        alert=episode.alert,
        rule_version=episode.rule_version,
        slot=NOON - QUARTER,
        snapshot=AlertTransition.objects.get().snapshot,
        from_state="inactive",
        to_state="pending",
        reading="breach",
        reason="breached",
        value=7,
        cause="capture",
        created_at=NOON,
    )
    relax_episode(episode, NOON + QUARTER, value=2)
    buyers, bosses = make_channel("Buyers"), make_channel("Critical only", min_severity="critical")
    fired = add_message(episode, NOON, data={"value": 9, "threshold_value": 5})
    reminder = add_message(episode, NOON + QUARTER, "reminder", severity="warning")
    sent = add_notification(fired, buyers, state="sent", sent_at=NOON, attempts=2)
    add_notification(fired, bosses, attempts=1, last_error="The receiver answered 500.")
    held = add_notification(reminder, buyers, state="sent", sent_at=NOON + QUARTER, attempts=1)
    add_notification(reminder, bosses)
    WithheldMessage.objects.create(
        message=reminder, notification=held, reason="silenced", detail="Stocktaking", created_at=NOON
    )
    story = api.get(f"{EPISODES}/{episode.pk}").json()
    assert (story["id"], story["state"], story["threshold_value"]) == (episode.pk, "recovering", 5)
    assert [(one["from_state"], one["to_state"], one["value"]) for one in story["transitions"]] == [
        ("inactive", "pending", 7),
        ("inactive", "firing", 9),
        ("firing", "recovering", 2),
    ]
    first = story["transitions"][0]
    assert (first["id"], first["episode_id"], first["reason"], first["cause"]) == (
        before.pk,
        None,
        "breached",
        "capture",
    )
    assert first["rule_version"] == {
        "version": 1,
        "name": "Too many",
        "metric": "risk_critical",
        "threshold_type": "above",
        "threshold_value": 5,
        "recovery_threshold": 3,
        "pending_slots": 1,
        "recover_slots": 1,
        "severity": "critical",
        "is_active": True,
    }
    assert [(one["kind"], one["data"]) for one in story["messages"]] == [
        ("firing", {"value": 9, "threshold_value": 5}),
        ("reminder", {}),
    ]
    told, kept = (one["deliveries"] for one in story["messages"])
    assert [(one["channel_name"], one["state"], one["attempts"], one["last_error"]) for one in told] == [
        ("Buyers", "sent", 2, ""),
        ("Critical only", "pending", 1, "The receiver answered 500."),
    ]
    assert told[0]["notification_id"] == sent.pk
    (only,) = kept  # of a warning the other channel is not told
    assert (only["state"], only["withheld_reason"], only["withheld_detail"]) == ("withheld", "silenced", "Stocktaking")


def test_a_breach_that_came_to_nothing_belongs_to_no_episode(api: Client, episode: AlertEpisode) -> None:
    add_transition(episode, NOON - 4 * QUARTER, "inactive", "pending", reason="breached")
    AlertTransition.objects.filter(slot=NOON - 4 * QUARTER).update(episode=None)
    assert len(api.get(f"{EPISODES}/{episode.pk}").json()["transitions"]) == 1


def test_an_episode_that_is_not_there_is_not_found(api: Client, episode: AlertEpisode) -> None:
    for unknown in (0, episode.pk + 1, 2**63, "9" * 100):
        assert_problem(api.get(f"{EPISODES}/{unknown}"), 404, "not_found")
        assert_problem(acknowledge(api, unknown), 404, "not_found")
        assert_problem(api.delete(f"{EPISODES}/{unknown}/acknowledge"), 404, "not_found")


def test_an_acknowledgement_is_left_once_and_withdrawn(api: Client, episode: AlertEpisode) -> None:
    path = f"{EPISODES}/{episode.pk}/acknowledge"
    first, second = acknowledge(api, episode.pk, note="Ordering more"), acknowledge(api, episode.pk, note="Still")
    assert (first.status_code, second.status_code, second.json()) == (201, 200, first.json())
    assert (first.json()["author_name"], first.json()["note"]) == ("root", "Ordering more")
    assert api.get(EPISODES).json()["items"][0]["acknowledgement"] == first.json()
    assert api.delete(path).status_code == 204
    assert api.delete(path).status_code == 204
    story = api.get(f"{EPISODES}/{episode.pk}").json()
    assert (story["acknowledgement"], len(story["acknowledgements"])) == (None, 1)
    assert story["acknowledgements"][0]["withdrawn_by"] == "root"
    assert acknowledge(api, episode.pk).status_code == 201  # a note is not needed


def test_what_is_over_cannot_be_acknowledged(api: Client, episode: AlertEpisode) -> None:
    close_episode(episode, NOON + QUARTER)
    path = f"{EPISODES}/{episode.pk}/acknowledge"
    assert_problem(acknowledge(api, episode.pk), 409, "episode_closed")
    assert_problem(api.delete(path), 409, "episode_closed")
    assert not AlertAcknowledgement.objects.exists()


def test_a_note_that_is_none_is_refused(api: Client, episode: AlertEpisode) -> None:
    for note in ({"deep": 1}, ["x"], None, "x" * 2001, "nul\x00"):
        answer = acknowledge(api, episode.pk, note=note)
        assert_problem(answer, 400, "invalid_input", fields={"note"})
    assert not AlertAcknowledgement.objects.exists()


def test_transitions_come_newest_first_and_filtered(api: Client, several: dict[str, int], rule: AlertRule) -> None:
    rows = list(AlertTransition.objects.order_by("-slot", "-id").values_list("pk", flat=True))
    assert list_ids(api.get(TRANSITIONS)) == rows
    of_rule = AlertTransition.objects.filter(alert__rule_id=rule.pk).order_by("-slot", "-id")
    assert list_ids(api.get(f"{TRANSITIONS}?rule={rule.pk}")) == list(of_rule.values_list("pk", flat=True))
    recovering = api.get(f"{TRANSITIONS}?episode={several['recovering']}").json()["items"]
    assert [one["to_state"] for one in recovering] == ["recovering", "firing"]
    assert list_ids(api.get(f"{TRANSITIONS}?from=2026-03-05")) == rows[:1]
    assert list_ids(api.get(f"{TRANSITIONS}?to=2026-03-01")) == rows[-2:]
    first = api.get(f"{TRANSITIONS}?limit=4").json()
    assert list_ids(api.get(f"{TRANSITIONS}?limit=4&cursor={first['next']}")) == rows[4:]


def test_the_price_is_the_same_for_one_episode_and_for_fifty(client: Client, rule: AlertRule) -> None:
    client.force_login(User.objects.create_superuser("root"))
    alert, hours = make_alert(rule), iter(range(1000))

    def add_closed() -> AlertEpisode:
        slot = NOON + timedelta(hours=next(hours))
        row = open_episode(alert, slot)
        add_notification(add_message(row, slot), make_channel(f"Channel {slot}"))
        close_episode(row, slot + QUARTER)
        return row

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries) - LOGIN_STATEMENTS

    add_closed()
    last = open_episode(make_alert(make_rule("Other")), NOON + timedelta(days=90))
    paths = (f"{EPISODES}?limit=365", f"{TRANSITIONS}?limit=365", f"{EPISODES}/{last.pk}")
    few = [count(path) for path in paths]
    for _ in range(49):
        add_closed()
    for n in range(30):
        slot = last.fired_slot + n * QUARTER
        message = add_message(last, slot, "reminder")
        add_notification(message, make_channel(f"Last {n}"))
        add_transition(last, slot + timedelta(minutes=1), "firing", "recovering", reason="clearing")
    # episodes, acknowledgements, silences; transitions; episode, acknowledgements, silences, transitions, messages,
    # deliveries
    assert [count(path) for path in paths] == few == [3, 1, 6]
    assert len(client.get(paths[2]).json()["messages"]) == 30


def test_an_alert_that_never_fired_has_no_episodes(api: Client, rule: AlertRule) -> None:
    make_alert(rule)
    assert Alert.objects.count() == 1
    for path in (EPISODES, TRANSITIONS):
        assert api.get(path).json() == {"items": [], "next": None, "previous": None}
