"""A key rotation loses no vendor token, and a lost key is noticed before harm is done."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from integrations.models import WbAccount

pytestmark = pytest.mark.django_db

TOKEN = "vendor-token"


@pytest.fixture
def use_keys(settings: Settings) -> Iterator[Callable[..., None]]:
    """Change the keys as a restart would: the field keeps those that it has derived once."""
    field = WbAccount._meta.get_field("api_token")

    def forget() -> None:
        for name in ("keys", "f"):
            field.__dict__.pop(name, None)

    def use(key: str, *fallbacks: str) -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(fallbacks)
        forget()

    yield use
    forget()


def read_stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT api_token FROM wb_integration_accounts")
        (stored,) = cursor.fetchone() or ("",)
    return str(stored)


def test_after_a_rotation_the_former_key_is_not_needed_any_more(use_keys: Callable[..., None]) -> None:
    former = django_settings.SECRET_KEY
    account = WbAccount.objects.create(name="shop", api_token=TOKEN)
    use_keys("the new key", former)
    call_command("reencrypt")
    use_keys("the new key")
    assert WbAccount.objects.get().api_token == TOKEN
    assert WbAccount.objects.get().updated_at == account.updated_at
    assert TOKEN not in read_stored()


def test_a_value_that_no_key_opens_stops_everything(use_keys: Callable[..., None]) -> None:
    WbAccount.objects.create(name="shop", api_token=TOKEN)
    stored = read_stored()
    use_keys("another key")
    with pytest.raises(CommandError, match=r"^api_token of Wildberries account \d+ cannot be read with any key\."):
        call_command("reencrypt")
    assert read_stored() == stored
