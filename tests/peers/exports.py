"""The files of the exports, computed without the extension.

usage: exports.py        writes tests/golden/exports/*.csv anew, from contacts.csv

The rules are those of docs/exports.md, written down a second time; those of one field are in contact_fields.py.
"""

import csv
import datetime
import io
import json
import math
import re
import unicodedata
from collections import Counter
from itertools import groupby
from pathlib import Path

from contact_fields import (
    at_gmail,
    country_of,
    email,
    is_hash,
    letters,
    meta_zip,
    name,
    phone,
    sha256,
    state,
    strip,
    written,
    zip_code,
)

DIRECTORY = Path(__file__).resolve().parents[1] / "golden/exports"

HEADERS = {
    "google_customer_match": ["Email", "Phone", "First Name", "Last Name", "Country", "Zip"],
    "meta_custom_audience": "email phone fn ln zip ct st country dob doby gen age uid value".split(),
    "tiktok_custom_audience": ["Email_SHA256", "Phone_SHA256"],
    "microsoft_customer_match": ["Email"],
    "pinterest_customer_list": ["email"],
    "snapchat_audience_list": ["identifier"],
    "linkedin_matched_audience": "email firstname lastname jobtitle employeecompany country googleaid".split(),
    "klaviyo_profiles": ["Email", "Phone Number", "First Name", "Last Name"],
    "mailchimp_contacts": ["Email Address", "First Name", "Last Name", "Phone Number"],
    "brevo_contacts": "EMAIL FIRSTNAME LASTNAME SMS EXT_ID".split(),
    "hubspot_contacts": ["Email", "First name", "Last name", "Phone number", "Country/Region"],
    "export_contacts": "email phone first_name last_name country zip".split(),
    "hashed_contacts": [f"{part}_sha256" for part in "email phone first_name last_name country zip".split()],
}
CLEAR = ("klaviyo_profiles", "mailchimp_contacts", "brevo_contacts", "hubspot_contacts", "export_contacts")
# Where a person is an address.
BY_EMAIL = ("mailchimp_contacts", "microsoft_customer_match", "pinterest_customer_list", "linkedin_matched_audience", "hubspot_contacts")
# Where a person is an address, or a number without one.
BY_ADDRESS = (*CLEAR, *BY_EMAIL, "snapchat_audience_list", "hashed_contacts")
UNIQUE_PHONES = ("klaviyo_profiles", "brevo_contacts", "export_contacts", "hashed_contacts")
# What a platform takes of a contact where it is not all: no telephone number, or here only that. LinkedIn calls the city a company and the state a title.
WITHOUT = {
    "microsoft_customer_match": ("phone", "country"),
    "pinterest_customer_list": ("phone", "country"),
    "linkedin_matched_audience": ("phone",),
    "snapchat_audience_list": ("email",),
    "mailchimp_contacts": ("country",),
}
DIGITS_ONLY = ("meta_custom_audience", "snapchat_audience_list")
FORMULA = re.compile(r"(^|[,;])\s*[=+@＝＋－＠-]")

REASONS = [
    "exported",
    "exported, begins like a formula",
    "exported, malformed e-mail left out",
    "exported, unknown country left out",
    "exported, phone without country left out",
    "exported, malformed phone left out",
    "exported, unusable address left out",
    "exported, too long name left out",
    "exported, unusable birth date left out",
    "exported, unusable gender left out",
    "exported, unusable value left out",
    "exported, phone of another row left out",
    "no consent",
    "refused in another row",
    "no identifier",
    "malformed e-mail",
    "unknown country",
    "phone without country",
    "malformed phone",
    "unusable address",
    "duplicate",
]
# Fewer people are shown no advertisements: Google Ads Help 7476585, TikTok Business Help Center, "Custom Audiences".
LEAST = {
    "google_customer_match": (100, "fewer than the 100 people that Google needs"),
    "tiktok_custom_audience": (1000, "fewer than the 1,000 people that TikTok needs"),
    # Bulk API, Customer List; Pinterest Help, "Audience targeting"; Snapchat Business Help; LinkedIn Help a1489764.
    "microsoft_customer_match": (300, "fewer than the 300 people that Microsoft needs"),
    "pinterest_customer_list": (100, "fewer than the 100 people that Pinterest needs"),
    "snapchat_audience_list": (1000, "fewer than the 1,000 people that Snapchat needs"),
    "linkedin_matched_audience": (300, "fewer than the 300 people that LinkedIn needs"),
}


def identify(platform: str, row: dict) -> tuple[str, dict]:
    """What becomes of the row, and its identifiers where it is exported."""
    if row["consent"] != "true":
        return "no consent", {}
    given = {key: strip(text) or None for key, text in row.items()} | dict.fromkeys(WITHOUT.get(platform, ()))
    country = country_of(given["country"])
    problems, found = [], dict.fromkeys(("email", "phone", "fn", "ln", "country", "zip", "uid"))

    if given["email"]:
        address = email(given["email"], platform != "google_customer_match" or not at_gmail(given["email"]))
        local, _, domain = (address or "").partition("@")
        if address and domain:
            if platform == "google_customer_match" and domain in ("gmail.com", "googlemail.com"):
                local = local.split("+")[0].replace(".", "")
            if platform == "tiktok_custom_audience":
                local = local.split("+")[0]
            address = f"{local}@{domain}" if local else None
            if platform == "mailchimp_contacts" and not local.isascii():
                address = None
        elif platform in CLEAR:
            address = None
        found["email"] = address
        problems += [] if address else ["malformed e-mail"]
    if given["phone"] and (given["email"] or platform not in BY_EMAIL):
        number = phone(given["phone"], country)
        if is_hash(number) and platform in CLEAR:
            number = "malformed phone"
        if "phone" in number:
            problems.append(number)
        else:
            found["phone"] = number.lstrip("+") if platform in DIGITS_ONLY else number

    parts, too_long = [given[key] for key in ("first_name", "last_name", "country", "zip")], []
    if platform == "google_customer_match":
        address = [name(parts[0]), name(parts[1]), country, zip_code(parts[3], country)]
        if all(address):
            found |= dict(zip(("fn", "ln", "country", "zip"), address))
        elif parts[0] or parts[1] or parts[3]:
            problems.append("unusable address")
    elif platform in ("meta_custom_audience", "hashed_contacts"):
        code = parts[2].lower() if parts[2] and is_hash(parts[2]) else country and country.lower()
        address = [letters(parts[0]), letters(parts[1]), code, meta_zip(parts[3], country)]
        found |= dict(zip(("fn", "ln", "country", "zip"), address))
        problems += ["unusable address"] if any(part and not used for part, used in zip(parts, address)) else []
    elif platform == "export_contacts":
        address = [written(parts[0]), written(parts[1]), country, zip_code(parts[3], country)]
        found |= dict(zip(("fn", "ln", "country", "zip"), address))
        problems += ["unusable address"] if any(part and not used for part, used in zip(parts, address)) else []
    elif platform in ("linkedin_matched_audience", "hubspot_contacts"):
        longest = 35 if platform == "linkedin_matched_audience" else 1000
        names = [written(part) for part in parts[:2]]
        problems += ["unusable address"] if any(part and not used for part, used in zip(parts, (*names, country))) else []
        too_long = [name for name in names if name and len(name) > longest]
        names = [name if name not in too_long else None for name in names]
        found |= dict(zip(("fn", "ln", "country"), (*names, country)))
    elif platform in CLEAR:
        found |= {"fn": written(parts[0]), "ln": written(parts[1])}
    if platform == "brevo_contacts":
        found["uid"] = given["uid"]
    if platform == "meta_custom_audience":
        found["uid"] = given["uid"]
        extra, names = further(row), {"city": "ct", "state": "st", "birth_date": "birth", "gender": "gen", "value": "value"}
        extra_problems = [what for what, name in names.items() if given[what] and extra[name] is None]

    identified = {
        "google_customer_match": found["email"] or found["phone"] or found["zip"],
        "meta_custom_audience": found["email"] or found["phone"] or found["uid"] or (found["fn"] and found["ln"] and found["country"] and found["zip"]),
    }.get(platform, found["email"] or (found["phone"] and platform not in BY_EMAIL))
    unknown = given["country"] and not country and not is_hash(given["country"])
    depending = {"phone without country", "unusable address"} & set(problems)
    if unknown and depending:
        problems = [problem for problem in problems if problem == "malformed e-mail"] + ["unknown country"]
    if identified and platform == "meta_custom_audience":
        called = {"city": "unusable address", "state": "unusable address", "birth_date": "unusable birth date"}
        problems += [called.get(what, f"unusable {what}") for what in extra_problems]
    if not identified:
        return (problems or ["no identifier"])[0], {}
    problems += ["too long name"] if too_long else []
    names = [found["fn"], found["ln"]] if platform in CLEAR or platform == "linkedin_matched_audience" else []
    shown = [found["uid"], *names, found["email"] if platform in CLEAR else None]
    if any(text and FORMULA.search(text) for text in shown):
        return "exported, begins like a formula", found
    return f"exported, {problems[0]} left out" if problems else "exported", found


def addresses(found: str | None, given: str) -> set[str | None]:
    """The address that was given, in all forms in which it may have been hashed."""
    if not found or is_hash(found):
        return {found}
    written = email(strip(given)) or found
    local, _, domain = written.partition("@")
    untagged = local.split("+")[0]
    forms = [untagged, *[untagged.replace(".", "")] * at_gmail(written)]
    return {found, written} | {f"{form}@{domain}" for form in forms if form}


def numbers(found: str | None) -> set[str | None]:
    return {found} if not found or is_hash(found) else {found, "+" + found.lstrip("+"), found.lstrip("+")}


def person(platform: str, found: dict, row: dict) -> set:
    """By what somebody is the same person in another row, hashed."""
    number = None if platform in BY_EMAIL else found["phone"]
    known = {("uid", found["uid"])}
    known |= {("email", sha256(text)) for text in addresses(found["email"], row["email"])}
    known |= {("phone", sha256(text)) for text in numbers(number)}
    parts = [found[part] for part in ("fn", "ln", "country", "zip")]
    if platform not in BY_ADDRESS and all(parts):
        known.add(("address", *map(sha256, parts)))
    return {key for key in known if key[1]}


def refusing(platform: str, row: dict) -> set:
    if row["consent"] != "false":
        return set()
    if platform not in CLEAR:
        found = identify(platform, row | {"consent": "true"})[1]
    else:
        number = phone(strip(row["phone"]), country_of(strip(row["country"])))
        found = {"email": email(strip(row["email"])), "phone": None if "phone" in number else number}
        found |= dict.fromkeys(("fn", "ln", "country", "zip")) | {"uid": strip(row["uid"]) or None if platform == "brevo_contacts" else None}
    return person(platform, found, row) if found else set()


def further(row: dict) -> dict:
    """What only Meta takes."""
    try:
        value = float(row["value"])
    except ValueError:
        value = math.nan
    birth, gender = row["birth_date"].lower(), row["gender"].lower()
    if not is_hash(birth):
        try:
            day = datetime.datetime.strptime(birth.replace("-", ""), "%Y%m%d").date()
            birth = day.strftime("%Y%m%d") if datetime.date(1900, 1, 1) <= day <= datetime.date.today() else None
        except ValueError:
            birth = None
    return {
        "value": value if value >= 0 and math.isfinite(value) else None,
        "ct": letters(strip(row["city"])),
        "st": state(strip(row["state"]), country_of(strip(row["country"]))),
        "birth": birth,
        "gen": gender if is_hash(gender) else {"m": "m", "male": "m", "f": "f", "female": "f"}.get(gender),
    }


def nulls_last(*values) -> tuple:
    return tuple((value is None, value if value is not None else 0) for value in values)


def key(platform: str, found: dict) -> tuple:
    if platform in BY_ADDRESS:
        return (found["email"] or found["phone"],)
    return tuple(found[part] or "" for part in ("email", "phone", "fn", "ln", "country", "zip", "uid"))


def same(platform: str, found: dict) -> tuple:
    """The key, hashed: an identifier and its own hash are the same."""
    return tuple(sha256(part) if part else "" for part in key(platform, found))


def preference(row: dict) -> tuple:
    value = None if row["value"] is None else -row["value"]
    details = (row["ct"], row["st"], row["birth"], row["gen"], row["phone"], row["fn"], row["ln"])
    return nulls_last(value, *details, REASONS.index(row["reason"]), row["email"], row["country"], row["zip"], row["uid"], row.get("properties"))


def chosen(platform: str, rows: list[dict]) -> dict:
    """One of several rows that are the same."""
    one = min(rows, key=preference)
    if platform in ("google_customer_match", "tiktok_custom_audience", "microsoft_customer_match", "pinterest_customer_list", "snapchat_audience_list"):
        # An identifier and its own hash are exported as the same, and whichever comes first decides the order.
        one |= {part: min(row[part] for row in rows) for part in ("email", "phone", "fn", "ln", "country", "zip") if one[part]}
    return one


def export(platform: str, contacts: list[dict]) -> tuple[list[dict], Counter]:
    """The rows of the file before hashing, in order, and how many rows have which reason."""
    outcomes = [identify(platform, row) for row in contacts]
    refused = set().union(*(refusing(platform, row) for row in contacts))
    outcomes = [("refused in another row", {}) if found and person(platform, found, row) & refused else (reason, found) for (reason, found), row in zip(outcomes, contacts)]
    reasons = Counter(reason for reason, found in outcomes if not found)
    kept = [found | further(row) | {"reason": reason} for (reason, found), row in zip(outcomes, contacts) if found]
    exportable = len(kept)
    if platform != "meta_custom_audience":
        kept = [row | dict.fromkeys(("value", "ct", "st", "birth", "gen")) for row in kept]
    if platform == "linkedin_matched_audience":
        for row, contact in zip(kept, [contact for (_, found), contact in zip(outcomes, contacts) if found]):
            given = {"title": contact["state"] or None, "company": contact["city"] or None, "__none": None}
            row |= given | {"properties": json.dumps(given, ensure_ascii=False, separators=(",", ":"))}
    kept.sort(key=lambda row: same(platform, row))
    kept = [chosen(platform, list(rows)) for _, rows in groupby(kept, key=lambda row: same(platform, row))]
    kept.sort(key=lambda row: key(platform, row))
    if platform in UNIQUE_PHONES:
        taken = set()
        for row in [row for row in kept if row["email"]] + [row for row in kept if not row["email"]]:
            if row["phone"] and sha256(row["phone"]) in taken:
                shared = "exported, phone of another row left out"
                row |= {"phone": None, "reason": row["reason"] if row["reason"] == "exported, begins like a formula" else shared}
            elif row["phone"]:
                taken.add(sha256(row["phone"]))
        kept = [row for row in kept if row["email"] or row["phone"]]
    if platform == "brevo_contacts":
        taken = set()
        for row in sorted(kept, key=lambda row: nulls_last(row["email"], row["phone"])):
            row["uid"] = None if row["uid"] in taken else row["uid"]
            taken.add(row["uid"])
    reasons += Counter(row["reason"] for row in kept)
    reasons["duplicate"] = exportable - len(kept)
    return kept, reasons


def disarmed(text: str | None) -> str | None:
    return text and re.sub(r"(^|[,;])(\s*)([=+@＝＋－＠-])", r"\1\2'\3", text)


def line(text: str | None) -> str | None:
    """As a text of the properties, where it is not too long."""
    parts = "".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text or "").split(" ")
    found = disarmed(unicodedata.normalize("NFC", " ".join(part for part in map(strip, parts) if part))) or None
    return found if found and len(found) <= 50 else None


def fields(platform: str, row: dict) -> list[str | float | None]:
    match platform:
        case "google_customer_match":
            return [*(sha256(row[part]) for part in ("email", "phone", "fn", "ln")), row["country"], row["zip"]]
        case "meta_custom_audience":
            birth = row["birth"]
            hashed = [row["email"], row["phone"], row["fn"], row["ln"], row["zip"], row["ct"], row["st"], row["country"],
                      birth, birth and not is_hash(birth) and birth[:4] or None, row["gen"]]
            return [*map(sha256, hashed), None, row["uid"], row["value"]]
        case "tiktok_custom_audience":
            return [sha256(row["email"]), sha256(row["phone"])]
        case "microsoft_customer_match" | "pinterest_customer_list" | "snapchat_audience_list":
            return [sha256(row["email"] or row["phone"])]
        case "linkedin_matched_audience":
            return [sha256(row["email"]), disarmed(row["fn"]), disarmed(row["ln"]), line(row["title"]), line(row["company"]), row["country"], None]
        case "brevo_contacts":
            return [row["email"], disarmed(row["fn"]), disarmed(row["ln"]), row["phone"], row["uid"]]
        case "hubspot_contacts":
            return [row["email"], disarmed(row["fn"]), disarmed(row["ln"]), row["phone"], row["country"]]
        case "klaviyo_profiles":
            return [row["email"], row["phone"], disarmed(row["fn"]), disarmed(row["ln"])]
        case "mailchimp_contacts":
            return [row["email"], disarmed(row["fn"]), disarmed(row["ln"]), row["phone"]]
        case "export_contacts":
            return [row["email"], row["phone"], disarmed(row["fn"]), disarmed(row["ln"]), row["country"], row["zip"]]
        case "hashed_contacts":
            return [sha256(row[part]) for part in ("email", "phone", "fn", "ln", "country", "zip")]


def text_of(header: list[str], rows: list[list]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def files() -> dict[str, str]:
    with open(DIRECTORY / "contacts.csv", newline="", encoding="utf-8") as file:
        contacts = list(csv.DictReader(file))
    found, audit = {}, []
    for platform, header in HEADERS.items():
        rows, reasons = export(platform, contacts)
        found[f"{platform}.csv"] = text_of(header, [fields(platform, row) for row in rows])
        audit += [[platform, reason, reasons[reason]] for reason in REASONS if reasons[reason]]
        if platform in LEAST and len(rows) < LEAST[platform][0]:
            audit.append([platform, LEAST[platform][1], 0])
        if platform in CLEAR or platform == "linkedin_matched_audience":
            audit.append([platform, "not hashed", 0])
    found["audit.csv"] = text_of(["platform", "reason", "rows"], sorted(audit, key=lambda row: (row[0], REASONS.index(row[1]) if row[1] in REASONS else len(REASONS), row[1])))
    return found


if __name__ == "__main__":
    for file, text in files().items():
        (DIRECTORY / file).write_text(text, encoding="utf-8", newline="")
