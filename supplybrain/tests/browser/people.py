"""Who works with the admin in these tests."""

from dataclasses import dataclass

PASSWORD = "plenty of yarn on the shelf"
ROLES = ("viewer", "planner", "operator", "superuser")


@dataclass(frozen=True)
class Person:
    """A member of staff.

    Attributes:
        role: Their group, or superuser.
        login: What they type.
        name: What is shown of them.
        language: What they chose; empty if nothing.
    """

    role: str
    login: str
    name: str
    language: str = ""


PEOPLE = (
    Person("viewer", "vera", "Vera"),
    Person("planner", "pavel", "Pavel"),
    Person("operator", "olga", "Olga"),
    Person("superuser", "sasha", "Sasha"),
)
BY_ROLE = {person.role: person for person in PEOPLE}
