"""Stages in a marimo notebook: `marimo edit marimo_app.py`."""

import marimo

app = marimo.App()


@app.cell
def _():
    import audience
    import marimo as mo

    con = audience.connect()
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
    return con, mo


@app.cell
def _(con, mo):
    stages = mo.sql(
        """
        SELECT lifecycle_stage, count(*) AS customers
        FROM audience.customers('orders', customer_id, order_date, amount)
        GROUP BY ALL ORDER BY ALL
        """,
        engine=con,
    )
    return (stages,)


@app.cell
def _(stages):
    print(stages)
    return


if __name__ == "__main__":
    app.run()
