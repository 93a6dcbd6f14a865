"""Passwords beside what they open."""

from __future__ import annotations

import pytest

from vaultskillet.core.filters.secret import SecretFilter


def found_in(text: str) -> list[str]:
    return [text[f.start : f.end] for f in SecretFilter().find(text)]


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ("jane@example.org / ", "Harbor-Neige-44", ""),
        ("Spotify: jane@example.org ", "falcon_790!Ridge", ""),
        ("jane@example.org:", "Rock!velve5089", "\n"),
        ("- jane@example.org\n- ", "Z6FG0LmJm#qJh1", "\n- next"),
        ("| jane@example.org | ", "27Rocket_sailor", " |"),
        ("Wifi im Ferienhaus: ", "VelvetPerro#23", "."),
        ("acc\u00e8s wifi : ", "Falc!tulip3347", ""),
        ("Netflix \u2192 ", "Copper-Sailor-19", ""),
        ("Zugangsdaten Steuerportal\njane_w\n", "Qu+N-Ptle3SI3", ""),
        ("user jane\n", "Cw_efQIr#*gj5hl", ""),
        ("log in as Jane with ", "Maple-Copper-2514", ""),
        ("I set the router to ", "Z6FG0LmJm#qJh1", " again"),
        ("for the NAS we use ", "im4dxguW6VQfurVl", ""),
        ("- SSID: barn\n- WPA2: ", "Maple-Copper-2514", ""),
        ("WPA-PSK: `", "VelvetPerro#23", "`"),
    ],
)
def test_what_a_password_opens_gives_it_away(before: str, secret: str, after: str) -> None:
    assert set(found_in(before + secret + after)) == {secret}


@pytest.mark.parametrize(
    "text",
    [
        "jane@example.org / B\u00fcro-2024",
        "jane@example.org, Zimmer-1204",
        "jane@example.org\nhttps://example.org/a1B2c3D4",
        "jane@example.org | 2024-05-01",
        "amqp://mq@example.org:5672/%2f",
        "WLAN: FRITZ!Box-7590",
        "wifi: Cafe_Guest_5G",
        "Plan \u2192 Phase-2-Q3",
        "user anna\nBerlin-2024",
        "WPA2: AES-CCMP-128",
        "price_1rII2U4vOU7SABLbiqHAkH5V \u2192 prod_cxsfzmjIGcIc3H",
        "we use K8s-v1.29.1",
        "try Win11-Pro-23H2",
        "log in as Anna with Safari",
    ],
)
def test_what_else_stands_there_is_left(text: str) -> None:
    assert found_in(text) == []
