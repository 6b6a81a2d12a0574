"""Mistakes that analysts make: each gets one error that names the function and the argument, and says what to write."""

import duckdb
import pytest

# Functions over orders, and over order lines, with what follows the date.
ORDERS = {
    "customers": "{amount}",
    "lifecycle_stage": "amount := {amount}",
    "importance_tier": "{amount}",
    "customer_values": "{amount}",
    "rfm": "{amount}",
    "rf_segment": "amount := {amount}",
    "purchase_model": "{amount}",
    "lifecycle_history": "{amount}",
    "overview": "{amount}",
    "value_risk": "{amount}",
    "won_back": "{amount}",
    "lifecycle_changes": "amount := {amount}, since := DATE '2024-02-01', until := DATE '2024-03-01'",
    "explain_customer": "{amount}, 'A'",
    "backtest": "{amount}, cutoff := DATE '2024-02-01'",
    "cohorts": "{amount}",
    "cohort_forecast": "{amount}",
    "cohort_payback": "{amount}, 20",
    "order_gaps": "amount := {amount}",
    "order_gaps_part": "amount := {amount}",
    "period_models_part": "{amount}, since := DATE '2024-02-01', until := DATE '2024-03-01'",
    "lapse_threshold": "amount := {amount}",
}
LINES = {
    "interested_in": "product, amount > 0",
    "interests": "product, product",
    "intent_part": "product, product",
    "lookalike_part": "product, amount, amount > 9",
    "cross_sell": "product, amount > 0, amount < 0",
    "bought": "amount > 0",
    "recommend": "product",
    "product_affinity": "product",
    "product_affinity_part": "product",
}
BOTH = {name: rest.format(amount="amount") for name, rest in ORDERS.items()} | LINES


@pytest.fixture
def shop(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("""
        CREATE TABLE shop AS
        SELECT chr((65 + i % 20)::INTEGER) AS customer_id, DATE '2024-01-01' + (i * 7 % 90)::INTEGER AS order_date, 5.0 + i % 9 AS amount,
            i % 4 AS product, '12,50' AS price, 'completed' AS status, chr((65 + i % 20)::INTEGER) AS "Kunde Nr", i AS number, i::BOOLEAN AS is_new
        FROM range(200) r(i)""")
    return con


def error(con: duckdb.DuckDBPyConnection, call: str) -> str:
    with pytest.raises(duckdb.Error) as raised:
        con.execute(f"SELECT count(*) FROM audience.{call}").fetchall()
    return str(raised.value)


@pytest.mark.parametrize("function", BOTH)
def test_a_column_in_quotes(shop, function: str) -> None:
    text = error(shop, f"{function}('shop', 'customer_id', order_date, {BOTH[function]})")
    assert f"audience: {function}: customer_id is the text 'customer_id'; write customer_id without quotes" in text


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize("column, kind", [("amount", "DECIMAL"), ("number", "BIGINT"), ("is_new", "BOOLEAN")])
def test_no_date(shop, function: str, column: str, kind: str) -> None:
    text = error(shop, f"{function}('shop', customer_id, {column}, {BOTH[function]})")
    assert f"audience: {function}: order_date must be a DATE or a TIMESTAMP, got {kind}" in text


@pytest.mark.parametrize("function", ORDERS)
@pytest.mark.parametrize(
    "column, problem",
    [
        ("price", "must be a number, got VARCHAR; cast it, such as replace(amount, ',', '.')::DOUBLE"),
        ("'amount'", "is the text 'amount'; write amount without quotes"),
        ("order_date", "must be a number, got DATE"),
        ("status = 'completed'", "must be a number, got BOOLEAN; a condition is given as filter := condition"),
    ],
)
def test_no_amount(shop, function: str, column: str, problem: str) -> None:
    text = error(shop, f"{function}('shop', customer_id, order_date, {ORDERS[function].format(amount=column)})")
    assert f"audience: {function}: amount {problem}" in text


@pytest.mark.parametrize("function", BOTH)
def test_a_condition_in_quotes(shop, function: str) -> None:
    text = error(shop, f"{function}('shop', customer_id, order_date, {BOTH[function]}, filter := 'status = 1')")
    assert f"audience: {function}: filter must be a condition, got VARCHAR; write it without outer quotes, such as country = 'Norway'" in text


@pytest.mark.parametrize("function", BOTH)
def test_a_number_as_a_condition(shop, function: str) -> None:
    text = error(shop, f"{function}('shop', customer_id, order_date, {BOTH[function]}, filter := number)")
    assert f"audience: {function}: filter must be a condition, got BIGINT; compare it with something" in text


@pytest.mark.parametrize(
    "call, problem",
    [
        ("customers('shop', customer_id, order_date, amount, peer_group := 'status')", "customers: peer_group is the text 'status'; write status without quotes"),
        ("lapse_threshold('shop', customer_id, order_date, segment_by := 'Kunde Nr')", "lapse_threshold: segment_by is the text 'Kunde Nr'"),
        ("interested_in('shop', customer_id, order_date, 'product', amount > 0)", "interested_in: product is the text 'product'"),
        ("interests('shop', customer_id, order_date, product, 'status')", "interests: label is the text 'status'"),
        ("interested_in('shop', customer_id, order_date, product, 'amount > 0')", "interested_in: target must be a condition"),
        ("cross_sell('shop', customer_id, order_date, product, 'a', 'b')", "cross_sell: have"),
        ("cross_sell('shop', customer_id, order_date, product, number, is_new)", "cross_sell: have must be a condition, got BIGINT"),
        ("cross_sell('shop', customer_id, order_date, product, is_new, number)", "cross_sell: have_not must be a condition, got BIGINT"),
        ("bought('shop', customer_id, order_date, number)", "bought: target must be a condition, got BIGINT"),
        ("recommend('shop', customer_id, order_date, product, target := 1)", "recommend: target must be a condition, got INTEGER"),
        ("lookalikes('shop', customer_id, order_date, product, amount, number)", "lookalikes: seed must be a condition, got BIGINT"),
        ("lookalike_part('shop', customer_id, order_date, product, amount, number)", "lookalike_part: seed must be a condition, got BIGINT"),
        ("interested_in('shop', customer_id, order_date, product, 1)", "interested_in: target must be a condition, got INTEGER"),
        ("campaign_uplift('shop', number, is_new, amount)", "campaign_uplift: held_out must be a condition, got BIGINT"),
        ("customers('shop', 'CUSTOMER_ID', order_date, amount)", "customers: customer_id is the text 'CUSTOMER_ID'; write customer_id without quotes"),
        ("customers('shop', 'buyer'::VARCHAR, order_date, amount)", "customers: customer_id is the text 'buyer' in every row; write the name of a column, without quotes"),
        ("customers('shop', customer_id, 'day', amount)", "customers: order_date is the text 'day' in every row; write the name of a column, without quotes"),
        ("product_affinity('shop', customer_id, order_date, 'article')", "product_affinity: product is the text 'article' in every row"),
        ("customers('shop', customer_id, order_date, amount, peer_group := 'cuntry')", "customers: peer_group is the text 'cuntry' in every row"),
        ("lapse_threshold('shop', customer_id, order_date, segment_by := 'cuntry')", "lapse_threshold: segment_by is the text 'cuntry' in every row"),
        ("cohorts('shop', customer_id, order_date, amount, split_by := 'cuntry')", "cohorts: split_by is the text 'cuntry' in every row"),
        ("cohort_payback('shop', customer_id, order_date, amount, 20, split_by := 'cuntry')", "cohort_payback: split_by is the text 'cuntry' in every row"),
        ("interested_in('shop', customer_id, order_date, product, amount > 0, name := 'status')", "interested_in: name is the text 'status'; write status without quotes"),
        ("interests('shop', customer_id, order_date, product, product, name := 'title')", "interests: name is the text 'title' in every row"),
        ("cross_sell('shop', customer_id, order_date, product, product = 1, product = 2, name := 'title')", "cross_sell: name is the text 'title' in every row"),
        ("intent_part('shop', customer_id, order_date, product, product, name := 'title')", "intent_part: name is the text 'title' in every row"),
        ("replenishment('shop', customer_id, order_date, 'article')", "replenishment: product is the text 'article' in every row"),
        ("members('shop', 'customer_id', 'definitions')", "members: customer_id is the text 'customer_id'; write customer_id without quotes"),
        ("members('shop', 'buyer', 'definitions')", "members: customer_id is the text 'buyer' in every row"),
        ("mailchimp_contacts('shop', email := 'mail')", "mailchimp_contacts: email is the text 'mail' in every row"),
        ("tiktok_custom_audience('shop', phone := 'mobile')", "tiktok_custom_audience: phone is the text 'mobile' in every row"),
        ("meta_custom_audience('shop', uid := 'user')", "meta_custom_audience: uid is the text 'user' in every row"),
        ("brevo_contacts('shop', email := status, ext_id := 'number')", "brevo_contacts: ext_id is the text 'number'; write number without quotes"),
        ("rfm('shop', customer_id, order_date, amount, bins := 2.7)", "rfm: bins must be a whole number, 2 to 10, got 2.7"),
        ("recommend('shop', customer_id, order_date, product, category := 'status', max_per_category := 2)", "recommend: category is the text 'status'; write status without quotes"),
        ("customers('shop', customer_id, order_date, amount, horizon_days := 30.5)", "customers: horizon_days must be a whole number, 1 to 3650, got 30.5"),
        ("recommend('shop', customer_id, order_date, product, top := 1.5)", "recommend: top must be a whole number, at least 1, got 1.5"),
        ("customers('shop', customer_id, order_date, amount, horizon_days := true)", "customers: horizon_days must be 1 to 3650, got true"),
        ("recommend('shop', customer_id, order_date, product, top := true)", "recommend: top must be at least 1, got true"),
        ("customers('shop', customer_id, order_date, amount, discount_rate := true)", "customers: discount_rate must be 0 to 1, got true"),
        ("customers('shop', customer_id, order_date, amount, as_of := 'last month')", "customers: as_of must be a finite date, got last month"),
        ("customers('shop', customer_id, order_date, amount, as_of := 2025)", "customers: as_of must be a finite date, got 2025"),
        ("lifecycle_history('shop', customer_id, order_date, amount, every := 'quarterly')", "lifecycle_history: every must be whole days or weeks"),
        ("lifecycle_history('shop', customer_id, order_date, amount, since := 'last month')", "lifecycle_history: since must be a finite date, got last month"),
    ],
)
def test_one_argument(shop, call: str, problem: str) -> None:
    shop.execute("CREATE TABLE definitions AS SELECT 'VIPs' AS name, '{\"column\": \"amount\", \">\": 5}' AS definition")
    assert f"audience: {problem}" in error(shop, call)


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize(
    "customer, day, filter, problem",
    [
        ("'buyer'", "order_date", "true", "customer_id is the text 'buyer' in every row"),
        ("'customer_id'", "order_date", "true", "customer_id is the text 'customer_id'; write customer_id without quotes"),
        ("customer_id", "number", "true", "order_date must be a DATE or a TIMESTAMP, got BIGINT"),
        ("customer_id", "order_date", "status", "filter must be a condition, got VARCHAR"),
    ],
)
def test_types_are_checked_where_there_is_no_row(shop, function: str, customer: str, day: str, filter: str, problem: str) -> None:
    shop.execute("DELETE FROM shop")
    assert f"audience: {function}: {problem}" in error(shop, f"{function}('shop', {customer}, {day}, {BOTH[function]}, filter := {filter})")


@pytest.mark.parametrize("function", ORDERS)
def test_the_type_of_the_amount_is_checked_where_there_is_no_row(shop, function: str) -> None:
    shop.execute("DELETE FROM shop")
    text = error(shop, f"{function}('shop', customer_id, order_date, {ORDERS[function].format(amount='price')})")
    assert f"audience: {function}: amount must be a number, got VARCHAR" in text


PEOPLE = "email phone first_name last_name country zip".split()


@pytest.mark.parametrize("column", PEOPLE)
@pytest.mark.parametrize("function", ["google_customer_match", "meta_custom_audience"])
def test_a_persons_column_in_quotes(con, function: str, column: str) -> None:
    con.execute("CREATE TABLE people AS FROM audience.demo_contacts(customers := 20)")
    con.execute("ALTER TABLE people ADD COLUMN IF NOT EXISTS zip VARCHAR")
    columns = {name: name for name in PEOPLE} | {column: f"'{column}'"}
    text = error(con, f"{function}('people', {', '.join(f'{name} := {value}' for name, value in columns.items())})")
    assert f"audience: {function}: {column} is the text '{column}'; write {column} without quotes" in text
    columns = {"email": "email", "country": "'DE'"}
    found = con.execute(f"SELECT count(*) FROM audience.{function}('people', {', '.join(f'{name} := {value}' for name, value in columns.items())})")
    assert found.fetchone()[0] > 0, "a country for all is meant"


@pytest.mark.parametrize(
    "arguments, problem",
    [
        ("event_contact_id := customer_id, event_at := number, event_kind := status", "event_at must be a DATE or a TIMESTAMP, got BIGINT"),
        ("event_contact_id := customer_id, event_at := order_date, event_kind := 'status'", "event_kind is the text 'status'"),
        ("event_contact_id := 'customer_id', event_at := order_date, event_kind := status", "event_contact_id is the text 'customer_id'"),
    ],
)
def test_columns_of_events(shop, arguments: str, problem: str) -> None:
    text = error(shop, f"contact_stage('shop', customer_id, 'shop', customer_id, order_date, amount, events := 'shop', {arguments})")
    assert f"audience: contact_stage: {problem}" in text


def test_no_condition_is_advised_where_there_is_none(shop) -> None:
    assert error(shop, "campaign_uplift('shop', is_new, is_new, is_new)").split("\n")[0].endswith("audience: campaign_uplift: revenue must be a number, got BOOLEAN")


@pytest.mark.parametrize(
    "call, problem",
    [
        ("interested_in('shop', customer_id, order_date, product, status = 'complete')", "interested_in: target holds for no order line"),
        ("interests('shop', customer_id, order_date, product, nullif(status, 'completed'))", "interests: label is NULL in every order line"),
        ("cross_sell('shop', customer_id, order_date, product, product = 9, product = 1)", "cross_sell: have holds for no order line"),
        ("cross_sell('shop', customer_id, order_date, product, product = 1, product = 9)", "cross_sell: have_not holds for no order line"),
        ("bought('shop', customer_id, order_date, product = 9)", "bought: target holds for no order line"),
        ("recommend('shop', customer_id, order_date, product, target := product = 9)", "recommend: target holds for no order line"),
        ("recommend('shop', customer_id, order_date, product, category := nullif(status, 'completed'), max_per_category := 2)", "recommend: category is NULL in every order line"),
        ("lookalikes('shop', customer_id, order_date, product, amount, product = 9)", "lookalikes: seed must hold for at least one customer"),
        ("intent_backtest('shop', customer_id, order_date, product, NULL, cutoff := DATE '2024-02-15')", "intent_backtest: label is NULL in every order line"),
        ("backtest('shop', customer_id, order_date, amount, cutoff := DATE '2034-02-01')", "backtest: cutoff must be before the latest order"),
        ("backtest_summary('shop', customer_id, order_date, amount, cutoff := DATE '2034-02-01')", "backtest_summary: cutoff must be before the latest order"),
        ("backtest('shop', customer_id, order_date, amount, cutoff := DATE '2014-02-01')", "backtest: no purchase up to cutoff, which is 2014-02-01"),
        ("intent_backtest('shop', customer_id, order_date, product, product, cutoff := DATE '2034-02-01')", "intent_backtest: no order line within days after cutoff"),
        ("intent_backtest('shop', customer_id, order_date, product, product, cutoff := DATE '2014-02-01', days := 3650)", "intent_backtest: no order line up to cutoff"),
        ("trigger_simulation('shop', customer_id, order_date, amount, '2034-01-01', '2034-02-01')", "trigger_simulation: since must not be after the latest order"),
        ("google_customer_match('shop', country := status)", "google_customer_match: email, phone, or first_name, last_name, country and zip must be given"),
        ("mailchimp_contacts('shop', phone := status)", "mailchimp_contacts: email must be given"),
        ("export_contacts('shop', zip := status)", "export_contacts: email or phone must be given"),
        ("hubspot_contacts('shop', phone := status)", "hubspot_contacts: email must be given"),
        ("snapchat_audience_list('shop', email := status, phone := status)", "snapchat_audience_list: email or phone must be given, not both: a list is of one kind"),
        ("hashed_contacts('shop', email := nullif(status, 'completed'))", "hashed_contacts: email, phone and what else was given are NULL in every row"),
        ("klaviyo_profiles('shop', email := nullif(status, 'completed'))", "klaviyo_profiles: email, phone and what else was given are NULL in every row"),
    ],
)
def test_nothing_to_find(shop, call: str, problem: str) -> None:
    """What matches nothing is an error where there are rows, and says nothing where there are none."""
    assert f"audience: {problem}" in error(shop, call)
    shop.execute("DELETE FROM shop")
    if "must be given" not in problem:
        shop.execute(f"SELECT count(*) FROM audience.{call}").fetchall()


@pytest.mark.parametrize("read", ["*", "count(*)"])
@pytest.mark.parametrize(
    "call, problem",
    [
        ("product_affinity('shop', customer_id, order_date, product, order_id := number)", "product_affinity: order_id needs level := 'order'"),
        ("product_affinity_part('shop', customer_id, order_date, product, order_id := number)", "product_affinity_part: order_id needs level := 'order'"),
        ("contact_stage('shop', customer_id, 'shop', customer_id, order_date, amount, kinds := MAP {'retweet': 'favourite'})", "contact_stage: kinds needs events"),
        ("contact_stage_of('shop', customer_id, 'kept', shop := (SELECT shop FROM saved), kinds := MAP {'retweet': 'favourite'})", "contact_stage_of: kinds needs events"),
        ("audience_summary('members', 'customers', as_of := DATE '2024-03-01')", "audience_summary: as_of needs orders, of which it is the last day"),
        ("members('customers', customer_id, 'definitions', line_customer_id := customer_id)", "members: line_customer_id needs lines"),
        ("members('customers', customer_id, 'definitions', line_date := last_order_date)", "members: line_date needs lines"),
        ("members('customers', customer_id, 'definitions', product := purchases)", "members: product needs lines"),
        ("members('customers', customer_id, 'definitions', filter := revenue > 10)", "members: filter needs lines; filter the customers in the relation itself"),
        ("recommend('shop', customer_id, order_date, product, max_per_category := 2)", "recommend: category is NULL in every order line; max_per_category needs it"),
        ("recommend('shop', customer_id, order_date, product, category := status)", "recommend: max_per_category must be 1 to 1000, got NULL"),
    ],
)
def test_an_argument_that_needs_another_one(shop, call: str, problem: str, read: str) -> None:
    """It was ignored, and the result was that of another question."""
    shop.execute("""
        CREATE TABLE customers AS FROM audience.customers('shop', customer_id, order_date, amount);
        CREATE TABLE members AS SELECT 'a' AS audience, customer_id FROM customers;
        CREATE TABLE definitions AS SELECT 'VIPs' AS name, '{"column": "importance_tier", "=": "VIP"}' AS definition;
        CREATE TABLE kept AS FROM audience.histories('shop', customer_id, order_date, amount);
        CREATE TABLE saved AS FROM audience.shop('kept')""")
    # Before 1.5 DuckDB looks for the column of a line among those of others, and says so.
    own = "|Referenced column" if problem.startswith("members") and duckdb.__version__ < "1.5" else ""
    with pytest.raises(duckdb.Error, match=f"audience: {problem}{own}"):
        shop.execute(f"SELECT {read} FROM audience.{call}").fetchall()


def test_the_defaults_of_what_needs_another_argument(shop) -> None:
    shop.execute("""
        CREATE TABLE customers AS FROM audience.customers('shop', customer_id, order_date, amount);
        CREATE TABLE definitions AS SELECT 'All' AS name, '{"column": "purchases", ">": 0}' AS definition""")
    for given in ("", ", filter := true", ", line_customer_id := NULL, line_date := NULL, product := NULL", ", lines := 'shop', line_customer_id := customer_id, line_date := order_date, filter := amount > 0"):
        assert shop.execute(f"SELECT count(*) FROM audience.members('customers', customer_id, 'definitions'{given})").fetchone() == (20,), given


def test_nobody_who_consents_is_no_mistake(shop) -> None:
    assert shop.execute("SELECT count(*) FROM audience.klaviyo_profiles('shop', email := NULL::VARCHAR, consent := false)").fetchone() == (0,)


def test_constants_that_are_meant(shop) -> None:
    for call in (
        "customers('shop', 1, order_date, amount)",
        "customers('shop', customer_id, '2024-02-01', amount)",
        "customers('shop', customer_id, order_date, amount, filter := NULL OR number > 0)",
        "customers('shop', \"Kunde Nr\", order_date, 1)",
        "customers('shop', customer_id, order_date, NULL)",
        "customers('shop', customer_id, order_date::VARCHAR, number)",
        "customers('shop', customer_id, order_date::TIMESTAMPTZ, amount::FLOAT, filter := number > 0)",
        "interests('shop', customer_id, order_date, product, 'everything')",
    ):
        assert shop.execute(f"SELECT count(*) FROM audience.{call}").fetchone()[0] > 0, call


READS = {
    **{function: f"{function}('shop', customer_id, order_date, amount, as_of := $)" for function in ("customers", "importance_tier", "customer_values", "rfm", "purchase_model", "histories", "cohorts")},
    **{function: f"{function}('shop', customer_id, order_date, as_of := $)" for function in ("lifecycle_stage", "rf_segment", "order_gaps", "trigger_due")},
    "replenishment": "replenishment('shop', customer_id, order_date, product, as_of := $)",
    "recommend": "recommend('shop', customer_id, order_date, product, as_of := $)",
}


@pytest.mark.parametrize("function", READS)
def test_a_date_of_each_row_is_checked_whatever_is_read_of_the_result(shop, function: str) -> None:
    """DuckDB 2.0 leaves out the check with the columns that nobody reads; then a mistyped day counted as none."""
    query = READS[function].replace("$", "wanted")
    with pytest.raises(duckdb.InvalidInputException, match=f"audience: {function}: as_of must be a finite date, got 31.12.2024"):
        shop.execute(f"SELECT wanted, found FROM (VALUES ('31.12.2024')) days(wanted), LATERAL (SELECT count(*) AS found FROM audience.{query})").fetchall()


@pytest.mark.parametrize("read", ["*", "count(*)"])
@pytest.mark.parametrize(
    "call",
    [
        "audience_summary('members', 'customers', as_of := 'soon')",
        "audience_products('members', 'shop', customer_id, order_date, product, as_of := 'soon')",
        "audience_products('members', 'nothing', customer_id, order_date, product, as_of := 'soon')",
        "trigger_simulation('shop', customer_id, order_date, amount, '2024-01-01', '2024-02-01', as_of := 'soon')",
    ],
)
def test_a_day_is_checked_where_nothing_is_read_with_it(shop, call: str, read: str) -> None:
    shop.execute("""
        CREATE TABLE customers AS FROM audience.customers('shop', customer_id, order_date, amount);
        CREATE TABLE members AS SELECT 'a' AS audience, customer_id FROM customers;
        CREATE TABLE nothing AS FROM shop LIMIT 0""")
    with pytest.raises(duckdb.Error, match=f"audience: {call.split('(')[0]}: as_of must be a finite date, got soon"):
        shop.execute(f"SELECT {read} FROM audience.{call}").fetchall()


def test_until_is_said_as_it_was_given(shop) -> None:
    assert "until must be a date 0 to 3650 days after since, got soon" in error(shop, "trigger_simulation('shop', customer_id, order_date, amount, '2024-01-01', 'soon')")
