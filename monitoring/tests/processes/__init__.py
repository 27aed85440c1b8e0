"""Tests that start, stop and kill the real processes against their own PostgreSQL and Redis."""
