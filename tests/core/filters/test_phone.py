"""Phone numbers, and other numbers."""

from __future__ import annotations

import phonenumbers
import pytest

from vaultskillet.core.filters.phone import PhoneFilter


def found_in(text: str, *regions: str) -> list[str]:
    return [text[f.start : f.end] for f in PhoneFilter(regions).find(text)]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_international_form_of_every_country_is_found(region: str) -> None:
    example = phonenumbers.example_number(region)
    assert example is not None
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    assert found_in(f"Ring {number} now") == [number]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Tel.: 030/901820", "030/901820"),
        ("\u96fb\u8a71 \uff10\uff13\uff0d\uff11\uff12\uff13\uff14\uff0d\uff15\uff16\uff17\uff18",
         "\uff10\uff13\uff0d\uff11\uff12\uff13\uff14\uff0d\uff15\uff16\uff17\uff18"),
        ("Phone: (555)\u00a0123\u20114567", "(555)\u00a0123\u20114567"),
        ("+1-201-555-0123 ext. 45", "+1-201-555-0123 ext. 45"),
        ("[x](tel:+12015550123)", "+12015550123"),
        ("https://wa.me/4915123456789", "4915123456789"),
        ("0044 20 7946 0958", "0044 20 7946 0958"),
        ("phones:\n  - 020 7946 0958", "020 7946 0958"),
        ("| Name | Phone |\n|---|---|\n| A | 555 1234 |", "555 1234"),
        ("(212) 555-0123", "(212) 555-0123"),
        ("fax qqq 0171 2345678", "0171 2345678"),
        ("+800 1234 5678", "+800 1234 5678"),
        ("+1 (555) 123-4567", "+1 (555) 123-4567"),
        ("Anna: (+48) 12 345 85 27", "(+48) 12 345 85 27"),
        ("Anna (+49 (0)30 901820)", "+49 (0)30 901820"),
        ("call me at 00254 712 128899", "00254 712 128899"),
        ("tel:+1-201-555-0123;ext=27", "+1-201-555-0123;ext=27"),
        ("Phone: 0712.129666", "0712.129666"),
        ("Tél. : 27.12.98.19", "27.12.98.19"),
        ("ring til mig på 32 12 98 43", "32 12 98 43"),
        ("- T: 085 012 0462", "085 012 0462"),
        ("Tél. bureau : 27-12-89-10", "27-12-89-10"),
        ("nummeret mitt er 40 61 50 74", "40 61 50 74"),
        ("Kontakt: 02.212.343.36", "02.212.343.36"),
        ("numărul meu este 0712038166", "0712038166"),
        ("Puhelinnro: 041.2347507", "041.2347507"),
        ("Name,Phone,City\nAnna,030 1234567,Berlin", "030 1234567"),
        ("Telefonisch unter 0664.129916", "0664.129916"),
        ("llámame al 011 15-2345-4564", "011 15-2345-4564"),
        ("appelez-moi au 27 12 95 48", "27 12 95 48"),
        ('{"homePhone": "07400123456"}', "07400123456"),
        ("callto:015112345678", "015112345678"),
        ("+1 617-973-7171 (24 h)", "+1 617-973-7171"),
        ("Tel. 030 901820 (8\u201312)", "030 901820"),
        ("M\u00f3vil de la abuela 612569360", "612569360"),
        ("Tel: \\(212\\) 555-0123", "\\(212\\) 555-0123"),
        ("tel=%2B4930901820", "%2B4930901820"),
        ("(0049) 30 901820", "(0049) 30 901820"),
        ("011 44 20 7946 0958", "011 44 20 7946 0958"),
        ("dentist 415-555-0195 8:30 Tuesday", "415-555-0195"),
        ("tlf nr 40615074", "40615074"),
        ("kom. 512 345 678", "512 345 678"),
        ("die Nummer von Anna ist 015112345678", "015112345678"),
        ("neue Nummer: 015112345678", "015112345678"),
        ("Tel 044 668 18 00 G", "044 668 18 00"),
        ("Anna hat jetzt 015112345678", "015112345678"),
        ("Dr. Sato 010-2000-4411", "010-2000-4411"),
        ("Fontanero 612 34 56 78", "612 34 56 78"),
        ("She left 8 (912) 345-34-54", "8 (912) 345-34-54"),
        ("Ali usta: 0 532 555 44 33", "0 532 555 44 33"),
        ("070-123 64 57", "070-123 64 57"),
        ("vecina 612345678", "612345678"),
        ("r\u00f6rmokaren 070-1237294", "070-1237294"),
        ("\u8bf7\u62e8\u6253+86 132 0715 4252\u3002", "+86 132 0715 4252"),
        ("Tel 030 901820,jane@example.org", "030 901820"),
        ("Tel:030 901820Fax: none", "030 901820"),
        ("jane@example.org, 015112345678", "015112345678"),
        ("| Name | Contact |\n|---|---|\n| Anna | 08132260924 |", "08132260924"),
        ("im Notfall 0171 5554433", "0171 5554433"),
        ("missed: 07517971666", "07517971666"),
        ("the plumber, Sam: 01632 960123", "01632 960123"),
        ("loodgieter 0612345678", "0612345678"),
        ("(212) 555-0142 (Anna, mornings)", "(212) 555-0142"),
        ("612 34 56 78 (Pepe)", "612 34 56 78"),
        ("请拨打+1 919-746-0257预约", "+1 919-746-0257"),
        ("tømrer 32 89 99 96", "32 89 99 96"),
        ("κλειδαράς 21 2705 7873", "21 2705 7873"),
        ("Tlm. 928-804-251", "928-804-251"),
        ("Fon: 030144351", "030144351"),
        ("Tel. office 2345-6789", "2345-6789"),
        ("Tel. permit office 718-555-0142", "718-555-0142"),
        ("mobilnummeret er 40 61 50 74", "40 61 50 74"),
        ("Privatnummer 0171 2345678", "0171 2345678"),
        ("Anna est chez elle\n- Rosa 0612345678", "0612345678"),
    ],
)  # fmt: skip
def test_a_number_is_found_whole_and_alone(text: str, number: str) -> None:
    assert found_in(text) == [number]


def test_a_list_behind_one_label_is_found_number_by_number() -> None:
    for gap in (" / ", "\t/\t"):
        text = f"Tel: 030 123456{gap}0171 2345678"
        assert found_in(text) == ["030 123456", "0171 2345678"]


@pytest.mark.parametrize(
    "text",
    [
        "ISBN 978-3-16-148410-0",
        "2024-01-15 10:30",
        "DE89 3704 0044 0532 0130 00",
        "52.520008, 13.404954",
        "192.168.100.200",
        "123e4567-e89b-12d3-a456-426614174000",
        "Order 212-555-0123",
        "version 1.2.3.4567",
        "\u6ce8\u6587\u756a\u53f7 090-1234-5678",
        "Phone order no. 12345678",
        "Contract: 839-403-3484 (signed)",
        "Tel\u00e9fono roto, pedido 612569360",
        "battery cell (18650)",
        "+999 12 34 56 78",
        "fax qqq 00999 1234 567",
        "CEP 47911-259",
        "phone 12.7654321",
        "telephone server 10.20.30.40",
        "27-12-89-10",
        "T: 20.5 P: 101325123",
        "Kundennummer: 0151 12345678",
        "P. IVA 07429917897",
        "/01716482846/",
        "1\\2\\3\\4\\5\\6\\7\\8",
        "headphone 12345678",
        "call id: 44616913",
        "seguimiento: 646 359 3613",
        "rodn\u00e9 \u010d\u00edslo 082 8834413",
        "doctor of 2019-2020",
        "Rosa 0612345678",
        "12 345 6789 (total)",
        "client: 123456789",
        "Psalm 119 12 34 56",
        "Anna 120 80 80 60",
        "permit 718-758-1272",
        "ski pass no. 0047-2211-9981",
        '{"type":"text","x":-85,"y":8.09758317961558}',
        "\\text{Gauss-Seidel:} & 2.3999997 & 1.1999969",
        '<text x="170.60575" y="58.45">',
        "\u4e3a\u4ec0\u4e48\u4e0d\u7ed9\u6211\u6253\u7535\u8bdd\uff1f^36-602-758",
        "<td>60 00 1A 01 00 00 00 00</td>",
        "the text `1001101`",
        "Signal Processing, 2012, pp. 5149\u20135152",
        "Loop 3: 3(0.6)+12(0.15)-6(0.6)= 0",
        "member no. (718) 758-1272",
        "n° de permis 06 12 34 56 78",
        "saksnr 0171 2345678",
        "\uace0\uac1d\ubc88\ud638 010-1983-2523",
        "student number 07400 123456",
        "\u00fcye no: 0532 123 45 67",
        "Rekening NL89 INGB 0861 8740 70 t.n.v. Jansen",
        "614 731 5226 is the order number",
        "614-731-5226 (order number)",
        "614 731 5226 ist die Kundennummer",
        "614 731 5226 est le num\u00e9ro de commande",
        "- wide boards \u2013 300 24 18 12",
        "The meeting is on Monday.\n\nLucy Smith 612345978",
        "La reuni\u00f3n es el lunes con los vecinos de la casa.\n\nMadrid 612 345 000",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "\U0001f4de 555-0142",
        "contact no. 9876543210",
        "mi n\u00famero es 654 321 987",
        "Notfallnummer: 0171 5554433",
        "\u05d4\u05d8\u05dc\u05e4\u05d5\u05df: 054-123-4567",
        "Telef\u00f3nica support line: 1-877-555-0199",
        "Plumber: Liam, 087 123 9876 (mobile)",
        "Giulia 340 1234567",
        "Tel. - 912 345 678",
        "- olive man \u2014 691 54 79 14",
        "La reuni\u00f3n es el lunes con los vecinos de la casa.\n\nLuc\u00eda 612345978",
        "Zebranie jest w poniedzia\u0142ek i nie ma go w domu.\n\nMarek 507 692 748",
        "zahradn\u00edk 606 610 683",
        "614-731-5226 (order hotline)",
        "614 731 5226 is my new number",
        "614 731 5226 is the customer service number",
    ],
)
def test_phrases_and_signs_announce_a_number_too(text: str) -> None:
    assert len(found_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["NHS number 943 476 5919", "the fax machine sold 12 345 678 units", "Oslo 709 037"],
)
def test_a_number_of_something_else_is_none(text: str) -> None:
    assert found_in(text) == []
