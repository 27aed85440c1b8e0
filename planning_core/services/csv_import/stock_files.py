"""wb_stock.csv, warehouse_stock.csv and in_transit.csv."""

from planning_core.models import InTransitSupply, StockBalance, Warehouse, WarehouseType, WbStock
from planning_core.services.csv_import import checks
from planning_core.services.csv_import.catalog_files import TO_ARTICLE, TO_COLOR, TO_SIZE
from planning_core.services.csv_import.staging import CsvStage
from planning_core.services.csv_import.writes import Shared, Upsert, settle_shared, upsert_main

TO_SKU = (
    f"{TO_ARTICLE} {TO_COLOR} {TO_SIZE}"
    " JOIN {skus} k ON k.article_id = a.id AND k.color_id = c.id AND k.size_id = z.id"
)
TO_WAREHOUSE = "JOIN {warehouses} w ON w.code = s.warehouse"


def write_wb_stock(stage: CsvStage) -> None:
    """Write stock at Wildberries, and the warehouses that it names."""
    _create_warehouses(stage, WarehouseType.WB)
    upsert_main(
        stage,
        Upsert(
            WbStock,
            f"JOIN {{wb_skus}} k ON k.code = s.wb_sku {TO_WAREHOUSE}",
            {"wb_sku_id": "k.id", "warehouse_id": "w.id"},
            {"quantity": "quantity"},
            {"updated_at": stage.imported_at},
        ),
    )


def write_warehouse_stock(stage: CsvStage) -> None:
    """Write single pieces in own warehouses, and the warehouses that it names."""
    _create_warehouses(stage, WarehouseType.INTERNAL)
    upsert_main(
        stage,
        Upsert(
            StockBalance,
            f"{TO_SKU} {TO_WAREHOUSE}",
            {"sku_id": "k.id", "warehouse_id": "w.id"},
            {"quantity": "quantity"},
            {"updated_at": stage.imported_at},
        ),
    )


def write_in_transit(stage: CsvStage) -> None:
    """Write what is on its way."""
    upsert_main(
        stage,
        Upsert(
            InTransitSupply,
            TO_SKU,
            {"sku_id": "k.id", "eta_date": "s.eta_date"},
            {"quantity": "quantity", "stage": "stage"},
        ),
    )


def check_wb_stock(stage: CsvStage) -> None:
    """Find rows of unlisted codes, and warehouses that are not Wildberries'."""
    checks.reject_unlisted(stage)
    checks.reject_other_warehouse(stage, WarehouseType.WB)


def check_warehouse_stock(stage: CsvStage) -> None:
    """Find rows of unknown articles and SKUs, and warehouses that are not own ones."""
    check_in_transit(stage)
    checks.reject_other_warehouse(stage, WarehouseType.INTERNAL)


def check_in_transit(stage: CsvStage) -> None:
    """Find rows of unknown articles and SKUs."""
    checks.reject_unknown_article(stage)
    checks.reject_unknown_sku(stage)


def _create_warehouses(stage: CsvStage, warehouse_type: WarehouseType) -> None:
    settle_shared(stage, Shared(Warehouse, ("code", "warehouse"), constants={"type": warehouse_type.value}))
