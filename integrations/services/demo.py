"""The accounts of the demo company."""

import secrets

from integrations.models import MoySkladAccount, WbAccount

DEMO_TOKEN_PREFIX = "demo-not-a-real-token-"  # noqa: S105  (says what it is; the vendor refuses it)


def create_demo_accounts() -> None:
    """Create two Wildberries accounts, one of them switched off, and a MoySklad account, with tokens of no use."""
    WbAccount.objects.bulk_create(
        [
            WbAccount(name="Северная нить: основной кабинет", supplier_id="DEMO-1", api_token=_draw_token()),
            WbAccount(
                name="Северная нить: старый кабинет", supplier_id="DEMO-2", api_token=_draw_token(), is_active=False
            ),
        ]
    )
    MoySkladAccount.objects.create(name="Северная нить: склад", account_id="DEMO-1", api_token=_draw_token())


def _draw_token() -> str:
    return DEMO_TOKEN_PREFIX + secrets.token_urlsafe(24)
