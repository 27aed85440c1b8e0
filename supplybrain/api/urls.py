"""Login and logout of REST clients."""

from django.urls import path

from supplybrain.api import views

urlpatterns = [
    path("auth/login", views.LoginView.as_view(), name="auth-login"),
    path("auth/logout", views.LogoutView.as_view(), name="auth-logout"),
    path("auth/logoutall", views.LogoutAllView.as_view(), name="auth-logout-all"),
]
