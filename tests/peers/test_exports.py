"""The golden files of the exports are what hashlib and phonenumbers give."""

import contact_fields
import exports


def test_the_golden_files_are_up_to_date() -> None:
    for name, text in exports.files().items():
        assert (exports.DIRECTORY / name).read_bytes().decode() == text, f"{name}: run tests/peers/exports.py"


def test_telephone_numbers_of_every_country(con) -> None:
    """An example of every kind of number of every country, in every form, and each with one digit changed."""
    from phonenumbers import SUPPORTED_REGIONS, PhoneNumberFormat, example_number_for_type, format_number

    cases = []
    for country in sorted(SUPPORTED_REGIONS):
        for kind in range(11):
            if number := example_number_for_type(country, kind):
                for form in (PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.RFC3966):
                    text = format_number(number, form)
                    place = next(i for i in reversed(range(len(text))) if text[i].isdigit())
                    middle = [i for i in range(len(text)) if text[i].isdigit()][len(text) // 3 % sum(map(str.isdigit, text))]
                    for written in (text, text[:place], text[:middle] + str((int(text[middle]) + 5) % 10) + text[middle + 1 :]):
                        expected = contact_fields.phone(contact_fields.strip(written), country)
                        cases.append((written, country, None if "phone" in expected else expected))
    assert len(cases) > 10_000
    texts, countries, expected = map(list, zip(*cases))
    found = con.execute("SELECT normalize_phone(text, country) FROM (SELECT unnest(?) AS text, unnest(?) AS country)", [texts, countries]).fetchall()
    wrong = [(case, ours) for case, (ours,) in zip(cases, found) if case[2] != ours]
    assert wrong == []
