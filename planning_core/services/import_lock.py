"""One bulk import at a time: two of them would wait for each other's rows, and each would count the other's."""

from planning_core.services.statements import fetch_value
from supplybrain.errors import ConflictError
from supplybrain.locks import LOCK_NAMESPACE, LockedJob


class ImportRunningError(ConflictError):
    """Somebody else is importing."""

    code = "import_running"


def claim_import() -> None:
    """Become the one who imports, until the current transaction ends.

    Raises:
        ImportRunningError: If somebody else is.
    """
    if not fetch_value("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_NAMESPACE, LockedJob.IMPORT_DATA.value]):
        raise ImportRunningError("Another import is running. Start this one again when it has ended.")
