"""What reaches or bills a person is found, however it is written; other numbers are not taken for it."""

import pytest

from llm.personal import cut, find
from tests.timing import seconds

PERSONAL = {
    "write to alice@example.com.": ["alice@example.com"],
    "“Bob” <bob.o'hara+x@mail.co.uk>": ["bob.o'hara+x@mail.co.uk"],
    "联系alice@example.com谢谢": ["alice@example.com"],
    "用户@例子.公司 / jörg@müller.de": ["用户@例子.公司", "jörg@müller.de"],
    "alice (at) example (dot) com, bob[at]example.com": [
        "alice (at) example (dot) com",
        "bob[at]example.com",
    ],
    "https://x.example/?email=a.b%40example.com&y": ["a.b%40example.com"],
    "mailto:alice@example.com?subject=hi": ["alice@example.com"],
    "call me at 555-0123 or (555) 123-4567": ["555-0123", "(555) 123-4567"],
    "415-555-0123 / 415.555.0123": ["415-555-0123", "415.555.0123"],
    "+1 415 555 0123, +14155550123": ["+1 415 555 0123", "+14155550123"],
    "+49 30 1234567 030 1234567 0171/5551234": ["+49 30 1234567", "030 1234567", "0171/5551234"],
    "Tel. 06 12 34 56 78; 06.12.34.56.78": ["06 12 34 56 78", "06.12.34.56.78"],
    "+44 (0)20 7946 0958 or 07700 900123": ["+44 (0)20 7946 0958", "07700 900123"],
    "mi teléfono es 612 345 678": ["612 345 678"],
    "我的电话是13812345678。": ["13812345678"],
    "090-1234-5678 03-1234-5678": ["090-1234-5678", "03-1234-5678"],
    "هاتف ٠٥٠١٢٣٤٥٦٧": ["٠٥٠١٢٣٤٥٦٧"],
    "тел 8 (495) 123-45-67": ["8 (495) 123-45-67"],
    "My number is 4085551234": ["4085551234"],
    "Kind regards\nJo\n4085551234": ["4085551234"],
    "4085551234 is my mobile": ["4085551234"],
    "my card 4111 1111 1111 1111 12/26": ["4111 1111 1111 1111"],
    "378282246310005, 5555-5555-5555-4444": ["378282246310005", "5555-5555-5555-4444"],
    "DE89 3704 0044 0532 0130 00 BIC COBADEFF": ["DE89 3704 0044 0532 0130 00"],
    "gb29NWBK60161331926819": ["gb29NWBK60161331926819"],
    "routing number 021000021, account number: 1234567890": ["021000021", "1234567890"],
    "Routing and account numbers are 021000021 and 123456789": ["021000021", "123456789"],
    "My account no. is 00123456; sort code 12-34-56": ["00123456", "12-34-56"],
    "Acct. No. 00123456 or acct. #12345678": ["00123456", "12345678"],
    "Kontonummer 1234567, BLZ 37040044": ["1234567", "37040044"],
    "账号：6222020200112233445": ["6222020200112233445"],
}

OTHER = [
    "Error 0x80070005, code 1234567, error 80070005, ERR-1234-5678, KB5034441, CVE-2024-12345",
    "Form I-765, DS-160, W-8BEN, 1040-ES, form 12345678, Formular 1234-5678",
    "version 10.0.19045.3570, v2.4.1, 1.2.3.4567, 192.168.100.100, 10.0.0.1:8080",
    "2026-11-23, 23.11.2026, 11/23/2026, 2026/11/23 10:30, 2026-11-23 10:30:00, 20261123, 1. 12. 2026",
    "2026-11-23T10:30:00Z, 2019-2024, since 01.02.2026 at 09.00, 23-11-2026, 23/11/26",
    "9:00-17:00, 09:00–17:30, 0800 - 1700, Mon-Fri 9-17, 8.30 - 12.00, 09.00-17.00 Uhr, 0900–1730",
    "$1,234,567.89, 1.234.567,89 €, 100 000 000, $ 12 000 000, 1 234 567 EUR, USD 25000000, 1234567 USD",
    "order 4085551234, Order #4085551234, order number 123-4567890-1234567, ORD-2024-001234",
    "Bestellnummer 30012345678, order no. 408-555-1234, pedido 612345678, 订单号 13812345678,",
    "заказ 84951234567",
    "tracking 1Z999AA10123456784, tracking number 9400111899223197428490, invoice 2024-0012345",
    "case 12-345-678, ticket 1234567890, booking 4085551234, ISBN 978-3-16-148410-0, SKU 12345678",
    "94103-1234, 12345-6789, 37.7749, -122.4194, 1000-2000, 550e8400-e29b-41d4-a716-446655440000",
    "Windows 10 22H2 19045.3803, 3840x2160, 1234567890123 bytes, 16777216, 1073741824, 3.14159265",
    "over 2147483647 bytes",
    "Philadelphia, PA 19176 - 0173, ZIP 02101-1234, savings and checking accounts. The 2020 21 form",
    "@handle, a@b, user@localhost, look@ it, 50 000 000 people, 6.022e23, 1 000 000 - 2 000 000",
    "open 0800 1700 hours, room 101, 24/7, 90/60/90, 1/2/3, account since 2019, account 12345, 10-14 days",
    "4111 1111 1111 1112, DE89370400440532013001, 1234 5678 9012 3456, [1][2] EMAIL, 3-5 business days",
]

# In full, however it is spelt.
SPELT = [
    *(
        f"4111{between}1111{between}1111{between}1111"
        for between in ("  ", "\t", "\u2009", "\u3000", "–", " - ", " − ", "/", "_", "\n")
    ),
    "DE89  3704  0044  0532  0130  00",
    "DE89.3704.0044.0532.0130.00",
    "DE89\u20093704\u20090044\u20090532\u20090130\u200900",
    "ＤＥ８９３７０４００４４０５３２０１３０００",
    "+49 (0) 171 / 23 45 678",
    "+49 171  234  5678",
    "alice @ example.com",
    "alice@ example.com",
    "alice at example dot com",
    "alice at gmail.com",
    "alice arroba ejemplo punto es",
    "alice@example。com",
    "alice@example．com",
    "alice﹫example.com",
    "alice&#64;example.com",
    "alice(ät)example.de",
    '"alice b"@example.com',
    "alice!x@example.com",
]
# Told by the words beside it: text before, what is found, text behind.
TOLD = [
    ("card", "4111111111111111", "thanks"),
    ("my IBAN: ", "DE89 3704 0044 0532 0130 01", " is it"),
    ("IBAN", "DE89370400440532013001", ""),
    ("my iban is ", "GB29 NWBK 6016 1331 9268 18", " for this"),
    ("my card ", "4111 1111 1111 1112", " 12/26"),
    ("Karte: ", "4111-1111-1111-1112", ""),
    ("ma carte ", "4111.1111.1111.1112", ""),
    ("tarjeta número ", "4111 1111 1111 1112", ""),
    ("Mastercard: ", "5555 5555 5555 4443", " cvc 123"),
    ("", "4111 1111 1111 1112", " is my card"),
    ("tel ", "0171\u2009234\u20095678", ""),
    ("call\t", "0171\t2345678", ""),
    ("tel ", "0171_234_5678", ""),
    ("tel: ", "0171\n2345678", ""),
    ("tel:\n", "171 2345678", ""),
    ("https://wa.me/", "491712345678", ""),
    ("tel:", "491712345678", ""),
    ("", "0171 2345678", " (1)"),
    ("1) ", "0171 2345678", ""),
    ("you reach us under ", "30123456", ""),
    ("get me at ", "118273645", ""),
    ("", "4085551234", ", call me"),
]
NOT_TOLD = [
    "order for phone holder 118273645",
    "please call me about 118273645",
    "118273645 call me",
    "portable charger 12345678",
    "cell battery 12345678",
    "signal 1234567",
    "customer account 123456, loyalty account 123456, shop account 123456",
    "Your card was charged for order 1234567890123456. SIM card 8949012345678901234",
    "It arrived at this point in time; sign in at gmail.com, buy at amazon.com, look at https://a.example",
    "2024\t2025\t2026\n1000\t2000\t3000\n12/2024 10/2025 2026/11/23",
]
HOSTILE = [
    "1  ", "1/", "1_", "1\t\n", "1(", "(1) ", "DE89 ", "iban DE89 A1 ", "card 4111 ", "a at ", "a at b dot ",
    "a@b dot ", '"@', "tel 0171\n23", "about the ", "0171 / 5551234 / ", "a(at)b(dot)",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PERSONAL.items())
def test_what_reaches_or_bills_a_person_is_found(text: str, expected: list[str]) -> None:
    assert [text[one.start : one.end] for one in find(text)] == expected


@pytest.mark.parametrize(
    ("before", "said", "behind"), [*(("Please help. ", said, " thanks") for said in SPELT), *TOLD]
)
def test_a_spelling_that_people_read_is_found_in_full(before: str, said: str, behind: str) -> None:
    text = f"{before}{said}{behind}"
    assert [text[one.start : one.end] for one in find(text)] == [said]


@pytest.mark.parametrize(
    "said", ["4111 1111 1111 1111", "alice@example.com", "+1 415 555 0123", "4085551234"]
)
def test_what_is_cut_leaves_no_piece_of_what_was_found(said: str) -> None:
    text = f"I wrote: {said} is my mobile, if that is what you ask for"
    for longest in range(len(text) + 1):
        left = cut(text, longest)
        whole = [left[one.start : one.end] for one in find(left)] == [said]
        assert text.startswith(left) and len(left) <= longest
        assert whole or left == text[: min(longest, len("I wrote: "))]


@pytest.mark.parametrize("text", [*OTHER, *NOT_TOLD])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert [text[one.start : one.end] for one in find(text)] == []


def test_a_text_made_to_take_long_takes_no_longer_than_its_length() -> None:
    plain = _seconds("The form is sent to the office, which answers it within ten days. " * 120)
    for piece in (
        "12 345 67 89, ",
        "a@",
        "1 ",
        "DE89",
        "account is ",
        "a.",
        "+1 (",
        "0171 5551234 ",
        *HOSTILE,
    ):
        assert _seconds(piece * (8_000 // len(piece))) < 100 * plain + 5, piece


def _seconds(text: str) -> float:
    return seconds(lambda: find(text), tries=1)  # the second time, it is remembered
