"""The project's URLs and the bare view beside them."""

from django.urls import path

from bench.endpoints import BARE_PATH, answer_bare
from supplybrain.urls import urlpatterns as project_patterns

urlpatterns = [*project_patterns, path(BARE_PATH.removeprefix("/"), answer_bare)]
