"""Who changed what, when, from which value to which.

Triggers in the database write a row of `Change` for every row that is created, changed or deleted in an audited table,
whoever did it: the admin, the API, a command, an import by COPY or somebody with a database prompt. `acting` tells them
on whose behalf the statements come. docs/adr/0005 says why.
"""
