"""One field of a contact as platforms take it: an address, a number, a name, a postcode. The rules of docs/exports.md, written down a second time."""

import hashlib
import re
import unicodedata

import phonenumbers

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2065\u2066\u2067\u2068\u2069\ufeff"
ATOM = re.compile(r"[a-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\U0010ffff]+")
LABEL = re.compile(r"(?!-)[a-z0-9\-\u0080-\U0010ffff]{1,63}(?<!-)")
ASCII_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
# The names in contacts.csv; tests/golden/countries.csv has those of every country.
COUNTRIES = {"USA": "US", "UNITED STATES": "US", "GERMANY": "DE", "DEUTSCHLAND": "DE", "GBR": "GB", "ENGLAND": "GB", "CANADA": "CA", "AUSTRIA": "AT", "ÖSTERREICH": "AT", "AUT": "AT", "UK": "GB", "EL": "GR"}
# The postal services' own lists of two letters; the names of those in contacts.csv.
STATES = {
    "US": "al ak az ar ca co ct de dc fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx ut vt va wa "
    "wv wi wy as gu mp pr vi aa ae ap".split(),
    "CA": "ab bc mb nb nl ns nt nu on pe qc sk yt".split(),
}
STATE_NAMES = {"california": "ca", "newyork": "ny", "washingtondc": "dc", "québec": "qc"}


def blank(c: str) -> bool:
    return c.isspace() or unicodedata.category(c) == "Cc" or c in INVISIBLE


def strip(text: str) -> str:
    while text and blank(text[0]):
        text = text[1:]
    while text and blank(text[-1]):
        text = text[:-1]
    return text


def fold(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def is_hash(text: str) -> bool:
    return re.fullmatch("[0-9a-fA-F]{64}", text) is not None


def sha256(text: str | None) -> str | None:
    if text is None:
        return None
    return text.lower() if is_hash(text) else hashlib.sha256(text.encode()).hexdigest()


def email(text: str, dots_matter: bool = True) -> str | None:
    text = fold(text)
    if is_hash(text):
        return text
    local, at, domain = text.partition("@")
    labels = domain.split(".")
    good = (
        at
        and not any(map(blank, text))
        and all(ATOM.fullmatch(atom) for atom in (local.split(".") if dots_matter else [local.replace(".", "")]))
        and len(local.encode()) <= 64
        and len(text.encode()) <= 254
        and len(labels) >= 2
        and all(LABEL.fullmatch(label) and len(label.encode()) <= 63 for label in labels)
        and len(labels[-1]) >= 2
        and not re.fullmatch("[0-9]+", labels[-1])
    )
    return text if good else None


def at_gmail(text: str) -> bool:
    return text.lower().endswith(("@gmail.com", "@googlemail.com"))


def country_of(text: str | None) -> str | None:
    text = (text or "").upper()
    return COUNTRIES.get(text, text if text in phonenumbers.SUPPORTED_REGIONS else None)


def state(text: str | None, country: str | None) -> str | None:
    found = letters(text)
    if not found or is_hash(found):
        return found
    code = STATE_NAMES.get(found, found)
    if country in STATES:
        return code if code in STATES[country] else None
    return found if country else code


def whole(text: str) -> str:
    """Without the .0 of a floating point number."""
    return text[:-2] if re.fullmatch(r"[+]?[0-9]+\.0", text) else text


def phone(text: str, country: str | None) -> str:
    """The number, or why there is none."""
    text = whole(text)
    if is_hash(text):
        return text.lower()
    known = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(text, known)
    except phonenumbers.NumberParseException as problem:
        national = problem.error_type == problem.INVALID_COUNTRY_CODE and known is None and "+" not in text
        return "phone without country" if national else "malformed phone"
    if not phonenumbers.is_valid_number(number):
        return "malformed phone"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def words(text: str) -> str | None:
    parts = "".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text).split(" ")
    return " ".join(part for part in map(strip, parts) if part) if any(c.isalpha() for c in text) else None


def name(text: str | None) -> str | None:
    found = words(text) if text else None
    return fold(found) if found else None


def written(text: str | None) -> str | None:
    found = words(text) if text and not is_hash(text) else None
    return unicodedata.normalize("NFC", found) if found else None


def letters(text: str | None) -> str | None:
    kept = [c for c in name(text) or "" if c not in ASCII_PUNCTUATION + " ´" and not "\u2000" <= c <= "\u206f"]
    return "".join(kept) or None


def zip_code(text: str | None, country: str | None) -> str | None:
    if not text:
        return None
    text = whole(text)
    if country == "US":
        match = re.fullmatch(r"([0-9]{5})[- ]*([0-9]{4})?", text)
        return "-".join(filter(None, match.groups())) if match else None
    code = " ".join(text.split()).upper()
    return code if re.fullmatch(r"(?=.*[0-9])(?!-)[A-Z0-9 -]{2,10}(?<!-)", code) else None


def meta_zip(text: str | None, country: str | None) -> str | None:
    if text and is_hash(text):
        return text.lower()
    code = (zip_code(text, country) or "").lower().replace(" ", "").replace("-", "")
    code = code[:5] if country == "US" else code
    return (re.sub("(?<=..)([0-9])[a-z]{2}$", r"\1", code) if country == "GB" else code) or None
