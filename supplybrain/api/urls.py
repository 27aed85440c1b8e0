"""Login and logout of REST clients."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
