"""Passwords that no name announces."""

from __future__ import annotations

import pytest

from vaultskillet.core.filters.secret import SecretFilter


def found_in(text: str) -> list[str]:
    return [text[f.start : f.end] for f in SecretFilter().find(text)]


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ("logged in with ", "Maple-Copper-2514", " this time"),
        ("zaloguj się ", "hqv862ZC$jag", ""),
        ("Ann set it to ", "Z6FG0LmJm#qJh1", " after the reset"),
        ("Ich habe es auf ", "hbUgoqHhY1lBkCf", " geändert"),
        ("when it asks, type ", "ember_386?Lantern", " and hit enter"),
        ("entra con admin y ", "falcon_790!Ridge", ""),
        ("guest / ", "Ember-Copper-1830", " works on the projector"),
        ("ssh in as pi, use ", "Harbor93$z", ""),
        ("зайти под админом, там ", "FX6hbQDiD!HmvJ", ""),
        ("the panel downstairs: ", "ytw287KO!uqc", ", then star"),
        ("Log in as ann with ", "4yjlh!qumcZq#Rj", ""),
        ("I set the router to ", "mA8%ssLpA2UhZuNw2", " after the reset"),
        ("I use ", "Orbit574$Lryml", " for my bank login"),
        ("Wi-Fi at the cabin: SkiHut / ", "powder-Day-24", ""),
        ("WLAN im Ferienhaus: ", "41Walnut_soleil", ""),
        ("ann@example.org / ", "14Velvet_chaise", ""),
        ("ann@example.org ", "Rock!velve5089", ""),
        ("Einloggen als lea mit ", "Kirsche4417", "."),
        ("use deploy and ", "Kestrel_82molen", " for the scanner"),
        ("logged in (radio/", "papayakestrel09", ") and reset it"),
        ("La cambié a ", "Tundr@89", " el martes"),
        ("Bytte till ", "Brisa7702", " igår"),
        ("Mit ", "Girafe!12kanel", " kommt man ins Intranet"),
        ("改成", "V0lc@n85", "了"),
        ("The scans are zipped, open them with ", "quarry5512", "."),
        ("Ins Intranet kommst du mit ", "Maple-Copper-25", " rein"),
        ("the network is barn, and you type ", "quarry5512", " to get on."),
        ("loguję się jako serwis, ", "Ic8K-5ZJW-9pUY", "."),
        ("the disk passphrase turned out to be ", "maple-copper-slate-27", " after all"),
        ("La contraseña del router quedó como ", "XS9K-b4xM-tzg6", "."),
        ("*log in as lea with ", "Kirsche4417", "*"),
        ("log in as lea with ", "Kirsche!4417*", ""),
        ("nu är det ", "Quokka#31marble", ""),
        ("NAS: kiosk / ", "Ostrov!90sisu", ""),
        ("wifi at mum's: ", "quokkakirsche24", ", ask for the cake"),
        ("Guest network mill-guest / ", "Sauna_40pomelo", ""),
        ("Zugangsdaten Portal\nann_w\n", "ZhvR&X-0fL-CPA", ""),
    ],
)
def test_what_is_done_with_a_password_gives_it_away(before: str, secret: str, after: str) -> None:
    assert set(found_in(before + secret + after)) == {secret}


@pytest.mark.parametrize(
    "text",
    [
        "Set it to High-Quality-1080 in the dialog",
        "I changed it to v2.14.3-rc1",
        "export type NotePropsV2 = {",
        "list(type)[0].asFile().properties.icon",
        "admin/Config-Panel-12 is a route",
        "As admin, use Settings-Panel-V2",
        "tippe Strg+Alt+F2",
        "Thanks to RzLnx88#1569 for the report",
        "wow!Great2day and yes!No1Cares",
        "`$Foo1$Bar2` and Sheet1!C3",
        "The guest: Anna-Lena-Schmidt-1987",
        "try Windows-Server-2022 instead",
        "Wifi: 802.11ac, 2.4GHz",
        "a1!",
        "Log in as admin with OAuth2, or with Chrome120",
        "NAS: media / Season02, Netflix: Dark / S02E05",
        "Bytte till Volvo240 igår",
        "the model is now `text-embedding-ada-002`",
        "Wifi: FritzBox7590",
        "**git clone git@gitlab.com:acme/bmyj3.git**",
        "Mit Linie12 kommt man ins Zentrum",
        "mit der Bahn kommst du auf Gleis1204 an",
        "open it with Affinity2, open them in Blender4.2",
        "The password turned out to be wrong, 2024 was the year",
    ],
)
def test_names_of_things_are_left(text: str) -> None:
    assert found_in(text) == []
