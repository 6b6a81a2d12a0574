"""Exports of a million contacts, beside DuckDB's own hash over as many columns."""

from candidates import Candidate

# Every second number in national form; no two contacts alike, so that nothing is saved by dropping any.
CONTACTS = """
    CREATE TABLE contacts AS
    SELECT i AS contact_id,
           ' First.Last' || i || '@Example.com' AS email,
           CASE WHEN i % 2 = 0 THEN '0151 ' ELSE '+49 151 ' END || (10000000 + i * 7) AS phone,
           'First' || i % 5000 AS first_name, 'Last' || i % 20000 AS last_name,
           'City ' || i % 3000 AS city, 'State ' || i % 16 AS state, (10000 + i % 80000)::VARCHAR AS zip, 'de' AS country,
           DATE '1950-01-01' + (i % 15000)::INTEGER AS birth_date, CASE WHEN i % 2 = 0 THEN 'F' ELSE 'M' END AS gender,
           i::VARCHAR AS uid, i / 7.0 AS value
    FROM range({contacts}) contacts(i)"""

GOOGLE = ["email", "phone", "first_name", "last_name", "country", "zip"]
META = ["email", "phone", "first_name", "last_name", "city", "state", "zip", "country", "birth_date", "gender", "uid", "value"]


def floor(columns: list[str]) -> str:
    return f"SELECT {', '.join(f'sha256(lower(trim({column}::VARCHAR))) AS {column}' for column in columns)} FROM contacts"


def export(name: str, columns: list[str], target: float | None = 1.8) -> tuple[str, Candidate]:
    arguments = ", ".join(f"{column} := {column}" for column in columns)
    return floor(columns), Candidate(f"audience.{name}", f"FROM audience.{name}('contacts', {arguments})", target)


EXPORTS = [
    export("google_customer_match", GOOGLE),
    export("meta_custom_audience", META),
    export("tiktok_custom_audience", ["email", "phone", "country"], None),
    export("klaviyo_profiles", GOOGLE[:5], None),
    export("mailchimp_contacts", ["email", "phone", "first_name", "last_name"], None),
    export("export_contacts", GOOGLE, None),
    export("hashed_contacts", GOOGLE, None),
    export("microsoft_customer_match", ["email"], None),
    export("pinterest_customer_list", ["email"], None),
    export("snapchat_audience_list", ["phone", "country"], None),
    export("linkedin_matched_audience", ["email", "first_name", "last_name", "country"], None),
    export("brevo_contacts", GOOGLE[:5], None),
    export("hubspot_contacts", GOOGLE[:5], None),
]
