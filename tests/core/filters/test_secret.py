"""Secrets, and what only stands for one."""

from __future__ import annotations

import pytest

from vaultskillet.core.filters.secret import SecretFilter
from vaultskillet.core.filters.secret_values import entropy, holds_credentials

RANDOM = "aZ3kQ9xLm2Vb" + "7NcR5tYwP0sD"
KEY_LINES = "MIIEpAIBAAKCAQEA7Zx3kQ9xLm2Vb7NcR5tYw" * 2


def found_in(text: str) -> list[str]:
    return [text[f.start : f.end] for f in SecretFilter().find(text)]


@pytest.mark.parametrize(
    ("before", "secret", "after"),
    [
        ("api_key = ", RANDOM, ""),
        ("**Password:** `", "S3cr3t99", "`"),
        ("the wifi password is ", "Blue-Otter-77", "."),
        ("use ", "Blue-Otter-77", " as the password"),
        ("https://", "app:S3cr3tPw", "@db.example.com/x"),
        ("curl -u ", "bob:s3cr3tPw", " https://example.com"),
        ("?key=", RANDOM, "&x=1"),
        ("WIFI:S:home;T:WPA;P:", "corr3cthorse", ";;"),
        ("machine a.b login bob password ", "S3cr3t99", ""),
        ("| Host | Password |\n|---|---|\n| a | ", "S3cr3t99", " |"),
        ("https://", RANDOM, "@sentry.example.com/1"),
        ("my pin is ", "4821", ""),
        ("Recovery codes: ", "8f3k2-9d1m4", ""),
    ],
)
def test_a_secret_is_found_by_its_place_or_name(before: str, secret: str, after: str) -> None:
    assert set(found_in(before + secret + after)) == {secret}


@pytest.mark.parametrize(
    ("prefix", "rest"),
    [
        ("xoxd-", RANDOM),
        ("nsec1", "qpzry9x8gf2tvdw0s3jn54khce6mua7l" + "qpzry9x8gf2tvdw0s3jn54khce"),
        ("syt_", "YW5uYQ_KzqPWmvTLcXhRdYsNbGj_4kZ9xQ"),
        ("lip_", RANDOM[:20]),
        ("pk_", "48213377_ABCDEFGH23456789JKLMNPQR7654STUV"),
        ("live_", RANDOM + "k4Wz8q"),
        ("FlyV1 fm2_", RANDOM * 4),
        ("sha256~", (RANDOM * 2)[:43]),
        ("tk_", "4k9z2mq7x1w8v5t3r6p0n2b4c8d1f"),
        ("pa-", (RANDOM * 2)[:43]),
        ("AKLT", RANDOM * 2),
        ("ck_", "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"),
    ],
)
def test_a_secret_is_found_by_its_shape(prefix: str, rest: str) -> None:
    assert prefix + rest in found_in(f"x {prefix}{rest} y")


@pytest.mark.parametrize("separator", ["\n", "\\n", "\n> "])
def test_a_private_key_is_found_whole(separator: str) -> None:
    key = separator.join(
        ["-----BEGIN PRIVATE " + "KEY-----", KEY_LINES, "-----END PRIVATE KEY-----"]
    )
    assert max(found_in(f"x {key} y"), key=len) == key


def test_a_private_key_without_its_end_is_found_to_its_last_line() -> None:
    key = "-----BEGIN PRIVATE " + f"KEY-----\n{KEY_LINES}\n{KEY_LINES}\n"
    assert found_in(f"{key}\nTHE END of the story.")[0].strip() == key.strip()


def test_a_putty_key_is_found_whole() -> None:
    key = f"PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 1\n{KEY_LINES}\nPrivate-MAC: 0a1b"
    assert found_in(f"{key}\nText") == [key]


@pytest.mark.parametrize(
    "text",
    [
        "API_KEY=YOUR_API_KEY",
        "API_KEY=${API_KEY}",
        "token: <token>",
        "Password: required",
        "max_tokens: 4096",
        "password = input('x')",
        "sha256: " + "ab12" * 16,
        "id: 3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "-----BEGIN PUBLIC KEY-----\n" + KEY_LINES + "\n-----END PUBLIC KEY-----",
        "-----BEGIN PRIVATE " + "KEY-----\n...\n-----END PRIVATE KEY-----",
        "![x](data:image/png;base64," + RANDOM * 20 + ")",
        "PuTTY-User-Key-File- is how such a file begins",
        "PIN code 560001",
        "token: abc~def^ghi",
        "token: Gartenh\u00e4uschen2",
        "api_key: abcdefghijkmnopqrst",
        "postgres://user:password@localhost/db",
    ],
)
def test_what_only_stands_for_a_secret_is_left(text: str) -> None:
    assert found_in(text) == []


def test_entropy_is_in_bits_a_character() -> None:
    assert entropy("") == 0
    assert entropy("aaaa") == 0
    assert entropy("abcd") == 2


@pytest.mark.parametrize(
    ("encoded", "is_so"),
    [("Ym9iOnB3MTIz", True), ("Ym9i", False), ("not base64!!", False), ("//////////8=", False)],
)
def test_credentials_are_told_from_other_base64(encoded: str, is_so: bool) -> None:  # noqa: FBT001 - a table's column
    assert holds_credentials(encoded) is is_so


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("| DB_PASSWORD | `h8Kd!x2pQ` |", "h8Kd!x2pQ"),
        ("machine a.b login bob password eo=NdffMo2Rt7RF", "eo=NdffMo2Rt7RF"),
        ("2FA seed GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQ"),
        ("Authenticator key: gezd gnbv gy3t qojq", "gezd gnbv gy3t qojq"),
        ("password:: h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("password: |\n  h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("- name: DB_PASSWORD\n  value: h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("define('DB_PASSWORD', 'h8Kd!x2pQ');", "h8Kd!x2pQ"),
        ('password: str = "h8Kd!x2pQ"', "h8Kd!x2pQ"),
        ('<string name="password">h8Kd!x2pQ</string>', "h8Kd!x2pQ"),
        ("Server=db;Password=h8Kd!x2pQ;Encrypt=true", "h8Kd!x2pQ"),
        ('set_password("h8Kd!x2pQ")', "h8Kd!x2pQ"),
        ('client.auth_token("Xk29fLq84vTz71mWc3RbY6nH")', "Xk29fLq84vTz71mWc3RbY6nH"),
        ("wifi password **blauerHund77**", "blauerHund77"),
        ("WPA2 key: 48210-99371-20394", "48210-99371-20394"),
        ("smbclient //nas/x -U ann%h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("door code: 1983#", "1983#"),
        ('var dbPassword string = "h8Kd!x2pQ"', "h8Kd!x2pQ"),
        ('gh secret set DB_PASSWORD --body "h8Kd!x2pQ"', "h8Kd!x2pQ"),
        ('requests.get(url, auth=("ann", "h8Kd!x2pQ"))', "h8Kd!x2pQ"),
        ("openssl enc -aes-256-cbc -k h8Kd!x2pQ -in x", "h8Kd!x2pQ"),
        ("Kodeord: h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("> [!danger] Root password\n> h8Kdx2pQ7r", "h8Kdx2pQ7r"),
        ("Root password\n```\nh8Kdx2pQ7r\n```", "h8Kdx2pQ7r"),
        ("SET PASSWORD FOR 'ann'@'%' = 'h8Kd!x2pQ';", "h8Kd!x2pQ"),
        ("root:h8Kdx2pQ@tcp(127.0.0.1:3306)/db", "h8Kdx2pQ"),
        ("jdbc:oracle:thin:ann/h8Kdx2pQ@//db:1521/x", "h8Kdx2pQ"),
        ("echo h8Kd!x2pQ | sudo -S ls", "h8Kd!x2pQ"),
        ("**Auth token** n854rTRopyg54Zq9", "n854rTRopyg54Zq9"),
        ("export DB_PASSWORD=$'h8Kd!x2pQ'", "h8Kd!x2pQ"),
        ("rotate AUTH_TOKEN (`Ds7wYN9CaI8e4Zq9`)", "Ds7wYN9CaI8e4Zq9"),
        ('vercel env add DB_PASSWORD <<< "h8Kd!x2pQ"', "h8Kd!x2pQ"),
        ("### API token\n051a6e87bcdcd5180fa4e8c55b8fb1e3\n", "051a6e87bcdcd5180fa4e8c55b8fb1e3"),
        ("**API key**: `051a6e87bcdcd5180fa4e8c55b8fb1e3`", "051a6e87bcdcd5180fa4e8c55b8fb1e3"),
        ("MAPS_KEY=272b3f3679af10f5e1f9ae144f51d67c", "272b3f3679af10f5e1f9ae144f51d67c"),
        ("Password.....: h8Kdx2pQ7r", "h8Kdx2pQ7r"),
        ('$pw = ConvertTo-SecureString "h8Kd!x2pQ" -AsPlainText', "h8Kd!x2pQ"),
        ('<setting name="Password"><value>h8Kd!x2pQ</value>', "h8Kd!x2pQ"),
        ("data:\n  password: RGtzSjdOZDROI0pIVXE=", "RGtzSjdOZDROI0pIVXE="),
        ("PW hotel wifi = Granite359NMtF", "Granite359NMtF"),
        ("PW Maple-Copper-2514 is good until Friday", "Maple-Copper-2514"),
        ("wifi pass atlas2300GB", "atlas2300GB"),
        ("h8Kdx2pQ7r is the wifi password", "h8Kdx2pQ7r"),
        ("パスワードはh8Kd!x2pQです。", "h8Kd!x2pQ"),
        ("Ο κωδικός είναι h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("पासवर्ड है h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("salasana on h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("A wifi jelszava: h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("提取码：h8Kd", "h8Kd"),
        ("账号admin密码h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("username admin password 0 h8Kdx2pQ7r", "h8Kdx2pQ7r"),
        ("INSERT INTO t (name, password) VALUES ('ann', 'h8Kd!x2pQ');", "h8Kd!x2pQ"),
        ("Cookie: lang=de; sid=aZ3kQ9xLm2Vb7NcR5tYw", "aZ3kQ9xLm2Vb7NcR5tYw"),
        ("2FA-Schlüssel: j3kq 7xlm 2vbn cr5t", "j3kq 7xlm 2vbn cr5t"),
        ("TOTP seed: JBSWY3DPEHPK3PXPJBSW", "JBSWY3DPEHPK3PXPJBSW"),
        ("snmp community: h8Kdx2pQ7r", "h8Kdx2pQ7r"),
        ("http --auth ann:h8Kdx2pQ7r GET example.org", "ann:h8Kdx2pQ7r"),
        ("pw changed from h8Kdx2pQ7r to Maple-Copper-2514", "h8Kdx2pQ7r"),
        ("pw changed from h8Kdx2pQ7r to Maple-Copper-2514", "Maple-Copper-2514"),
        ("Passwords: h8Kdx2pQ7r, Maple-Copper-2514", "Maple-Copper-2514"),
        ("SIM PIN 4821, PUK 48213377", "48213377"),
        ("暗証番号は4821です", "4821"),
        ("Digicode : 23A45", "23A45"),
        ('{"name":"API_KEY","value":"Xk29fLq84vTz71mW"}', "Xk29fLq84vTz71mW"),
        ("what's the wifi password?\nh8Kd!x2pQ", "h8Kd!x2pQ"),
        ("Password\n: h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("Password ⇒ h8Kd!x2pQ", "h8Kd!x2pQ"),
        ("<tr><td>Password</td><td>h8Kdx2pQ7r</td></tr>", "h8Kdx2pQ7r"),
        ("<key>Password</key>\n<string>h8Kdx2pQ7r</string>", "h8Kdx2pQ7r"),
        ('client.password("Maple-Copper-2514")', "Maple-Copper-2514"),
        ('new NetworkCredential("ann", "h8Kdx2pQ7r")', "h8Kdx2pQ7r"),
        ("user/password: ann / Maple-Copper-2514", "Maple-Copper-2514"),
        ("New password: h8Kd!x2pQ (old: Maple-Copper-2514)", "Maple-Copper-2514"),
        ("passwords:\n  - h8Kd!x2pQ\n  - Maple-Copper-2514", "Maple-Copper-2514"),
        ("bindpw h8Kdx2pQ7r", "h8Kdx2pQ7r"),
        ("Ich habe das Kennwort auf Brisa-Girafe-00 geändert", "Brisa-Girafe-00"),
        ("my password used to be Sisu5546 until March", "Sisu5546"),
        ("le mot de passe est « ember-willow-juniper-88 », à changer", "ember-willow-juniper-88"),
        ("ipmitool -U ann -P h8Kdx2pQ7r power", "h8Kdx2pQ7r"),
        ("Session-Cookie: aZ3kQ9xLm2Vb7NcR5tYw", "aZ3kQ9xLm2Vb7NcR5tYw"),
        ("WLAN: 1234 5678 9012 3456 7890", "1234 5678 9012 3456 7890"),
        ("application password: a1B2 c3D4 e5F6 g7H8 i9J1 k2L3", "a1B2 c3D4 e5F6 g7H8 i9J1 k2L3"),
        ("\U0001f511 h8Kd!x2pQ", "h8Kd!x2pQ"),
        (
            "https://x.example.org/webhook/3f2504e0-4f89-41d3-9a0c-0305e82c3301",
            "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        ),
        ("The password for the server is J24G3AodgSvBdI.", "J24G3AodgSvBdI"),
        ("пароль от почты SUZOj9lsMCe0b1qX", "SUZOj9lsMCe0b1qX"),
        ("machine a.b login ann password eo=NdffMo+2Rt7RF", "eo=NdffMo+2Rt7RF"),
        ("s3_secret: pPCKYyxNccMi", "pPCKYyxNccMi"),
        ("2FA seed WHIQKFUHOYJKM674S7KC", "WHIQKFUHOYJKM674S7KC"),
        ("código de la puerta: 4821", "4821"),
        ("| Site | Password |\n|---|---|\n| nas | Kanel22zimt* |", "Kanel22zimt*"),
        ("| Site | Password |\n|---|---|\n| nas | **Kanel22zimt!** |", "Kanel22zimt!"),
        ("login/pw: guest2 / Quokka.5176", "Quokka.5176"),
        ("wifi şifresi Tundr@89", "Tundr@89"),
        ("ID pi PW Kanelpomelo12*", "Kanelpomelo12*"),
        ("**pw Kanel!pomelo12**", "Kanel!pomelo12"),
        ("ann@example.org / hujmyq-6Dipda-cuxrix", "hujmyq-6Dipda-cuxrix"),
        ("temp pw 9syde7-4z0e07-wnyv96", "9syde7-4z0e07-wnyv96"),
        ("VPN secret: Zimt_6480", "Zimt_6480"),
        (
            "x?a=1&pass_ticket=8eUWK5OGe1DcdlDse9/NOlf8G0Z7BgtWY",
            "8eUWK5OGe1DcdlDse9/NOlf8G0Z7BgtWY",
        ),
        ("palavra-passe: Sisugirafe70*", "Sisugirafe70*"),
        ("password set to marblekestrel84; to be changed", "marblekestrel84"),
        ("Password for the zip Tundr@89", "Tundr@89"),
        ("New password for the booking system, Brisa7702, tell nobody", "Brisa7702"),
        ("rsync password file holds `Otter#Falke867`", "Otter#Falke867"),
    ],
)
def test_a_secret_is_found_in_every_layout(text: str, secret: str) -> None:
    assert secret in found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "| password | varchar(255) |",
        "| api_key | text |",
        "check_password('user1')",
        "get_secret(name)",
        "password_reset_token_expires_in: 3600",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "the password is not stored",
        "password reset-email-template-12 goes to review",
        "$pw = ConvertTo-SecureString $env:PW -AsPlainText",
        "密码是8位以上",
        "wifi pass windows10pro is sold out",
        "Cookie: _ga=GA1.2.1234567890.1612345678; theme=dark",
        "INSERT INTO t (name, password) VALUES (?, ?);",
        "password changed from local to LDAP2",
        "enable password 7 characters long",
        "otp: this code will come soon",
        "test_thisIsALongCamelCaseTestName2X",
        "Forgot your password?\nClick here",
        "<td>Password</td><td>required</td>",
        "https://docs.example.com/webhooks/getting-started-with-webhooks",
        "password manager: KeePassXC-2.7 or another",
        "the password is in Keepass2Android",
        "Passwort auf Seite 12 geändert",
        "WLAN: 1234 machines",
        "Session-Cookie: wird-nach-30-Minuten-geloescht",
        '{"name":"API_KEY","value":"${KEY}"}',
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/app-Ab12Cd",
        "AccountSid: AC" + "0f" * 16,
        "2FA DOCUMENTATION",
        "arn:aws:secretsmanager:eu-west-1:1:secret:prod/site-tapKJ6",
        "AccountSid: AC5d8b71af7581066a25f2b0c25930246e",
        "pass a signal ($\\text{E}=\\text{I}^\\text{2}\\text{Rt}$)",
        "bibtex_key: Giglietto2022-b30e8b4e",
        "[Token Co.](https://tokens.example.org/)",
        "[https://a.example](https://a.example/@someone/x-1)",
        "Исключение - ~={orange}COUNT(*)=~",
        "El **ejemplo clave**: GPT-4o",
        "mots-clés: Torf4417, palavra-chave: Turfa4417",
        "pass `dispatchEvent` around",
        "wpa_key_mgmt=WPA-PSK\nwpa_pairwise=TKIP",
        "secret = CapSecret::try_from(bytes.into_vec())",
        "the tool reads the token: C:\\Users\\ann\\AppData\\Local",
        "EMAIL_HOST_PASSWORD=\nDEFAULT_FROM_EMAIL=me",
        "Add it as a secret (`SLACK_PR_WEBHOOK_URL`)",
        "measured in token spend: $500-$1,000/day",
        "an MDP with $E[X] = 1 / \\lambda^2$",
        "password for the fileserver01",
        "Passwort für annawachter84, gesperrt",
        "password protected: Report4471",
        "password list for Sommer2024",
        "MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48",
        "accessToken: CognitoAccessToken",
        "WENN passwort = gespeichertesPasswort:",
        "cat /etc/passwd\n\nroot:x:0:0:root:/root:/bin/bash",
        "Sec-WebSocket-Key: L8FCtL3MW18gHd/ccRWOPQ==",
        "erc20 token 0x742d35Cc6634C0532925a3b844Bc454e4438f44e",
    ],
)
def test_what_only_stands_like_a_secret_is_left(text: str) -> None:
    assert found_in(text) == []
