"""Login and logout of REST clients. Staff use the admin's session instead."""

from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from supplybrain.api.authentication import TokenAuthentication
from supplybrain.api.serializers import IssuedTokenSerializer, LoginSerializer
from supplybrain.api.throttling import LoginThrottle
from supplybrain.errors import SupplyBrainError
from supplybrain.models import ApiToken
from supplybrain.tokens import issue_token


class InvalidCredentialsError(SupplyBrainError):
    """Name and password do not belong to an active user. Which of the two is wrong is not said."""

    code = "invalid_credentials"
    status = 401


class LoginView(APIView):
    """Exchange a name and a password for an API token."""

    authentication_classes = ()  # a stale token in the header must not keep anybody from getting a new one
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle,)

    @extend_schema(operation_id="auth_login", request=LoginSerializer, responses=IssuedTokenSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """Answer a new token."""
        credentials = LoginSerializer(data=request.data)
        credentials.is_valid(raise_exception=True)
        # The same work and the same answer for an unknown name, a wrong password and an inactive user.
        user = authenticate(request, **credentials.validated_data)
        if not isinstance(user, User):
            raise InvalidCredentialsError(_("The name or the password is wrong."))
        return Response(IssuedTokenSerializer(issue_token(user=user, name="login")).data)


class LogoutView(APIView):
    """Revoke the token that this request came with."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="auth_logout", request=None, responses={204: OpenApiResponse(description="Revoked.")})
    def post(self, request: Request) -> Response:
        """Revoke the token."""
        ApiToken.objects.filter(pk=request.auth.pk).delete()
        return Response(status=204)


class LogoutAllView(APIView):
    """Revoke every token of the user."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="auth_logout_all", request=None, responses={204: OpenApiResponse(description="All revoked.")}
    )
    def post(self, request: Request) -> Response:
        """Revoke the tokens."""
        ApiToken.objects.filter(user=request.user).delete()
        return Response(status=204)
