"""Clients of the roles that plan."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client


@pytest.fixture
def viewer(client: Client) -> Client:
    user = User.objects.create_user("viewer")
    user.groups.add(Group.objects.get(name="viewer"))
    client.force_login(user)
    return client


@pytest.fixture
def planner(client: Client) -> Client:
    user = User.objects.create_user("planner")
    user.groups.add(Group.objects.get(name="planner"))
    client.force_login(user)
    return client
