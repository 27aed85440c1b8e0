"""All tables that move into planning, in an order in which every reference already exists."""

from planning_core.services.previous_backend.catalog_tables import CATALOG_TABLES
from planning_core.services.previous_backend.marketplace_tables import MARKETPLACE_TABLES
from planning_core.services.previous_backend.policy_tables import POLICY_TABLES

PLANNING_TABLES = (*CATALOG_TABLES, *POLICY_TABLES, *MARKETPLACE_TABLES)
