"""The customers of a stage, and a dashboard of the shop as of any day: `streamlit run streamlit_app.py`."""

import datetime

import audience
import streamlit as st


@st.cache_resource
def shop():
    con = audience.connect()  # or audience.connect("shop.duckdb", read_only=True)
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
    con.execute("CREATE TABLE customers AS FROM audience.customers('orders', customer_id, order_date, amount)")
    return con


@st.cache_data
def figures(function: str, as_of: datetime.date, columns: str = "*", option: str = "as_of"):
    """What a function says of the shop as it was at the end of a day. Every day is asked once."""
    return shop().cursor().execute(
        f"SELECT {columns} FROM audience.{function}('orders', customer_id, order_date, amount, {option} := DATE '{as_of}')"
    ).df()


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

first, last = shop().cursor().execute("SELECT min(order_date), max(order_date) FROM orders").fetchone()
as_of = st.slider("The shop as of", min_value=first, max_value=last, value=last)

overview = figures("overview", as_of, "* REPLACE (coalesce(lifecycle_stage::VARCHAR, 'All') AS lifecycle_stage)")
everybody = overview[overview["lifecycle_stage"] == "All"].iloc[0]
stages = overview[overview["lifecycle_stage"] != "All"]
for place, (label, column) in zip(
    st.columns(3),
    [("All customers", "customers"), ("Revenue, 365 days", "revenue_365_days"), ("Expected revenue", "expected_revenue")],
):
    before = everybody[f"{column}_year_before"]
    change = None if before != before else f"{everybody[column] - before:,.0f} in a year"
    place.metric(label, f"{everybody[column]:,.0f}", change)

st.subheader("Customers now and on the same day a year before")
st.bar_chart(stages, x="lifecycle_stage", y=["customers", "customers_year_before"], stack=False)

st.subheader("Customers per stage")
history = figures("lifecycle_history", as_of, "period_end, lifecycle_stage::VARCHAR AS lifecycle_stage, customers", "until")
st.area_chart(history, x="period_end", y="customers", color="lifecycle_stage")

risk = figures("value_risk", as_of, "* REPLACE (importance_tier::VARCHAR AS importance_tier, lifecycle_stage::VARCHAR AS lifecycle_stage)")
st.subheader("Expected revenue at risk, by tier and stage")
cells = risk.dropna(subset=["importance_tier", "lifecycle_stage"])
st.dataframe(cells.pivot(index="importance_tier", columns="lifecycle_stage", values="expected_revenue_at_risk").round())

st.subheader("Revenue and expected revenue by tier")
tiers = risk[risk["lifecycle_stage"].isna() & risk["importance_tier"].notna()]
st.bar_chart(tiers, x="importance_tier", y=["revenue_365_days", "expected_revenue"], stack=False)

st.subheader("Won back, by month")
won_back = figures("won_back", as_of, "date_trunc('month', won_back_date) AS month")
st.bar_chart(won_back.groupby("month").size().rename("customers"))
