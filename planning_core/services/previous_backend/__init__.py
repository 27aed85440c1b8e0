"""Moving over from the previous backend: its tables are read, checked and merged into ours, primary keys kept.

Every app lists its own tables (`planning_core.services.previous_backend.planning_tables` lists those of planning); the
command composes them. A table goes source -> COPY -> temporary table -> one INSERT ... ON CONFLICT, so the number of
statements does not depend on the number of rows.
"""
