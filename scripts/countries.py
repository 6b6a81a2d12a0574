"""The countries and what people call them: the names of ISO 3166-1 and of Unicode's CLDR, in English and in the country's own
official languages.

usage: countries.py        writes src/models/exports/countries.csv anew; needs babel==2.19.0 and pycountry==26.2.16
"""

import gettext
import unicodedata
from collections import defaultdict
from pathlib import Path

import pycountry
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

FILE = Path(__file__).resolve().parents[1] / "src/models/exports/countries.csv"

# Not in ISO 3166-1, but they have telephone numbers, and Kosovo post.
UNOFFICIAL = ["AC", "TA", "XK"]
ALPHA_3 = {"XK": "XKX"}

# What neither source has, or no longer.
FURTHER = {
    "AE": ["UAE", "Emirates", "دولة الإمارات العربية المتحدة"],
    "AL": ["Shqipëria"],
    "BA": ["Bosnia"],
    "CC": ["Cocos Islands"],
    "CD": ["DR Congo", "DRC", "Congo DRC", "Congo DR", "Democratic Republic of Congo", "Democratic Republic of the Congo"],
    "CG": ["Congo Republic", "Republic of Congo"],
    "CI": ["Ivory Coast"],
    "CV": ["Cape Verde"],
    "CZ": ["Czech Rep."],
    "FK": ["Falklands"],
    "FM": ["Micronesia"],
    "FO": ["Faeroe Islands"],
    "GB": ["Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"],
    "GS": ["South Georgia"],
    "HK": ["Hong Kong", "Hong Kong SAR", "香港"],
    "IE": ["Republic of Ireland", "Eire"],
    "KR": ["Republic of Korea"],
    "LA": ["ສປປລາວ"],
    "MK": ["Macedonia", "Republic of Macedonia", "FYROM", "Македонија"],
    "MM": ["Burma", "Myanmar"],
    "MO": ["Macau", "Macau SAR", "澳門"],
    "NL": ["Holland", "The Netherlands"],
    "PS": ["Palestine", "Palestinian Territory", "فلسطين"],
    "SA": ["العربية السعودية"],
    "SH": ["Saint Helena", "St. Helena"],
    "SZ": ["Swaziland"],
    "TH": ["ประเทศไทย"],
    "TL": ["East Timor"],
    "TR": ["Turkey"],
    "TW": ["臺灣", "台灣"],
    "US": ["America"],
    "VA": ["Vatican", "Vatican City State", "Vaticano", "Stato della Città del Vaticano"],
    "VG": ["British Virgin Islands"],
    "VI": ["US Virgin Islands"],
}


def folded(name: str) -> str:
    """As src/models/exports/country.rs compares names."""
    plain = unicodedata.normalize("NFKD", name.replace("&", " and ").lower())
    letters = "".join(c for c in plain if c.isalnum() and not "\u02b0" <= c <= "\u02ff")
    return letters.removeprefix("the").removesuffix("the")


def iso_names(code: str) -> list[str]:
    country = pycountry.countries.get(alpha_2=code)
    names = [getattr(country, kind, None) for kind in ("name", "common_name", "official_name")]
    return list(filter(None, names))


def own_names(code: str) -> list[str]:
    names = []
    for language in get_official_languages(code, regional=True, de_facto=True):
        try:
            names.append(Locale.parse(language).territories.get(code))
        except UnknownLocaleError:
            pass
        translation = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
        names += map(translation.gettext, iso_names(code))
    return list(filter(None, names))


def names(code: str) -> list[str]:
    every = [Locale("en").territories[code], *iso_names(code), *FURTHER.get(code, []), *own_names(code)]
    once = {folded(name): name for name in reversed(every) if ";" not in name}
    return list(reversed(once.values()))


def table() -> str:
    codes = sorted({country.alpha_2 for country in pycountry.countries} | set(UNOFFICIAL))
    alpha_3 = {new[0]: old for old, new in get_global("territory_aliases").items() if len(old) == 3 and old.isalpha() and len(new) == 1}
    alpha_3 |= {country.alpha_2: country.alpha_3 for country in pycountry.countries} | ALPHA_3
    called = {code: names(code) for code in codes}
    owners = defaultdict(set)
    for code, all_names in called.items():
        for name in all_names:
            owners[folded(name)].add(code)
    # A name that two countries have says nothing.
    lines = [";".join([code, alpha_3.get(code, ""), *(name for name in called[code] if len(owners[folded(name)]) == 1)]) for code in codes]
    return "\n".join(["alpha_2;alpha_3;names", *lines]) + "\n"


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8", newline="")
