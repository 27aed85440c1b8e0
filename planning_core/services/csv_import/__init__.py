"""Import of a folder of CSV files: the format is described in `docs/IMPORT.md`.

A file goes: Python's csv module (it alone knows where a quoted row begins and ends) -> cell parsers, which say exactly
what is wrong with a cell -> COPY into a temporary table -> SQL that finds repeated keys and things that do not exist,
for all rows at once -> INSERT ... ON CONFLICT. Neither memory nor the number of statements grows with the file.

Sending raw lines to PostgreSQL and checking the texts there would be a little faster, but one broken line (a quote, a
NUL byte, a wrong encoding) would then stop the whole COPY, and a line of the file would no longer be a line to report.
"""
