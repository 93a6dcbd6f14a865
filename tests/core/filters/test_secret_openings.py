"""Passwords in what is said of a lock, a network or an account."""

from __future__ import annotations

import pytest

from vaultskillet.core.filters.secret import SecretFilter


def found_in(text: str) -> list[str]:
    return [text[f.start : f.end] for f in SecretFilter().find(text)]


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ("The zip with the payslips unlocks with ", "Regen_bodega6162", "."),
        ("We unlock the tablet with ", "Nebe1266$vie6", " at the till."),
        ("datorn \u00f6ppnas med ", "KfN0qIweCy", ""),
        ("komputer otwiera si\u0119 na ", "gravel.Falke.023", ""),
        ("On se connecte en tant que mairie avec ", "0omk8zXZvRS1", "."),
        ("Entras como socio con ", "Tulip2024!", "."),
        ("she reset the account to ", "Wiesel4174", ""),
        ("Mum set it back to ", "ZG2BnzcOgk", ", so try that first."),
        ("Use ", "zinc17291", " to get into the scanner."),
        ("It's ", "MarmorPebble2009", " for the guest wifi."),
        ("koden till larmet \u00e4r ", "grav96$ott6", ""),
        ("Jetzt lautet es ", "m0st0083Brezza", "."),
        ("Credentials for the box office: sexton, ", "tulip8986Marmor", ""),
        ("username harbour, then ", "Wiesel_tulip87", ""),
        ("op de laptop van oma typ je ", "marula495Wiesel", ""),
        ("Il wifi del rifugio: ", "p3bbl35052Nebel", ""),
        ("\u5bb6\u306eWi-Fi\u306f ", "Laterne_Hafen3845", " \u3067\u3059"),
        ("\u767b\u5f55\u7528 sexton\uff0c", "Quarz266Hafen", ""),
        ("\u0433\u0430\u0441\u043b\u043e: ", "pebble-marula-54", ""),
        ("The shed opens with ", "Wiesel192*", ""),
    ],
)
def test_what_a_lock_opens_with_is_a_password(before: str, secret: str, after: str) -> None:
    assert set(found_in(before + secret + after)) == {secret}


@pytest.mark.parametrize(
    "text",
    [
        "still MacBookPro2019, nobody bought the new one",
        "moved the repo to gitea-docker-2024",
        "Moved the meeting to 2024-05-12T10:30",
        "The game opens with Sicilian-B90",
        "abre la carpeta con Fotos2023",
        "otwiera na Krakowska12",
        "use Int32Array or Float64Array",
        "type UserProfile2024 = { id: string }",
        "set the printer to A4-Duplex-300",
        "code de la route, article R412-17",
        "the login page uses Bootstrap512",
        "new one is Canon-EOS-5D",
        "He set the router back and it is now OpenWrt-23.05.",
        "PASSWORD=\nTOKEN=\n",
        "**git clone git@example.org:acme/bmyj3.git**",
    ],
)
def test_what_else_opens_or_moves_is_left(text: str) -> None:
    assert found_in(text) == []
