"""examples/superset, as an export: Superset imports the dashboard, and its charts show customers."""

import shutil
from collections.abc import Callable
from pathlib import Path

import support

CHARTS = """
from superset.app import create_app

app = create_app()
with app.app_context():
    from flask import g
    from superset import db, security_manager
    from superset.common.query_context_factory import QueryContextFactory
    from superset.models.dashboard import Dashboard

    g.user = security_manager.find_user("shop")
    for chart in db.session.query(Dashboard).filter_by(slug="customers").one().slices:
        form = chart.form_data
        groups = form.get("groupby") or []
        query = {
            "columns": form.get("all_columns") or [form[key] for key in ("x_axis",) if key in form] + ([groups] if isinstance(groups, str) else groups),
            "metrics": form.get("metrics") or ([form["metric"]] if "metric" in form else []),
            # As a chart's own filter, and, over the customers, as the dashboard's filter box, which compares text.
            "filters": [{"col": f["subject"], "op": f["operator"], "val": f["comparator"]} for f in form["adhoc_filters"]]
            + [{"col": "importance_tier", "op": "IN", "val": ["VIP", "Loyal"]}] * (chart.datasource.name.endswith("customers")),
        }
        datasource = {"id": chart.datasource_id, "type": "table"}
        result = QueryContextFactory().create(datasource=datasource, queries=[query], form_data=form, force=True).get_payload()["queries"][0]
        assert not result.get("error"), result["error"]
        print("chart", chart.slice_name, result["rowcount"], sep="|")
"""


def test_the_dashboard_is_imported_and_drawn(run: Callable[..., str], package: Path, tmp_path: Path) -> None:
    shop, extension = tmp_path / "shop.duckdb", package / "audience/audience.duckdb_extension"
    # By the DuckDB that Superset has: an older one does not read the files of a newer one.
    make = "import audience, sys; audience.connect(sys.argv[1]).execute('CREATE TABLE orders AS FROM audience.demo_orders()')"
    run("superset", "python", "-c", make, shop)

    export = shutil.copytree(support.ROOT / "examples/superset", tmp_path / "export/customers")
    database = export / "databases/shop.yaml"
    placed = database.read_text().replace("/path/to/shop.duckdb", str(shop)).replace("/path/to/audience.duckdb_extension", str(extension))
    assert placed.count(str(tmp_path)) == 1 and str(extension) in placed
    database.write_text(placed)
    archive = shutil.make_archive(str(tmp_path / "customers"), "zip", tmp_path / "export", "customers")

    settings = tmp_path / "superset_config.py"
    settings.write_text(f"SECRET_KEY = 'of this test'\nSQLALCHEMY_DATABASE_URI = 'sqlite:///{tmp_path}/superset.db'\n")
    variables = {"SUPERSET_CONFIG_PATH": str(settings), "FLASK_APP": "superset"}
    user = ["--username", "shop", "--password", "shop", "--firstname", "A", "--lastname", "Shop", "--email", "shop@example.com"]
    run("superset", "superset", "db", "upgrade", **variables)
    run("superset", "superset", "fab", "create-admin", *user, **variables)
    run("superset", "superset", "init", **variables)
    run("superset", "superset", "import-dashboards", "--path", archive, "--username", "shop", **variables)
    drawn = [line.split("|")[1:] for line in run("superset", "python", "-c", CHARTS, **variables).splitlines() if line.startswith("chart|")]
    rows = {name: int(count) for name, count in drawn}
    assert rows.pop("The most valuable who are slipping away") > 0 and rows.pop("Customers per stage") > 4 * 12
    assert rows.pop("Won back by month") > 6
    assert rows == {"Customers by stage": 4, "Customers now and a year before": 4, "Expected revenue at risk": 16, "Revenue and expected revenue by tier": 4}
