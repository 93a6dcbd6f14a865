"""Redaction takes time in proportion to the text, whatever the text."""

from __future__ import annotations

import time

import pytest

from vaultskillet.core.redact import redact

SMALL, LARGE = 3_000, 24_000
SLACK = 3.0  # a quadratic step would show as a factor of 8 on top of the 8 for the size
FLOOR_S = 0.02  # below this the clock and the caches say more than the text

HOSTILE = [
    "a.a.a.", "@a.", "a@a.", "a_", "%40a.", '"a"@', " at a dot ", "a dot a at ", "jane (at) ",
    "1 ", "12-", "+1 ", "1234567890", "030 1234567 ", "tel: 030 ", "/ ", "(", "\u0661",
    "password ", "password: ", "password=a", "password for the x ", "pass phrase one two three ",
    "<password>", "key=", 'key: "', "api key x ", "secret is ", "login: ", "\u0130password: ",
    "://a:b", "://a:b@", "https://", "?key=", "Basic ", "token+token ", " -p x", "curl -u a:",
    "-----BEGIN RSA PRIVATE KEY-----", "BEGIN ",
    "PuTTY-User-Key-File-", "eyJaaaaaaaaaaa-", "sk-a1-",
    "v1-", "xoxb-", "ghp_", "A1b2C3d4E5-", ":22:", "otpauth://", "WIFI:S:", "seed phrase: word ",
    "password,", 'password ,"', "| password | a |", "api key ", "secret\n", "password {default=",
    "x: str = ", "password: str=", "password value: ", "password (a) ", "password a b c d e ",
    "my number is ", "number number ", "call me ", "contact: ", " /user:a ", " -U a%", "echo a:b|",
    "combo ", "app password: abcd ", "password? ", "a1b2 (password) ", "key:\n```\n", "MMM.",
    "1:", "1/", ":AA", "-12345678-12345678", "+1+1", "(1)(1)", "1 / 1", "\U0001f4de", "Q~",
    "JQQJ99", ".atlasv1.", "-us", "https://a:b@c/", "_at_", "a -at- b -dot- ", "a-at-",
    "a@b(dot)", "-dot-",
    'auth("a", ', "login(", "password --body ", "AZDO", "(+", "tel 1.1",
    "password\n>", "password\n```", "a:b@tcp(", "thin:a/b", "T: ", "a/b@", "echo a | sudo -s ",
    "password,x\n", "a,b\n\n", "a\tb\n", "ssh -a a@b.de ", "ssh ", "<a@b.de> ", "{a,a}@b.de",
    "{a,", "a AT b.de ", "(at", "1\\", "1 1:1", "%2B1", "nr is 0", "Ab 01", "\u200b@",
    "a@b.de / aB1!", "user a\nb\n", "wifi a ", "\u2192 ", "2fa ", "mum 0", "1 (A", "arn:a:",
    "set the a to ", "try ", '"at" ', "\u827e\u7279",
    "-----BEGIN PRIVATE KEY-----\nMII", "BEGIN PRIVATE KEY ", "[PHONE_1] 1", "AAAA", "access-",
    "recovery codes: a1b2 ", "|-|\n", "password|x\n-|-|\n", "[EMAIL_1]", "[SECRET_1", "\n", " ",
    "a!", "a#A1$b", "log in with ", "type ", "admin / ", "set it to ", "password..", "root, use ",
    "cookie=a;", "cookie: a=b;", "(a) values (", "otp: abcd ", "password a1B, ",
    "pw from a1b2c3 to ", "@a.b A1!", "hooks.a/a/", "password</a><b>", "a/password: a/",
    "password?\n", "\U0001f511",
    "wifi a: ", "wlan", "log in as a with a1 ", "changed it to a1 ", "mit a1 kommt man ",
    "is now a1 ", ": a / a1 ", "wifi at a, a1 ", "credentials\n", "arn:a:", "urn:a:token:",
]  # fmt: skip


def seconds(text: str) -> float:
    start = time.process_time()
    redact(text)
    return max(time.process_time() - start, FLOOR_S)


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(piece: str) -> None:
    small = seconds((piece * SMALL)[:SMALL])
    large = seconds((piece * LARGE)[:LARGE])
    assert large / small <= LARGE / SMALL * SLACK
