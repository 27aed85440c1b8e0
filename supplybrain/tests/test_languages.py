"""Who is spoken to in which language."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from supplybrain.languages import choose_language
from supplybrain.models import Language, LanguageChoice
from supplybrain.tests.problems import assert_problem
from supplybrain.tokens import issue_token

SWITCH, INDEX, LOGIN, API = "/admin/language", "/admin/", "/admin/login/", "/api/v1/planning/monitoring/metrics"
RUSSIAN, ENGLISH = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}, {"Accept-Language": "en-GB"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return User.objects.create_superuser("anna")


@pytest.fixture
def staff(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def speaks(client: Client, url: str, headers: dict[str, str]) -> str:
    """Return the language of an answer, which header, cache key and page must agree on."""
    answer = client.get(url, headers=headers)
    language = answer.headers["Content-Language"]
    assert "Accept-Language" in answer.headers["Vary"]
    if answer.headers["Content-Type"].startswith("text/html"):
        assert f'<html lang="{language}"' in answer.content.decode()
    return language


@pytest.mark.parametrize(("headers", "language"), [(RUSSIAN, "ru"), (ENGLISH, "en"), ({"Accept-Language": "de"}, "en")])
def test_a_browser_is_spoken_to_as_it_asks(client: Client, headers: dict[str, str], language: str) -> None:
    assert speaks(client, LOGIN, headers) == language
    assert speaks(client, API, headers) == language
    assert speaks(client, "/api/v1/nowhere", headers) == language


def test_a_chosen_language_wins_on_every_device(staff: Client, user: User) -> None:
    other_device = Client()
    other_device.force_login(user)
    assert speaks(other_device, INDEX, ENGLISH) == "en"
    answer = staff.post(SWITCH, {"language": "ru", "next": "/admin/auth/user/?q=a"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/auth/user/?q=a")
    assert speaks(other_device, INDEX, ENGLISH) == "ru"
    other_device.cookies["django_language"] = "en"
    assert speaks(other_device, INDEX, ENGLISH) == "ru"
    assert speaks(other_device, API, ENGLISH) == "ru"


def test_other_users_keep_theirs(staff: Client) -> None:
    staff.post(SWITCH, {"language": "ru"})
    other = Client()
    other.force_login(User.objects.create_superuser("boris"))
    assert speaks(other, INDEX, ENGLISH) == "en"


def test_a_chosen_language_costs_no_statement(staff: Client, user: User) -> None:
    counts = []
    token = {"Authorization": f"Token {issue_token(user=user).token}"}
    for headers in ({}, token):
        for language in (None, "ru"):
            LanguageChoice.objects.all().delete()
            if language:
                choose_language(user=user, language=language)
            with CaptureQueriesContext(connection) as statements:
                assert speaks(staff, API, headers) == (language or "en")
            counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[2] == counts[3]


@pytest.mark.parametrize(
    ("chosen", "accepts", "language"),
    [
        ("ru", "en", "en"),
        ("en", "ru", "ru"),
        ("ru", None, "ru"),
        ("ru", "*", "ru"),
        ("ru", "de, fr", "ru"),
        (None, None, "en"),
    ],
)
def test_a_program_is_spoken_to_as_it_asks_else_as_its_user_chose(
    client: Client, user: User, chosen: str | None, accepts: str | None, language: str
) -> None:
    if chosen:
        choose_language(user=user, language=chosen)
    headers = {"Authorization": f"Token {issue_token(user=user).token}"}
    assert speaks(client, API, headers | ({"Accept-Language": accepts} if accepts else {})) == language
    assert speaks(client, API, {}) == "en"  # nothing is left behind for the next request


def test_an_unknown_language_is_refused_and_stores_nothing(staff: Client) -> None:
    staff.post(SWITCH, {"language": "ru"})
    for data in ({"language": "de"}, {"language": ""}, {}):
        answer = staff.post(SWITCH, data)
        assert answer.status_code == 400
        assert "ru (Русский), en (English)" in answer.content.decode()
    assert LanguageChoice.objects.get().language == "ru"
    with pytest.raises(IntegrityError), transaction.atomic():
        LanguageChoice.objects.update(language="de")


def test_a_language_is_chosen_by_a_post_with_a_token_against_forgery(user: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    assert browser.get(SWITCH, {"language": "ru"}).status_code == 405
    assert browser.post(SWITCH, {"language": "ru"}).status_code == 403
    assert not LanguageChoice.objects.exists()


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_the_way_back_never_leaves_the_site(staff: Client, target: str) -> None:
    assert staff.post(SWITCH, {"language": "ru", "next": target}).headers["Location"] == reverse("admin:index")


def test_a_browser_keeps_its_language_for_the_page_before_logging_in(client: Client) -> None:
    assert client.post(SWITCH, {"language": "ru", "next": LOGIN}).headers["Location"] == LOGIN
    assert not LanguageChoice.objects.exists()
    page = client.get(LOGIN, headers=ENGLISH).content.decode()
    assert '<html lang="ru"' in page
    assert 'value="ru" lang="ru" aria-current="true"' in page


def test_an_inactive_user_is_nobody(staff: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert staff.get(INDEX).headers["Location"].startswith(LOGIN)
    assert_problem(staff.get(API), 401, "not_authenticated")


def test_administrators_see_what_a_user_chose(staff: Client) -> None:
    boris = User.objects.create_user("boris")
    choose_language(user=boris, language="ru")
    page = staff.get(reverse("admin:auth_user_change", args=[boris.pk])).content.decode()
    assert '<option value="ru" selected>Русский</option>' in page


def test_problems_keep_their_codes_and_change_their_words(client: Client) -> None:
    english, russian = (client.get(API, headers=headers).json() for headers in (ENGLISH, RUSSIAN))
    assert (english["title"], russian["title"]) == ("Unauthorized", "Требуется вход")
    assert english["detail"] != russian["detail"]
    for body in (english, russian):
        del body["title"], body["detail"]
    assert english == russian


def test_metrics_and_layout_keep_their_names_and_change_their_words(staff: Client) -> None:
    english, russian = (staff.get(API, headers=headers).json()["items"] for headers in (ENGLISH, RUSSIAN))
    assert {item["label"] for item in english}.isdisjoint(item["label"] for item in russian)
    for item in (*english, *russian):
        del item["label"], item["description"]
    assert english == russian
    layout = staff.get("/api/v1/planning/monitoring/layout", headers=RUSSIAN).json()["sections"]
    assert [section["title"] for section in layout] == ["Состояние", "Риск дефицита", "Интеграции", "Заказы"]


def test_the_description_of_the_api_is_english_for_everybody(staff: Client) -> None:
    answer = staff.get("/api/schema", headers=RUSSIAN)
    assert answer.headers["Content-Language"] == "en"
    text = answer.content.decode().replace(Language.RUSSIAN.label, "")  # a language goes by its own name
    assert not re.search("[а-яё]", text, re.IGNORECASE)


def test_permissions_are_offered_in_words(staff: Client) -> None:
    page = staff.get(reverse("admin:auth_group_add"), headers=RUSSIAN).content.decode()
    assert "Правила оповещения: просмотр" in page
    assert "Снимки: создание снимка сейчас" in page
    assert "Can view" not in page


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [("/nowhere", 404, "По этому адресу ничего нет"), ("/admin/auth/user/", 403, "У вас нет прав на это действие")],
)
def test_pages_that_say_no_say_it_in_the_readers_language(client: Client, url: str, status: int, words: str) -> None:
    client.force_login(User.objects.create_user("anna", is_staff=True))
    answer = client.get(url, headers=RUSSIAN)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert '<html lang="ru">' in page
