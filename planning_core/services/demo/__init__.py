"""A made-up apparel company for a database that has nothing to show yet.

`words` names things, `catalogue` draws articles and packs from them, `demand` what customers want every day, `stock`
plays the warehouses through those days, `orders` what is still to come, `movements` looks inside a day, `company` is
all of it; `store` and `feeds` write it into the tables.
"""
