"""Exports: byte for byte the golden files, laws on made-up lists, and hostile data.

The golden files come from tests/peers/exports.py, which does not know the extension.
"""

import csv
import hashlib
import json
import random
import re
from pathlib import Path

import duckdb
import pytest

import support

GOLDEN = Path(__file__).parent / "golden/exports"

NAMES = "first_name := first_name, last_name := last_name"
ADDRESS = f"{NAMES}, country := country, zip := zip"
CONSENT = "consent := consent"
EXPORTS = {
    "google_customer_match": f"email := email, phone := phone, {ADDRESS}, {CONSENT}",
    "meta_custom_audience": f"email := email, phone := phone, {ADDRESS}, city := city, state := state, birth_date := birth_date, "
    f"gender := gender, uid := uid, value := value, {CONSENT}",
    "tiktok_custom_audience": f"email := email, phone := phone, country := country, {CONSENT}",
    "microsoft_customer_match": f"email := email, {CONSENT}",
    "pinterest_customer_list": f"email := email, {CONSENT}",
    "snapchat_audience_list": f"phone := phone, country := country, {CONSENT}",
    "linkedin_matched_audience": f"email := email, {NAMES}, job_title := state, company := city, country := country, {CONSENT}",
    "klaviyo_profiles": f"email := email, phone := phone, {NAMES}, country := country, {CONSENT}",
    "mailchimp_contacts": f"email := email, {NAMES}, phone := phone, {CONSENT}",
    "brevo_contacts": f"email := email, phone := phone, {NAMES}, ext_id := uid, country := country, {CONSENT}",
    "hubspot_contacts": f"email := email, {NAMES}, phone := phone, country := country, {CONSENT}",
    "export_contacts": f"email := email, phone := phone, {ADDRESS}, {CONSENT}",
    "hashed_contacts": f"email := email, phone := phone, {ADDRESS}, {CONSENT}",
}
HASHED = [*list(EXPORTS)[:6], "hashed_contacts"]
# Known by their e-mail address only.
BY_EMAIL = ("microsoft_customer_match", "pinterest_customer_list", "linkedin_matched_audience", "mailchimp_contacts", "hubspot_contacts")
# Every address and every number comes once, in the first two columns.
UNIQUE = ("klaviyo_profiles", "export_contacts", "hashed_contacts")


# What an audit takes of every platform; each ignores what it has no use for.
EVERYTHING = EXPORTS["meta_custom_audience"] + ", phone_plus := true, ext_id := uid, job_title := state, company := city"


def everything(platform: str) -> str:
    """But a list of Snapchat is of one kind."""
    return EVERYTHING.replace("email := email, ", "") if platform.startswith("snapchat") else EVERYTHING


def of_address_and_number(platform: str, country: str = "") -> str:
    """The arguments of an export of people who have nothing else."""
    arguments = {"email": "email := email", "phone": f"phone := phone{country if platform != 'mailchimp_contacts' else ''}"}
    if platform == "snapchat_audience_list" or "phone := " not in EXPORTS[platform]:
        del arguments["phone"]
    return ", ".join(arguments.values())


@pytest.fixture
def nasty(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The contacts of the golden files."""
    con.execute(f"CREATE TABLE texts AS FROM read_csv('{GOLDEN / 'contacts.csv'}', all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')")
    con.execute("CREATE TABLE contacts AS SELECT * REPLACE (consent::BOOLEAN AS consent, id::INTEGER AS id) FROM texts")
    return con


def copied(con: duckdb.DuckDBPyConnection, sql: str, path: Path) -> str:
    con.execute(f"COPY ({sql}) TO '{path}' (HEADER)")
    return path.read_bytes().decode()


def audit(con: duckdb.DuckDBPyConnection, platform: str, arguments: str, contacts: str = "contacts") -> dict[str, int]:
    rows = con.execute(f"SELECT reason, rows FROM audience.export_audit('{platform}', '{contacts}', {arguments})").fetchall()
    assert len(dict(rows)) == len(rows)
    return dict(rows)


@pytest.mark.parametrize("platform", EXPORTS)
def test_the_file_is_the_golden_one(nasty, tmp_path: Path, platform: str) -> None:
    found = copied(nasty, f"FROM audience.{platform}('contacts', {EXPORTS[platform]})", tmp_path / "export.csv")
    assert found == (GOLDEN / f"{platform}.csv").read_bytes().decode()


def test_the_audit_is_the_golden_one(nasty, tmp_path: Path) -> None:
    audits = " UNION ALL ".join(f"(FROM audience.export_audit('{platform}', 'contacts', {EXPORTS[platform]}))" for platform in sorted(EXPORTS))
    assert copied(nasty, audits, tmp_path / "audit.csv") == (GOLDEN / "audit.csv").read_bytes().decode()


@pytest.mark.parametrize("platform", EXPORTS)
def test_neither_order_nor_threads_nor_settings_matter(nasty, tmp_path: Path, platform: str) -> None:
    nasty.execute("CREATE TABLE turned AS FROM contacts ORDER BY hash(id)")
    nasty.execute("SET threads = 1; SET default_null_order = 'nulls_first'; SET preserve_insertion_order = false")
    found = copied(nasty, f"FROM audience.{platform}('turned', {EXPORTS[platform]})", tmp_path / "export.csv")
    assert found == (GOLDEN / f"{platform}.csv").read_bytes().decode()


@pytest.mark.parametrize("platform", EXPORTS)
def test_the_audit_adds_up_and_agrees_with_the_file(con, platform: str) -> None:
    con.execute("CREATE TABLE contacts AS SELECT *, NULL::VARCHAR AS state, NULL::DATE AS birth_date, NULL::VARCHAR AS gender, NULL::VARCHAR AS uid, contact_id AS value FROM audience.demo_contacts(customers := 3000)")
    counted = audit(con, platform, EXPORTS[platform])
    rows = con.execute("SELECT count(*), count(*) FILTER (consent IS NOT TRUE) FROM contacts").fetchone()
    assert (sum(counted.values()), counted["no consent"]) == rows
    exported = con.execute(f"SELECT count(*) FROM audience.{platform}('contacts', {EXPORTS[platform]})").fetchone()[0]
    assert sum(n for reason, n in counted.items() if reason.startswith("exported")) == exported > 0
    assert ("not hashed" in counted) == (platform not in HASHED)
    assert counted["duplicate"] > 0
    # No two of the demo's contacts with the same address differ in their consent.
    assert ("refused in another row" in counted) == (platform not in BY_EMAIL)
    short = platform.partition("_")[0]
    assert audit(con, short, everything(short)) == counted


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# Of everything something that is of use, something that is the same, something that is not, and nothing.
VALUES = {
    "email": ["anna@example.com", " ANNA@example.com", "a.n.n.a+x@gmail.com", "anna@gmail.com", "ü@example.com", "=1@example.com", hashed("anna@example.com"), "no at", " ", None],
    "phone": ["+49 151 23456789", "4915123456789.0", "0151 23456789", hashed("+4915123456789"), "12", "1512345678.0", None],
    "first_name": ["Anna", "ANNA", "=A1", "?", None],
    "last_name": ["Müller", "müller ", "0", None],
    "country": ["DE", "uk", "Germany", "Atlantis", None],
    "zip": ["10115", "10115.0", "1", None],
    "city": ["Berlin", "berlin", "?", None],
    "state": ["BE", "California", "!", None],
    "birth_date": ["1990-02-03", "19900203", "03.02.1990", "1850-01-01", "9999-01-01", "", None],
    "gender": ["f", "Female", "x", None],
    "uid": ["1", "2", " ", None],
    "value": ["5", "1e3", "1,5", "-1", "nan", None],
    "consent": [*["true"] * 40, "false", None],
}


@pytest.mark.parametrize("seed", range(5))
def test_the_audit_of_anything_agrees_with_the_file(con, seed: int) -> None:
    chance = random.Random(seed)
    rows = [tuple(chance.choice(values) for values in VALUES.values()) for _ in range(chance.choice([1, 30, 1000]))]
    # Without any identifier it would be an error.
    rows.append(tuple({"email": "somebody@example.com", "phone": "+49 151 23450000", "consent": "true"}.get(name) for name in VALUES))
    con.execute(f"CREATE TABLE contacts ({', '.join(f'{name} VARCHAR' for name in VALUES)})")
    con.executemany(f"INSERT INTO contacts VALUES ({', '.join('?' * len(VALUES))})", rows)
    con.execute("ALTER TABLE contacts ALTER consent TYPE BOOLEAN")
    for platform, arguments in EXPORTS.items():
        counted = audit(con, platform, arguments)
        assert counted == audit(con, platform, everything(platform))
        assert sum(counted.values()) == len(rows)
        exported = con.execute(f"SELECT count(*) FROM audience.{platform}('contacts', {arguments})").fetchone()[0]
        assert sum(n for reason, n in counted.items() if reason.startswith("exported")) == exported
        if platform in UNIQUE:
            for found in zip(*(row[:2] for row in con.execute(f"FROM audience.{platform}('contacts', {arguments})").fetchall())):
                known = [value for value in found if value is not None]
                assert len(known) == len(set(known))
        per_row = audit(con, platform, f"{arguments}, consent_per := 'row'")
        assert "refused in another row" not in per_row
        assert sum(per_row.values()) == len(rows) and per_row.get("no consent") == counted.get("no consent")


@pytest.mark.parametrize("platform", EXPORTS)
@pytest.mark.parametrize("seed", range(3))
def test_nobody_who_refuses_is_in_the_file(con, platform: str, seed: int) -> None:
    """Against the definition: the file is that of the rows for themselves, without those that share something with a row that refuses."""
    chance = random.Random(seed)
    people = [(f"p{n}@example.com", f"+4915123456{n:03}") for n in range(60)]
    rows = []
    for number in range(200):
        (email, _), (_, phone) = chance.choice(people), chance.choice(people)
        email = chance.choice([email, email.upper(), None])
        rows.append((email, chance.choice([phone, None, None]), chance.choice([True, True, True, True, False, None])))
    con.execute("CREATE TABLE contacts (email VARCHAR, phone VARCHAR, ok BOOLEAN)")
    con.executemany("INSERT INTO contacts VALUES (?, ?, ?)", rows)

    def identifiers(consent: str, per: str) -> list[set]:
        columns = {"brevo_contacts": ["EMAIL", "SMS"], "hubspot_contacts": ["Email"], "linkedin_matched_audience": ["email"], "klaviyo_profiles": ["Email", "Phone Number"], "mailchimp_contacts": ["Email Address"], "meta_custom_audience": ["email", "phone"]}.get(platform)
        export = con.execute(f"FROM audience.{platform}('contacts', {of_address_and_number(platform)}, consent := {consent}, consent_per := '{per}')")
        names = [column[0] for column in export.description]
        places = [names.index(name) for name in columns or names[:2]]
        return [{row[place] for place in places} - {None} for row in export.fetchall()]

    refusing = set().union(*identifiers("NOT ok", "row"))
    file, each = identifiers("ok", "person"), identifiers("ok", "row")
    assert refusing and file
    assert not any(row & refusing for row in file)
    if platform not in (*UNIQUE, "brevo_contacts"):  # There a number stays with one address, which may be another one without those who refuse.
        assert sorted(map(sorted, file)) == sorted(sorted(row) for row in each if not row & refusing)


@pytest.mark.parametrize("platform", HASHED)
def test_nothing_personal_is_in_a_hashed_file(nasty, platform: str) -> None:
    rows = nasty.execute(f"FROM audience.{platform}('contacts', {EXPORTS[platform]})").fetchall()
    clear = {"Country", "Zip", "uid", "value"}
    columns = [column[0] for column in nasty.description]
    for row in rows:
        for column, value in zip(columns, row):
            assert value is None or column in clear or (len(value) == 64 and value == value.lower() and int(value, 16) >= 0)


def test_a_hash_is_never_hashed_again(nasty) -> None:
    """An export over an export's columns leaves the hashes as they are."""
    nasty.execute(f"CREATE TABLE once AS FROM audience.google_customer_match('contacts', {EXPORTS['google_customer_match']})")
    again = """FROM audience.google_customer_match('once', email := "Email", phone := "Phone", first_name := "First Name",
                                                   last_name := "Last Name", country := "Country", zip := "Zip")"""
    assert sorted(map(str, nasty.execute(again).fetchall())) == sorted(map(str, nasty.execute("FROM once").fetchall()))


def test_tiktok_numbers_without_plus(con) -> None:
    con.execute("CREATE TABLE contacts AS SELECT '+49 151 23456789' AS phone")
    for plus, number in [("true", "+4915123456789"), ("false", "4915123456789")]:
        sql = f"""SELECT "Phone_SHA256" FROM audience.tiktok_custom_audience('contacts', phone := phone, phone_plus := {plus})"""
        assert con.execute(sql).fetchone()[0] == hashlib.sha256(number.encode()).hexdigest()


HOSTILE = {
    "nothing": "SELECT NULL::VARCHAR AS email, NULL::VARCHAR AS phone WHERE false",
    "nearly only NULL": "SELECT CASE WHEN i = 0 THEN 'a@example.com' END AS email, NULL AS phone FROM range(5000) r(i)",
    "10 MB": "SELECT repeat(unnest(['a', '@', 'ä', '+1', '0', ' ', '.', chr(0)]), 10000000) AS email, email AS phone",
    "10 MB before an @": "SELECT repeat('a', 10000000) || '@example.com' AS email, '+49' || repeat('1', 10000000) AS phone",
    "controls": "SELECT 'a' || chr(i::INTEGER) || 'b@example.com' AS email, '+49 151 234' || chr(i::INTEGER) || '56789' AS phone FROM range(1, 55000) r(i)",
    "twice encoded": "SELECT 'Ã¼ber@example.com' AS email, 'â€ª+49' AS phone UNION ALL SELECT '\ufffd@example.com', '\ufffd'",
    "quotes": """SELECT unnest(['''; DROP TABLE contacts; --', '"@example.com', '=cmd()@example.com']) AS email, '''' AS phone""",
    "numbers": "SELECT i AS email, 4915123456789 + i AS phone FROM range(100) r(i)",
    "binary": "SELECT '\\xFF\\x00'::BLOB AS email, 'a'::BLOB AS phone",
    "200,000 times the same": "SELECT 'a@example.com' AS email, '+4915123456789' AS phone FROM range(200000)",
}


@pytest.mark.once
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_values_are_counted(run_isolated, name: str) -> None:
    code = """
        import json, sys
        from support import *
        con = connect()
        con.execute(f"CREATE TABLE contacts AS {sys.argv[1]}")
        rows = con.execute("SELECT count(*) FROM contacts").fetchone()[0]
        for platform, arguments in json.loads(sys.argv[2]).items():
            exported = con.execute(f"SELECT count(*) FROM audience.{platform}('contacts', {arguments})").fetchone()[0]
            audit = dict(con.execute(f"SELECT reason, rows FROM audience.export_audit('{platform}', 'contacts', {arguments})").fetchall())
            assert sum(audit.values()) == rows, audit
            assert sum(n for reason, n in audit.items() if reason.startswith('exported')) == exported, audit
        assert con.execute("SELECT count(*) FROM contacts").fetchone()[0] == rows
    """
    run_isolated(code, HOSTILE[name], json.dumps({platform: of_address_and_number(platform, ", country := 'DE'") for platform in EXPORTS}))


SECRET = "anna.secret@example.com"
FAILING = [
    "google_customer_match('contacts', email := email, consent := email)",
    "meta_custom_audience('contacts', email := email, consent := email)",
    "meta_custom_audience('contacts', email := email, birth_date := email, value := email, gender := email)",
    "export_audit('meta', 'contacts', email := email, birth_date := email, value := email, consent := email)",
    "tiktok_custom_audience('contacts', email := email, phone_plus := NULL)",
    "tiktok_custom_audience('contacts', email := email, consent := phone)",
    "klaviyo_profiles('contacts', email := mail)",
    "mailchimp_contacts('contact', email := email)",
    "export_audit('facebook', 'contacts', email := email)",
    "export_audit(NULL, 'contacts', email := email)",
    "export_audit('google', 'contacts', email := email, consent := email)",
    "export_audit('google', 'contacts', email := email, consent := CASE WHEN true THEN email END)",
    "mailchimp_contacts('contacts', email := email, consent := coalesce(email, phone))",
    "klaviyo_profiles('contacts', email := email, consent := [email])",
    "export_contacts('contacts', email := email, consent := email)",
    "hashed_contacts('contacts', email := email, phone_plus := NULL)",
]


@pytest.mark.parametrize("call", FAILING)
def test_no_error_names_a_person(con, call: str) -> None:
    con.execute(f"CREATE TABLE contacts AS SELECT '{SECRET}' AS email, '+4915123456789' AS phone")
    try:
        con.execute(f"FROM audience.{call}").fetchall()
    except duckdb.Error as error:
        assert SECRET not in str(error) and "4915123456789" not in str(error)
    else:
        assert "birth_date" in call and "consent" not in call, "this call should fail"


def test_members_of_an_audience(con) -> None:
    """The documented pattern: a relation of members beside the contacts."""
    con.execute("CREATE TABLE contacts AS FROM audience.demo_contacts(customers := 500); CREATE TABLE vips AS SELECT i AS customer_id FROM range(1, 400, 7) r(i)")
    with_consent = "SELECT count(*) FROM audience.tiktok_custom_audience('contacts', email := email, consent := consent AND nullif(contact_id IN (FROM vips), false))"
    through_a_cte = "WITH chosen AS (FROM contacts WHERE contact_id IN (FROM vips) OR NOT consent) SELECT count(*) FROM audience.tiktok_custom_audience('chosen', email := email, consent := consent)"
    assert con.execute(with_consent).fetchone() == con.execute(through_a_cte).fetchone()
    assert con.execute(with_consent).fetchone()[0] > 20
    con.execute("CREATE VIEW chosen AS FROM contacts WHERE contact_id IN (FROM vips)")
    assert sum(audit(con, "tiktok", "email := email, consent := consent", "chosen").values()) == con.execute("SELECT count(*) FROM chosen").fetchone()[0]


def test_columns_named_like_ours(con) -> None:
    con.execute("""CREATE TABLE contacts AS SELECT 'a@example.com' AS mail, 'x' AS email, 'y' AS key, 'z' AS outcome, 'p' AS platform, false AS consent,
                   'q' AS phone, 's' AS contacts, 1 AS uid, 'f' AS further""")
    for platform in EXPORTS:
        assert con.execute(f"SELECT count(*) FROM audience.{platform}('contacts', email := mail)").fetchone() == (1,)
        assert audit(con, platform, "email := mail")["exported"] == 1


HOSTILE_TEXTS = ['=HYPERLINK("http://x.example";"a")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "a,=1", "a;\t-2", "two\r\nlines", 'say "hi"', "O'Brien", "\\", "é\u200b", "\u202e=1", "＝1", "[1", '{"a":', "null", " ", ""]


@pytest.mark.parametrize("platform", ["klaviyo_profiles", "mailchimp_contacts", "brevo_contacts", "hubspot_contacts", "export_contacts"])
def test_hostile_properties_stay_in_their_cell(con, tmp_path: Path, platform: str) -> None:
    con.execute("CREATE TABLE people(email VARCHAR, text VARCHAR, listed VARCHAR[], nested MAP(VARCHAR, VARCHAR))")
    rows = [(f"p{number:02}@example.com", text, [text, "x"], {text: text}) for number, text in enumerate(HOSTILE_TEXTS)]
    con.executemany("INSERT INTO people VALUES (?, ?, ?, MAP([?], [?]))", [(email, text, listed, text, text) for email, text, listed, _ in rows])
    call = f"FROM audience.{platform}('people', email := email, properties := {{'a \"text\", =1': text, 'listed': listed, 'nested': nested, 'less': -5, 'days': [DATE '2025-01-31']}})"
    con.execute(f"COPY ({call}) TO '{tmp_path / 'file.csv'}' (HEADER)")
    with open(tmp_path / "file.csv", newline="", encoding="utf-8") as file:
        header, *found = csv.reader(file)
    between = {"mailchimp_contacts": ", ", "hubspot_contacts": ";"}.get(platform)
    as_json = between is None
    assert header[-5:] == ['a "text", =1', "listed", "nested", "less", "days"] and len(found) == len(rows)
    for (email, text, _, _), row in zip(rows, found):
        cell, listed, nested, less, days = row[-5:]
        assert row[0] == email and less == "-5" and days == ('["2025-01-31"]' if as_json else "2025-01-31")
        assert not re.search(r"[\r\n\t]", "".join(row)), text
        elements = json.loads(listed) if as_json else [listed]
        for part in (cell, *elements, *json.loads(nested)):
            assert not re.search(r"(^|[,;])\s*[=+\-@＝＋－＠]", part), (text, part)
        if text.isascii() and text.strip() == text and text == " ".join(text.split()) and not re.search(r"(^|[,;])\s*[=+\-@]", text):
            assert cell == text and (json.loads(listed) == [text, "x"] if as_json else listed == between.join(filter(None, (text, "x"))))
    # As they are, where that is asked for.
    bare = con.execute(call.replace("email := email", "email := email, disarm_formulas := false")).fetchall()
    assert bare[1][-5] == "+1" and bare[3][-5] == "@SUM(1)"


def test_properties_of_any_type_stay_with_their_person(con) -> None:
    con.execute("""
        CREATE TABLE people AS
        SELECT 'p' || lpad(i::VARCHAR, 4, '0') || '@example.com' AS email, i, [i, i + 1]::INTEGER[2] AS pair, {'a': [i]::INTEGER[1]} AS deep, union_value(number := i) AS either,
               i % 7 <> 0 AS consent
        FROM range(3000) r(i)""")
    # Half of the refusals come in another row.
    con.execute("INSERT INTO people SELECT email, -i, NULL, NULL, NULL, false FROM people WHERE i % 5 = 0 AND i % 7 <> 0")
    found = con.execute("""
        SELECT "Email", number, pair, deep, either
        FROM audience.klaviyo_profiles('people', email := email, consent := consent, properties := {'number': i, 'pair': pair, 'deep': deep, 'either': either})""").fetchall()
    expected = [i for i in range(3000) if i % 7 and i % 5]
    assert [int(number) for _, number, *_ in found] == expected
    for email, number, pair, deep, either in found:
        i = int(number)
        assert email == f"p{i:04}@example.com" and json.loads(pair) == [i, i + 1] and json.loads(deep) == {"a": [i]} and str(i) in either
