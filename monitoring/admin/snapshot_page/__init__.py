"""The page of a snapshot: why it is 7, why it was 3 yesterday, and what is to be done."""

from monitoring.admin.snapshot_page.view import build_context, export

__all__ = ["build_context", "export"]
