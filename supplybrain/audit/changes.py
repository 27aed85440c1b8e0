"""Reads changes and says them in words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import ForeignKey, Model, QuerySet

from supplybrain.audit.models import Change
from supplybrain.audit.registry import AUDITED, find_model, name_model
from supplybrain.audit.wording import FieldChange, describe_field, find_field, list_values, say_who
from supplybrain.permission_names import describe_permission

Key = tuple[type[Model], int]
Names = Mapping[Key, str]

MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes are wanted; None means all.

    Attributes:
        models: Labels of models, like `monitoring.alertrule`.
        object_id: Number of the row.
        user_id: The user who made them.
        channel: The way they came.
        since: Not before this moment [UTC].
        until: Before this moment [UTC].
        before_id: Older than the change with this number: the next page.
    """

    models: Sequence[str]
    object_id: int | None = None
    user_id: int | None = None
    channel: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """A change in words, in the language of the reader.

    Attributes:
        change: The stored change.
        model_name: What kind of thing was changed.
        object_name: What was changed. Where it has no name and is gone: what it belonged to, or else its number.
        exists: Whether it still does.
        fields: What was changed about it, in the order of the model's fields.
    """

    change: Change
    model_name: str
    object_name: str
    exists: bool
    fields: list[FieldChange]

    @property
    def who(self) -> str:
        """Who changed it, and the way it came."""
        return say_who(self.change)

    @property
    def summary(self) -> str:
        """What was changed about it, in a line."""
        return "; ".join(str(field) for field in self.fields)


def list_changes(*, model: type[Model], object_id: int, limit: int = 100) -> list[ChangeEntry]:
    """Return the changes of one row, newest first, also when the row is gone.

    For an alert rule's page this is the rule's version history: who changed which field, from what to what, and when.
    `supplybrain/audit/changes.html` shows the list (`{% include ... with changes=... %}`). Whoever may view the row
    may view its changes; the caller checks that.

    Takes two statements, and one for each kind of row that values point to (none for an alert rule).

    Args:
        model: An audited model.
        object_id: Number of the row.
        limit: At most that many, 1..500.
    """
    wanted = ChangeFilter(models=[model._meta.label_lower], object_id=object_id)
    return describe_changes(filter_changes(wanted)[: min(limit, MOST_AT_ONCE)])


def filter_changes(wanted: ChangeFilter) -> QuerySet[Change]:
    """Return the wanted changes, newest first."""
    conditions = {
        "object_id": wanted.object_id,
        "user_id": wanted.user_id,
        "channel": wanted.channel,
        "changed_at__gte": wanted.since,
        "changed_at__lt": wanted.until,
        "id__lt": wanted.before_id,
    }
    given = {name: value for name, value in conditions.items() if value is not None}
    return Change.objects.filter(model__in=wanted.models, **given).order_by("-id")


def describe_changes(changes: Sequence[Change] | QuerySet[Change]) -> list[ChangeEntry]:
    """Return changes in words, in the same order.

    Takes one statement for each kind of row that they name, whatever their number, and one for the changes if they are
    not loaded yet.
    """
    rows = list(changes)
    names = _load_names(rows)
    return [_describe(row, names) for row in rows]


def _describe(change: Change, names: Names) -> ChangeEntry:
    model = find_model(change.model)
    current = names.get((model, change.object_id)) if model else None
    columns = sorted(change.fields, key=lambda column: _place(model, column))
    described = [
        describe_field(model, column, change.fields[column], action=change.action, names=names) for column in columns
    ]
    return ChangeEntry(
        change=change,
        model_name=name_model(change.model),
        object_name=change.object_name or current or _name_by_parents(model, described) or f"#{change.object_id}",
        exists=current is not None,
        fields=[field for field in described if not field.says_nothing],
    )


def _name_by_parents(model: type[Model] | None, described: Sequence[FieldChange]) -> str:
    """Return what a row without a name belonged to, as far as the change says: its article is still there."""
    parents = [field for field in described if isinstance(find_field(model, field.column), ForeignKey)]
    return " ".join(field.new_text if field.new is not None else field.old_text for field in parents)


def _place(model: type[Model] | None, column: str) -> tuple[int, str]:
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many] if model else []
    field = find_field(model, column)
    return (fields.index(field) if field in fields else len(fields), column)


def _load_names(changes: Sequence[Change]) -> dict[Key, str]:
    """Return the present names of all rows that changes are about or point to, a statement per table."""
    wanted: defaultdict[type[Model], set[int]] = defaultdict(set)
    for model, number in _list_mentioned(changes):
        wanted[model].add(number)
    return {
        (model, row.pk): describe_permission(row) if isinstance(row, Permission) else str(row)
        for model, numbers in wanted.items()
        for row in _with_parents(model).filter(pk__in=numbers)
    }


def _list_mentioned(changes: Sequence[Change]) -> Iterator[Key]:
    for change in changes:
        if not (model := find_model(change.model)):
            continue
        yield model, change.object_id
        for column, pair in change.fields.items():
            field = find_field(model, column)
            if field is not None and field.related_model:
                yield from ((field.related_model, value) for value in list_values(pair) if isinstance(value, int))


def _with_parents(model: type[Model]) -> QuerySet[Any]:
    """Return the rows with what their names are made of, and without what is hidden."""
    parents = [field.name for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    rows = model._default_manager.defer(*AUDITED.get(model._meta.label_lower, ()))
    return rows.select_related(*parents) if parents else rows
