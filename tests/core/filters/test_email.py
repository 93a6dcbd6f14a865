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
    ],
)
def test_an_address_is_found_whole_and_alone(text: str, address: str) -> None:
    assert found_in(text) == [address]


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
    ],
)
def test_what_only_looks_like_an_address_is_left(text: str) -> None:
    assert found_in(text) == []
