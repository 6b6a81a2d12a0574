"""pandas + lifetimes: data frame of orders in, data frame of customers out, as in the package's own tutorial."""

import warnings

import pandas


def segment(orders: pandas.DataFrame) -> pandas.DataFrame:
    from lifetimes import ModifiedBetaGeoFitter
    from lifetimes.utils import summary_data_from_transaction_data

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        summary = summary_data_from_transaction_data(orders, "customer_id", "order_date", "amount")
        model = ModifiedBetaGeoFitter(penalizer_coef=0.001)
        model.fit(summary["frequency"], summary["recency"], summary["T"])
        past = summary["frequency"], summary["recency"], summary["T"]
        summary["alive_probability"] = model.conditional_probability_alive(*past)
        summary["expected_purchases"] = model.conditional_expected_number_of_purchases_up_to_time(365, *past)
    return summary
