"""polars with the formulas by hand: data frame of orders in, data frame of customers out. As window_functions.sql, it has no model:
stages from the median gap, tiers and RFM scores from ranks."""

import polars


def segment(orders: polars.DataFrame) -> polars.DataFrame:
    column, silence, gap = polars.col, polars.col("silence_days"), polars.col("usual_gap_days")
    days = orders.lazy().group_by("customer_id", "order_date").agg(column("amount").sum()).sort("customer_id", "order_date")
    customers = (
        days.with_columns(gap=column("order_date").diff().over("customer_id").dt.total_days())
        .group_by("customer_id")
        .agg(
            purchases=polars.len(),
            revenue=column("amount").sum(),
            first_order_date=column("order_date").min(),
            last_order_date=column("order_date").max(),
            median_gap_days=column("gap").median(),
        )
        .with_columns(silence_days=(column("last_order_date").max() - column("last_order_date")).dt.total_days())
        .with_columns(usual_gap_days=column("median_gap_days").fill_null(column("median_gap_days").median()))
    )
    fifth = lambda of: ((of.rank("ordinal") - 1) * 5 // polars.len() + 1).cast(polars.Int8)
    ratio = silence / polars.max_horizontal(gap, 1)
    scored = customers.with_columns(
        silence_ratio=ratio,
        value_rank=column("revenue").rank("min", descending=True),
        r=fifth(column("last_order_date")),
        f=fifth(column("purchases")),
        m=fifth(column("revenue")),
        typical_gap_days=column("median_gap_days").median(),
    ).sort("revenue", descending=True).with_columns(cumulative_value_share=column("revenue").cum_sum() / column("revenue").sum())
    stage = (
        polars.when(silence <= 30).then(polars.lit("Just Ordered"))
        .when(column("silence_ratio") <= 2).then(polars.lit("Active"))
        .when(column("silence_ratio") <= 5).then(polars.lit("Slipping Away"))
        .otherwise(polars.lit("Lost"))
    )
    tier = (
        polars.when(column("purchases") == 1).then(polars.lit("One-Time Buyer"))
        .when(column("cumulative_value_share") <= 0.2).then(polars.lit("VIP"))
        .when((column("purchases") >= 3) & (gap <= column("typical_gap_days"))).then(polars.lit("Frequent Buyer"))
        .otherwise(polars.lit("Loyal"))
    )
    reason = polars.format("silent for {} days, {} times the usual gap of {} days", silence, column("silence_ratio").round(1), gap.round(0))
    return (
        scored.with_columns(
            lifecycle_stage=stage,
            importance_tier=tier,
            average_purchase_value=column("revenue") / column("purchases"),
            next_order_date=column("last_order_date") + polars.duration(days=gap.cast(polars.Int64)),
            reason=reason,
        )
        .sort("customer_id")
        .collect()
    )
