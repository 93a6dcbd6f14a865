"""Passwords in lines about things that have one."""

from __future__ import annotations

import pytest

from vaultskillet.core.filters.secret import SecretFilter


def found_in(text: str) -> list[str]:
    return [text[f.start : f.end] for f in SecretFilter().find(text)]


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ("POS terminal asks every morning: ", "DWtECFORl3Fn", ""),
        ("They handed me a slip with ", "uBE98oFAXT4l0", " on it for the lab computer"),
        ("Zoom room needs ", "Merlin&Schatz1227", " to join"),
        ("Kassenrechner: ", "4526Rosso!Fjord", " (nicht weitersagen)"),
        ("on a remis ", "Bella.1316.Zidane", " sur la box"),
        ("el ordenador de la tienda pide ", "Oliver1978!", ""),
        ("nätverket i stugan heter Tall, ", "pelikan728dragon", ""),
        ("сеть в гостинице Сосна, ", "M2Dfc1Epe", ""),
        ("レジのパソコンは ", "Zidane&Fluffy2399", ""),
    ],
)
def test_in_a_line_about_a_lock_its_looks_give_a_password_away(
    before: str, secret: str, after: str
) -> None:
    assert set(found_in(before + secret + after)) == {secret}


@pytest.mark.parametrize("gap", range(70, 95))
def test_a_password_that_ends_far_away_is_found_whole_or_not(gap: int) -> None:
    value = "uBE98oFAXT4l0kQ2"
    text = f"the computer {'so ' * (gap // 3)}{'x' * (gap % 3)} {value} it said"
    assert found_in(text) in ([], [value])


@pytest.mark.parametrize(
    "text",
    [
        "POS terminal asks every morning: Ingenico3500",
        "Back office PC: Dell, OptiPlex7090",
        "Zoom room needs Logitech920 to join",
        "el ordenador de la tienda pide Windows11",
        "network Casa Azul, Planta2",
        "account id: 9YsIURbeHaSYy3QM",
        "serial of the laptop: C02x4Kq9ZhV2",
        "server fix in repo#1234 and Repo.Name#991",
        "router docs: https://example.org/a1B2c3D4e5F6",
        "computer file IMG_2024aB3dE.png",
        "network mask 255.255.255.0 and 2001:db8::ff00:42:8329",
        "Pelikan&Fjord1227 is a shop",
        "account username xXDarkL0rd99Xx",
        "server i-0a1B2c3D4e5F6 is in eu-west-1",
        "spotify:track:4uLU6hMCjMI75M1A2tKUQC",
        "wifi: Vodafone-A1B2C3",
        "router model RT-AC68U, firmware 3.0.0.4.386_51668",
        "ordinateur: Core i5-1235U, 16Go",
    ],
)
def test_names_of_things_in_such_a_line_are_left(text: str) -> None:
    assert found_in(text) == []
