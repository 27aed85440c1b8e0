"""Which language a person is spoken to.

Staff choose one, which is kept with the user and so holds on every device. Without a choice the browser's
Accept-Language decides. A program that comes with a token is spoken to as it asks and, when it does not say, as
its user chose.
"""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from supplybrain.models import LanguageChoice


def find_chosen_language(user: Any) -> str | None:
    """Return the language that a user chose, None for one who did not and for somebody unknown.

    Costs a statement, unless the user was loaded together with the choice, as `supplybrain.login.UserBackend` and API
    tokens do.
    """
    choice: LanguageChoice | None = getattr(user, "language_choice", None)
    return choice.language if choice else None


def choose_language(*, user: User, language: str) -> None:
    """Store the language of a user.

    Args:
        user: Who chooses.
        language: One of settings.LANGUAGES.
    """
    LanguageChoice.objects.update_or_create(user=user, defaults={"language": language})


def asks_for_language(request: HttpRequest) -> bool:
    """Return whether the Accept-Language header names a language that we have; `*` names none."""
    header = request.headers.get("Accept-Language", "")
    return any(_is_offered(code) for code, _weight in parse_accept_lang_header(header))


def _is_offered(code: str) -> bool:
    try:
        translation.get_supported_language_variant(code)
    except LookupError:
        return False
    return True
