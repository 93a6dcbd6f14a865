"""What people write before a phone number, language by language, and before other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from vaultskillet.core.filters.literals import fold, words
from vaultskillet.core.filters.phone_others import (
    is_affair,
    is_compound_number,
    is_other_number,
)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as far as phone numbers go."""

    regions: tuple[str, ...]
    """Where it is spoken, most likely first."""
    cues: str
    """Words that announce a number, lower case, between blanks."""
    common: str
    """Words that tell the language of a note; none where its script does."""


_TONGUES: tuple[Tongue, ...] = (
    Tongue(
        ("US", "GB", "CA", "AU", "IE", "NZ", "ZA", "IN", "SG", "NG", "KE", "PH", "HK", "PK"),
        "phone phones telephone telephones cell cellphone mobile landline call calls dial text"
        " sms txt hotline helpline switchboard reception voicemail pager callback ph callto"
        " facetime fón guthán ffôn",
        "the and of to is with for that this on are from at by",
    ),
    Tongue(
        ("DE", "AT", "CH", "LU", "LI"),
        "telefon telefonnummer telefonnr tel handy handynummer handynr mobil mobilnummer"
        " mobiltelefon mobilfunk festnetz rufnummer durchwahl anruf anrufen anrufe ruf rufen"
        " rufe erreichbar telefonisch rückruf zentrale fernsprecher festnetznummer notruf"
        " telefax faxnummer angerufen natel fon",
        "der die das und ist nicht mit ein eine auf für von zu den im bei",
    ),
    Tongue(
        ("FR", "BE", "CH", "CA", "LU", "MA", "TN", "DZ", "SN", "CI"),
        "téléphone telephone tél portable mobile appeler appelez appelle appel rappeler"
        " rappelez rappel joindre"
        " joignable télécopie contactez appelé",
        "le la les et des est une pour dans que avec sur du au",
    ),
    Tongue(
        ("ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "UY", "CR", "GT", "BO", "PY", "DO"),
        "teléfono telefono teléfonos tel tfno tfn tlf telf móvil movil celular cel llamar llama"
        " contactar llámame llame llamada llamó fono telèfon mòbil",
        "el la los de que y en un una con para por es del",
    ),
    Tongue(
        ("IT", "CH", "SM"),
        "telefono cellulare cell chiamare chiama chiamami richiamare contattare recapito"
        " telefonico",
        "il lo la di che e un una per con non del della sono",
    ),
    Tongue(
        ("BR", "PT", "AO", "MZ"),
        "telefone telefones tel celular telemóvel telemovel fone ligar ligue liga ligação telefonar"
        " zap tlm"
        " telefònic",
        "o os de que e um uma com para não do da em no",
    ),
    Tongue(
        ("NL", "BE", "SR"),
        "telefoon telefoonnummer tel mobiel mobiele gsm bellen bel belt terugbellen bereikbaar"
        " belde gebeld",
        "de het een en van is dat op te met voor niet zijn",
    ),
    Tongue(
        ("PL",),
        "telefon telefonu tel komórka komórkowy zadzwoń zadzwonić oddzwonić dzwonić dzwoń"
        " infolinia",
        "i w na z do nie się jest to że dla przez",
    ),
    Tongue(
        ("CZ", "SK"),
        "telefon telefón tel mobil mobilní mobilný volejte zavolejte volajte",
        "a v na s je se to že do pro pri sa",
    ),
    Tongue(
        ("SE", "FI"),
        "telefon telefonnummer tel mobil mobilnummer mobiltelefon växel tfn ring ringa",
        "och att det är en som på för med av inte till",
    ),
    Tongue(
        ("NO", "DK"),
        "telefon telefonnummer tlf mobil mobilnummer mobiltelefon ring ringe sentralbord",
        "og at det er en som på for med av ikke til",
    ),
    Tongue(
        ("FI",),
        "puhelin puhelinnumero puh matkapuhelin kännykkä faksi gsm soita soittaa vaihde",
        "ja on ei se että oli olla mutta kun tai",
    ),
    Tongue(
        ("HU",),
        "telefon telefonszám tel mobil mobiltelefon hívja hívj hívjon hívás vezetékes",
        "a az és hogy nem is egy van ez meg",
    ),
    Tongue(
        ("RO", "MD"),
        "telefon telefonul tel mobil sunați sună apelați",
        "și de la în cu pe nu este pentru din",
    ),
    Tongue(
        ("TR",),
        "telefon telefonu tel cep gsm sabit faks arayın arayabilirsiniz",
        "ve bir bu için ile de da çok olan",
    ),
    Tongue(
        ("HR", "RS", "BA", "SI", "ME", "MK"),
        "telefon tel mob mobitel mobilni mobilnik nazovite nazovi pozovite pokličite telefonska",
        "i u na je se da za od su in na za",
    ),
    Tongue(
        ("LT", "LV", "EE"),
        "telefonas tel mob mobilus"
        " mobilusis tālrunis tālr mobilais telefon mobiil skambinkite zvaniet"
        " helista",
        "ir yra un ja on ning kad ka et",
    ),
    Tongue(
        ("ID", "MY"),
        "telepon telpon telp telefon tel hp handphone ponsel hubungi seluler bimbit",
        "dan yang di untuk dengan ini itu adalah",
    ),
    Tongue(
        ("VN",),
        "thoại đt sđt sdt động gọi",
        "và là của có không cho với được",
    ),
    Tongue(
        ("RU", "UA", "BY", "KZ", "KG", "UZ"),
        "телефон телефоны телефона телефону тел моб мобильный мобильник сотовый звоните звони"
        " позвоните позвони звонил звонила пропущенный набирайте факс телефонуйте мобільний"
        " дзвоніть дзвони ватсап вотсап вайбер",
        "",
    ),
    Tongue(("BG", "RS", "MK"), "телефон тел мобилен моб обадете обади мобилни позовите gsm", ""),
    Tongue(("GR", "CY"), "τηλέφωνο τηλεφωνο τηλ κιν κινητό κινητο σταθερό φαξ καλέστε κάλεσε", ""),
    Tongue(
        ("EG", "SA", "AE", "MA", "IQ", "JO", "DZ", "TN", "KW", "QA", "LB"),
        "هاتف الهاتف تلفون جوال الجوال هاتفي هاتفك هاتفه جوالي"
        " جوالك موبايلي محمول المحمول موبايل موبيل اتصل نقال النقال واتساب واتس فاكس",
        "",
    ),
    Tongue(("IR", "AF", "PK"), "تلفن موبایل همراه تماس فون فیکس فکس دورنگار", ""),
    Tongue(("IL",), "טלפון טל נייד פלאפון סלולרי התקשרו התקשר פקס ווטסאפ להתקשר", ""),
    Tongue(("IN", "NP"), "फ़ोन फोन मोबाइल दूरभाष टेलीफोन कॉल", ""),
    Tongue(("BD", "IN"), "ফোন মোবাইল টেলিফোন ", ""),
    Tongue(("IN", "LK", "SG"), "தொலைபேசி கைபேசி போன் மொபைல்", ""),
    Tongue(
        ("IS",),
        "sími símar símanúmer farsími gsm hringdu",
        "og að er ekki til sem með fyrir það var",
    ),
    Tongue(
        ("AL", "XK"), "telefoni telefonit celulari tel mobili", "dhe në të një për me është nga"
    ),
    Tongue(("AZ",), "telefonu mobil əlaqə nömrəsi", "və bir bu üçün ilə də"),
    Tongue(("KE", "TZ"), "simu rununu ", "na ya wa kwa ni katika"),
    Tongue(("PH",), "telepono selpon tawagan ", "ang ng sa mga na ay"),
    Tongue(("ZA", "NA"), "telefoon selfoon foon skakel", "die en van is nie het vir"),
    Tongue(("MN",), "утас утасны гар", ""),
    Tongue(("UZ", "KZ", "KG"), "telefon raqami ұялы байланыс", ""),
    Tongue(("GE",), "ტელეფონი ტელ მობილური", ""),
    Tongue(("AM",), "հեռախոս հեռ բջջային", ""),
)

# Known in every language.
_SHARED = "tel tél fax telefax gsm whatsapp viber telegram signal phone mobile mob telephone sms wa"

# Scripts that put no blanks between words: the cue is what stands right before the number.
_UNSPACED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("CN", "TW", "HK", "SG"): (
        "电话", "電話", "手机", "手機", "座机", "联系方式", "热线", "熱線", "传真", "傳真",
        "致电", "致電",
        "拨打", "撥打", "行動電話", "微信", "来电", "固话", "专线", "專線", "市話",
    ),
    ("JP",): ("電話", "電話番号", "携帯", "携帯番号", "携帯電話", "連絡先", "ファックス",
        "ファクス", "固定電話",
              "フリーダイヤル", "直通", "内線", "ケータイ", "代表"),
    ("KR",): ("전화", "전화번호", "휴대폰", "핸드폰", "연락처", "휴대전화", "팩스", "대표번호",
        "폰"),
    ("TH",): ("โทร", "โทรศัพท์", "มือถือ", "เบอร์", "เบอร์โทร", "แฟกซ์", "ติดต่อ"),
    ("KH", "LA", "MM"): ("ទូរស័ព្ទ", "ໂທລະສັບ", "ဖုန်း"),
}  # fmt: skip

_SCRIPTS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (re.compile(r"[\u3040-\u30ff]"), ("JP",)),
    (re.compile(r"[\uac00-\ud7af]"), ("KR",)),
    (re.compile(r"[\u4e00-\u9fff]"), ("CN", "TW", "HK", "JP")),
    (re.compile(r"[\u0400-\u04ff]"), ("RU", "UA", "KZ", "BG", "RS")),
    (re.compile(r"[\u0370-\u03ff]{3}"), ("GR", "CY")),
    (re.compile(r"[\u0590-\u05ff]"), ("IL",)),
    (re.compile(r"[\u0600-\u06ff]"), ("EG", "SA", "AE", "IR", "MA")),
    (re.compile(r"[\u0e00-\u0e7f]"), ("TH",)),
    (re.compile(r"[\u0900-\u0d7f]"), ("IN",)),
)

_REGIONS_OF: dict[str, tuple[str, ...]] = dict.fromkeys(_SHARED.split(), ())
for _tongue in _TONGUES:
    for _word in _tongue.cues.split():
        _REGIONS_OF[_word] = (*_REGIONS_OF.get(_word, ()), *_tongue.regions)

_COMMON = tuple(
    (frozenset(tongue.common.split()), tongue.regions) for tongue in _TONGUES if tongue.common
)
_ENDINGS = {cue: regions for regions, cues in _UNSPACED.items() for cue in cues}
_ENDING_CHARS = 12

# Vowel signs and accents, which are no letters to `\w` but stand within words.
_MARKS = (
    r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u0eb1-\u0ecd"
    r"\u1000-\u109f\u1780-\u17ff"
)
_WORD = re.compile(rf"[^\W\d_][^\W\d_{_MARKS}]*(?:[{_MARKS}]+[^\W\d_]*)*")
_NUMBERS = words(
    "number numbers nummer nr nro numéro numero número numer номер αριθμός no n č αρ szám"
)
_MARKUP = frozenset("\\<")
"""Before "text", LaTeX's and SVG's."""
_ABBREVIATING = frozenset(".:°º")
"""What makes "no" a number, and not a denial or "in the"."""
_PHONE_STEMS = (
    "telefon", "telefón", "telephon", "téléphon", "telefoon", "telepon", "телефон", "τηλέφων",
    "τηλεφων", "τηλεφών", "mobitel", "mobilnr", "mobilnum", "handynum", "mobielnum", "mobilszám",
    "telszám", "phonenumber", "mobilenumber",
    "puhelin", "matkapuhel", "cellnumber", "faxnumber", "phoneno", "mobileno", "telnr", "telno",
    "tlfnr", "tlfno", "mobnr", "mobno", "selnr", "selno", "hpno", "mobilephone", "cellphone",
)  # fmt: skip
# Fields of forms and programs: "homePhone", "contact_phone"; no headphone and no microphone.
_PHONE_OF = words(
    "home work office business company contact primary secondary main other customer client user"
    " billing shipping emergency guest owner day daytime evening alt backup direct private"
)
_PHONE_BILLS = ("rechnung", "vertrag", "kosten", "tarif", "konto", "anbieter", "factur", "rekening")
_CONTACTS = words("contact contacts kontakt contacto contatto contato контакт contact(s)")
"""Headings of columns in which people keep numbers, and names without digits."""
_HEBREW_PREFIXES = "הבלמוש"
_NOTE_CHARS = 2000
_WORDS_BETWEEN = 4


@dataclass(frozen=True, slots=True)
class Cue:
    """The word that says what a number is."""

    is_phone: bool
    regions: tuple[str, ...]
    """Where the word is used; empty for a word that is used everywhere."""
    words_between: int
    between: str
    """From the word to the number."""
    is_vague: bool = False
    """Whether only "number of ..." says that it is no phone: so may a person's be called."""


def cue_before(window: str) -> Cue | None:
    """Give the nearest telling word in what stands before a number; None if there is none."""
    lowered = fold(window)
    is_numbered = is_denial = False
    other: Cue | None = None
    found = list(_WORD.finditer(lowered))[-_WORDS_BETWEEN - 1 :]
    for between, word in enumerate(reversed(found)):
        is_markup = word[0] == "text" and lowered[word.start() - 1 : word.start()] in _MARKUP
        kind = None if is_markup else _kind_of(word[0])
        if kind is not None and (kind[0] or other is None):
            is_phone, regions = kind
            return Cue(is_phone, regions, between, lowered[word.end() :])
        if other is None and between == int(is_numbered):
            if is_affair(word[0], is_numbered=is_numbered):
                other = Cue(is_phone=False, regions=(), words_between=between, between="")
            elif is_numbered and not is_denial:
                return Cue(is_phone=False, regions=(), words_between=1, between="", is_vague=True)
        is_numbered = word[0] in _NUMBERS
        is_denial = word[0] == "no" and lowered[word.end() : word.end() + 1] not in _ABBREVIATING
    return other


@lru_cache(maxsize=4096)
def _kind_of(word: str) -> tuple[bool, tuple[str, ...]] | None:
    is_phone = (
        word.startswith(_PHONE_STEMS)
        or word.endswith(("telefon", "telefoon", "handy"))
        or (word.endswith("phone") and word[: -len("phone")] in _PHONE_OF)
    )
    if is_phone and not any(other in word for other in _PHONE_BILLS):
        return True, _REGIONS_OF.get(word, ())
    bare = word[1:] if word[0] in _HEBREW_PREFIXES and word[1:] in _REGIONS_OF else word
    if bare in _REGIONS_OF:
        return True, _REGIONS_OF[bare]
    if is_other_number(word):
        return False, ()
    if not word.isascii() and (unspaced := _unspaced_kind_of(word)):
        return unspaced
    return (False, ()) if is_compound_number(word) else None


def _unspaced_kind_of(word: str) -> tuple[bool, tuple[str, ...]] | None:
    cue = next((cue for cue in _ENDINGS if cue in word[-_ENDING_CHARS:]), None)
    return (True, _ENDINGS[cue]) if cue else None


def is_phone_heading(heading: str) -> bool:
    """Tell whether a column's heading announces phone numbers."""
    cue = cue_before(heading)
    is_contact = heading.strip(" *_").lower() in _CONTACTS
    return is_contact or (cue is not None and cue.is_phone)


def regions_of_note(text: str) -> tuple[str, ...]:
    """Guess from its script and commonest words where a note's phone numbers are from."""
    head = text[:_NOTE_CHARS]
    for script, regions in _SCRIPTS:
        if script.search(head):
            return regions
    spoken = {match[0] for match in _WORD.finditer(head.lower())}
    counted = [(len(common & spoken), regions) for common, regions in _COMMON]
    best, regions = max(counted, key=lambda pair: pair[0])
    return regions if best else ()


def all_regions() -> Iterator[str]:
    """Give every region named here, each once."""
    yield from dict.fromkeys(region for tongue in _TONGUES for region in tongue.regions)
