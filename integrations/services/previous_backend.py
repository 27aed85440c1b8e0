"""How the accounts of the previous backend become ours: tokens are encrypted before they reach any table."""

from typing import cast

from django.db import connection
from django.db.models import Model
from encrypted_fields.fields import EncryptedTextField
from psycopg import sql

from integrations.models import MoySkladAccount, WbAccount
from planning_core.services.previous_backend.kinds import MOMENT, TRUTH, Kind, UnusableValueError, text
from planning_core.services.previous_backend.shared_columns import keep_moment
from planning_core.services.previous_backend.tables import Column, Stage, TableMove
from planning_core.services.statements import execute, fetch_rows


def _token_field(model: type[Model]) -> EncryptedTextField:
    return cast(EncryptedTextField, model._meta.get_field("api_token"))


def _encrypted(model: type[Model]) -> Kind:
    parse_text = text().parse

    def parse(value: object) -> object:
        token = parse_text(value)
        if not token:
            raise UnusableValueError("is empty; fill it")
        return _token_field(model).get_prep_value(token)

    return Kind(sql_type="text", parse=parse)


def _keep_known_tokens(stage: Stage) -> sql.Composable:
    """Encrypting a token twice gives two texts; one that is stored already keeps its text, so nothing changes."""
    field = _token_field(stage.move.model)
    pairs = fetch_rows(
        "SELECT r.id, r.api_token, t.api_token FROM {read} r JOIN {target} t ON t.id = r.id",
        read=stage.read,
        target=stage.target,
    )
    known = [row for row, there, here in pairs if _decrypt(field, there) == _decrypt(field, here)]
    execute(
        "UPDATE {read} r SET api_token = t.api_token FROM {target} t WHERE t.id = r.id AND r.id = ANY(%s)",
        [known],
        read=stage.read,
        target=stage.target,
    )
    return sql.SQL("SELECT * FROM {}").format(stage.read)


def _decrypt(field: EncryptedTextField, stored: str) -> object:
    return field.from_db_value(stored, None, connection)


def _move_accounts(model: type[Model], vendor_id: str) -> TableMove:
    return TableMove(
        source=model._meta.db_table,
        model=model,
        columns=[
            Column("name", text(255), required=True),
            Column(vendor_id, text(64), default=""),
            Column("api_token", _encrypted(model), required=True, secret=True),
            Column("is_active", TRUTH, default=True),
            Column("created_at", MOMENT, default=keep_moment),
            Column("updated_at", MOMENT, default=keep_moment),
        ],
        identity=["created_at"],
        prepare=_keep_known_tokens,
    )


ACCOUNT_TABLES = (_move_accounts(WbAccount, "supplier_id"), _move_accounts(MoySkladAccount, "account_id"))
