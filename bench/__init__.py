"""How long the work takes, and what it takes: `python -m bench` (or `make bench`) writes docs/BENCHMARKS.md.

Every figure comes from a process of its own against a database of its own on an embedded PostgreSQL.
"""
