"""E-mail addresses, and what only looks like one."""

from __future__ import annotations

import pytest

from vaultskillet.core.filters.email import EmailFilter


def found_in(text: str) -> list[str]:
    return [text[f.start : f.end] for f in EmailFilter().find(text)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Write to jane.doe+news@mail.example.co.uk.", "jane.doe+news@mail.example.co.uk"),
        ("[x](mailto:jane@example.org?subject=hi)", "jane@example.org"),
        ("**jane@example.org**", "jane@example.org"),
        ('"john doe"@example.com', '"john doe"@example.com'),
        ("m\u00fcller@b\u00fccher.de", "m\u00fcller@b\u00fccher.de"),
        ("\u8bf7\u8054\u7cfbjane@example.com\u8c22\u8c22", "jane@example.com"),
        ("?email=jane%40example.org&x=1", "jane%40example.org"),
        ("jane@example.org.Please write", "jane@example.org"),
        ("jane at example dot org", "jane at example dot org"),
        ("jane [at] example [dot] org", "jane [at] example [dot] org"),
        ("jane@ex\u00e4mple.com\u8c22\u8c22", "jane@ex\u00e4mple.com"),
        ("email: jane at example.org", "jane at example.org"),
        ("jane-at-example-dot-org", "jane-at-example-dot-org"),
        ("jane@example(dot)org", "jane@example(dot)org"),
        ("name/surname@example.com", "name/surname@example.com"),
        ("jane&commat;example.org", "jane&commat;example.org"),
        ("imap://jane%40example.org@mail.example.org", "jane%40example.org"),
        ("jane@\u200bexample.org", "jane@\u200bexample.org"),
        ("jane@[192.0.2.7]", "jane@[192.0.2.7]"),
        ("{jane,john}@cs.example.edu", "{jane,john}@cs.example.edu"),
        ("jane@example.com05/12", "jane@example.com"),
        ("meine jane@example.de-Adresse", "jane@example.de"),
        ("jane@example.comTel: 030", "jane@example.com"),
        ("--jane@example.com--", "jane@example.com"),
        ("my connection to jane@example.com", "jane@example.com"),
        ("![[jane@example.org.eml]]", "jane@example.org"),
        ("jane@example.org # work", "jane@example.org"),
        ("For ssh access write to jane@example.org", "jane@example.org"),
        ("git push fails, ask jane@example.org", "jane@example.org"),
        ("References: jane@example.org", "jane@example.org"),
        ("you can email jane at example.org", "jane at example.org"),
        ("jane AT example.org", "jane AT example.org"),
        ('jane "at" example "dot" org', 'jane "at" example "dot" org'),
        ("jane@example dot org", "jane@example dot org"),
        ("jane&#64;example&#46;org", "jane&#64;example&#46;org"),
        ("jane -at- example -dot- org", "jane -at- example -dot- org"),
        ("jane (et) example (nokta) com", "jane (et) example (nokta) com"),
        ("jane\u2606at\u2606example.jp", "jane\u2606at\u2606example.jp"),
        ("jane собака example крапка ua", "jane собака example крапка ua"),
        ("jane a còng example chấm vn", "jane a còng example chấm vn"),
        ("jane majmun example točka hr", "jane majmun example točka hr"),
        ("jane (at) example (titik) id", "jane (at) example (titik) id"),
        ("jane*at*example*dot*org", "jane*at*example*dot*org"),
        ("jane (kukac) example.hu", "jane (kukac) example.hu"),
        ("reach the curator: jane at example.net", "jane at example.net"),
        ("Maintainer: Jane, jane.rowe at example.net", "jane.rowe at example.net"),
        ("my address for the list is jane at example.net, yes", "jane at example.net"),
        (
            "jane\uff08\u30a2\u30c3\u30c8\uff09example.jp",
            "jane\uff08\u30a2\u30c3\u30c8\uff09example.jp",
        ),
        ("jane\u827e\u7279example\u70b9com", "jane\u827e\u7279example\u70b9com"),
    ],
)
def test_an_address_is_found_whole_and_alone(text: str, address: str) -> None:
    assert found_in(text) == [address]


def test_addresses_may_touch_one_another() -> None:
    text = "jane@example.com&john@example.org;jim@example.net"
    assert found_in(text) == ["jane@example.com", "john@example.org", "jim@example.net"]


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:octo/spoon.git",
        "ssh deploy@web.example.com",
        "root@srv.example.com:~# ls",
        "@jane@mastodon.social",
        "@babel/core@7.1.2",
        "icon@2x.png",
        "https://bob@example.com/x",
        "$USER@example.com",
        "Message-ID: <1.2.abc@mail.example.com>",
        "see more at example.org",
        "x" * 90 + "@example.com",
        "jane.@example.com",
        "jane@Foo.Quux",
        "ssh -p 22 -i ~/.ssh/key jane@web.example.com",
        "ssh to jane@web.example.com",
        "ssh login is root@web.example.com",
        "rsync -a notes jane@web.example.com:backup",
        "ProxyJump jane@web.example.com",
        "jane@web.example.com $ ls",
        "References: <1.a@mail.example.com> <2.b@mail.example.com>",
        "{user}@example.com",
        "mail is at example.com",
        "my email address is down at example.com",
        "More contact info: look at example.com",
        "index.html at example.com, package.json at example.org",
        "my.notes at example.com, user_name at example.com",
        "Jeanne (et) jean.fr",
        "root@web.example.com's password:",
        "[root@web.example.com log]# tail x",
        "Connection to root@web.example.com closed",
        "%(name)s@example.com",
        "I was at example dot com",
    ],
)
def test_what_only_looks_like_an_address_is_left(text: str) -> None:
    assert found_in(text) == []
