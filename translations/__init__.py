"""Keeps the catalogues in `locale/` in step with the code. For development: nothing here runs in production."""
