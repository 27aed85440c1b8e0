"""Login and logout of REST clients, and who changed what."""

from django.urls import path

from supplybrain.api import changes, views

urlpatterns = [
    path("auth/login", views.LoginView.as_view(), name="auth-login"),
    path("auth/logout", views.LogoutView.as_view(), name="auth-logout"),
    path("planning/changes", changes.ChangesView.as_view(), name="changes"),
    path("auth/logoutall", views.LogoutAllView.as_view(), name="auth-logout-all"),
]
