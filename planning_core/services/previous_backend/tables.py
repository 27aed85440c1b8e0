"""The vocabulary in which an app says how a table of the previous backend becomes one of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model
from psycopg import sql

from planning_core.models import DataSource
from planning_core.services.previous_backend.kinds import IDENTIFIER, Kind
from planning_core.services.statements import name_table


@dataclass(frozen=True)
class Column:
    """A column of the previous backend and what it becomes.

    Attributes:
        source: Its name there.
        kind: What it may hold.
        target: Its name here; the same when not given.
        required: Whether null, or a table without the column, is refused.
        default: What null becomes; a callable gets the moment of the import.
        secret: Whether its values must never be shown.
    """

    source: str
    kind: Kind
    target: str = ""
    required: bool = False
    default: object | Callable[[datetime], object] = None
    secret: bool = False

    @property
    def name(self) -> str:
        """Its name in the temporary table and here."""
        return self.target or self.source


@dataclass(frozen=True)
class Placeholder:
    """How a row that others point to but that does not exist is made up: named by its id, as the old screens did."""

    code_column: str
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reference:
    """A column that points to another table. Without a placeholder, rows that point nowhere are left out."""

    column: str
    model: type[Model]
    placeholder: Placeholder | None = None


@dataclass(frozen=True)
class TableMove:
    """How one table moves over.

    Attributes:
        source: The table's name in the previous backend.
        model: Where its rows go.
        columns: What is kept, the id apart, which every table has.
        references: Columns that must point to rows that exist.
        unique: Columns by which no two rows here may agree.
        identity: Columns that a row never changes; `unique` when not given. A row here with the same id and another
            identity is somebody else's.
        placeholder: How rows of this table are made up when missing, so that the real one may replace it.
        prepare: Returns the SELECT that turns the temporary table into rows of the model; runs what it needs before.
        insert_only: Columns given to new rows and left alone afterwards.
        feed: The source that the rows came from, if any.
    """

    source: str
    model: type[Model]
    columns: Sequence[Column]
    references: Sequence[Reference] = ()
    unique: Sequence[str] = ()
    identity: Sequence[str] = ()
    placeholder: Placeholder | None = None
    prepare: Callable[["Stage"], sql.Composable] | None = None
    insert_only: Sequence[str] = ()
    feed: DataSource | None = None

    @property
    def all_columns(self) -> list[Column]:
        """The id and the columns that are kept."""
        return [Column("id", IDENTIFIER, required=True), *self.columns]


@dataclass
class TableReport:
    """What became of a table: counts of rows, and what people should know."""

    table: str
    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    merged: int = 0
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """A table of the previous backend in a temporary table of ours, on its way into the model."""

    move: TableMove
    present: Sequence[Column]
    report: TableReport
    moved_at: datetime

    @property
    def read(self) -> sql.Identifier:
        """The temporary table with the rows as read."""
        return sql.Identifier(f"moved_{self.move.source}")

    @property
    def ready(self) -> sql.Identifier:
        """The temporary table with rows of the model."""
        return sql.Identifier(f"ready_{self.move.source}")

    @property
    def target(self) -> sql.Identifier:
        """The model's table."""
        return name_table(self.move.model)
