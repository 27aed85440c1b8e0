"""The switch between languages in the admin, before and after logging in."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from supplybrain.languages import choose_language
from supplybrain.models import Language

COOKIE_SECONDS = 365 * 24 * 60 * 60


class LanguageForm(forms.Form):
    """A language, and the page to return to."""

    language = forms.ChoiceField(choices=Language.choices)
    next = forms.CharField(required=False)


@require_POST
def receive_language(request: HttpRequest) -> HttpResponse:
    """Store the language of the user, and of this browser for the page before logging in; return to where they were."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest(_describe_refusal(), content_type="text/plain; charset=utf-8")
    language = form.cleaned_data["language"]
    if isinstance(request.user, User):
        choose_language(user=request.user, language=language)
    response = HttpResponseRedirect(_find_way_back(request, form.cleaned_data))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=COOKIE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _describe_refusal() -> str:
    names = ", ".join(f"{code} ({name})" for code, name in Language.choices)
    return _("There is no such language. Choose one of: %(names)s.") % {"names": names}


def _find_way_back(request: HttpRequest, cleaned: dict[str, Any]) -> str:
    target: str = cleaned["next"]
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target and is_ours else reverse("admin:index")
