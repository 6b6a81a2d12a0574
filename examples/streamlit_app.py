"""The customers of a stage, to look at: `streamlit run streamlit_app.py`."""

import audience
import streamlit as st


@st.cache_resource
def shop():
    con = audience.connect()  # or audience.connect("shop.duckdb", read_only=True)
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
    con.execute("CREATE TABLE customers AS FROM audience.customers('orders', customer_id, order_date, amount)")
    return con


stage = st.selectbox("Stage", ["Just Ordered", "Active", "Slipping Away", "Lost"])
customers = shop().cursor().execute(
    """
    SELECT customer_id, importance_tier, customer_value, reason
    FROM customers
    WHERE lifecycle_stage = ?
    ORDER BY customer_value DESC
    """,
    [stage],
).df()
st.metric("Customers", len(customers))
st.dataframe(customers)
