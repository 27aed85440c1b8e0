"""Bodies of login."""

from typing import Any

from rest_framework import serializers


class LoginSerializer(serializers.Serializer[Any]):
    """A user's name and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, write_only=True)


class IssuedTokenSerializer(serializers.Serializer[Any]):
    """A new token; send it as `Authorization: Token <token>`."""

    token = serializers.CharField()
    expiry = serializers.DateTimeField()
