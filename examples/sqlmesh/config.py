"""SQLMesh opens the database itself, and takes its settings too late for one: so audience.connect opens it."""

import os

import audience
from sqlmesh.core.config import Config, DuckDBConnectionConfig, GatewayConfig, ModelDefaultsConfig


class Shop(DuckDBConnectionConfig):
    @property
    def _connection_factory(self):
        return lambda database: audience.connect(database)


config = Config(
    gateways={"shop": GatewayConfig(connection=Shop(database=os.environ.get("SHOP_DATABASE", "shop.duckdb")))},
    default_gateway="shop",
    model_defaults=ModelDefaultsConfig(dialect="duckdb", start="2023-01-01"),
)
