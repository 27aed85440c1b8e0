"""The demo company's place in all three apps, and the week of monitoring behind it.

`schedule` says which slots there were, `replay` what each of them saw, `runs` who filled it, `seed` does all of it.
"""
