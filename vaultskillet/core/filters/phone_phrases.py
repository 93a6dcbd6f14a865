"""Phrases and signs that announce a phone number where no single word does: "her number is"."""

from __future__ import annotations

import re

from vaultskillet.core.filters.literals import Sieve

_OWNERS = (
    r"my|your|his|her|our|their|[^\W\d_]{2,20}['’]s|contact|emergency|home|work|office|private"
    r"|personal|direct|new|old|(?:mein|dein|sein|ihr|unser|eur|neu|alt|privat|dienstlich)(?:e|er)?"
    r"|mon|ton|son|notre|votre|leur|nouveau"
    r"|mi|tu|su|nuestro|mio|tuo|suo|meu|teu|seu|nosso|mijn|jouw|zijn|haar|ons|uw"
    r"|mój|twój|jego|jej|nasz|moje|tvoje|jeho|její|můj|mitt?|min|ditt|din|hans|hennes|hendes"
    r"|minun|hänen|az"
    r"|мой|твой|его|её|ее|наш|ваш|новый|мій|її|моят|мојот|мој"
)
_NUMBERS = (
    r"numbers?|no|num|nr|nummer|numer|numéro|numero|número|núm|n[°º]|číslo|numara|számom?|numeroni"
    r"|номер|broj|broi|număr"
)
_WHOLE = (
    r"(?:not(?:fall|ruf)|kontakt|rückruf|service|dienst|privat|büro|praxis|kunden?dienst"
    r"|bereitschafts)-?nummer"
    r"|nummeret (?:mitt|ditt|hans|hennes|deres|vårt)|số của (?:tôi|anh|chị|em|mình|bạn)|رقمي"
    r"|(?:ο )?αριθμός (?:μου|σου|του|της|μας)|(?:我|他|她)的号码是?"
    r"|(?:제|내) 번호는?|a számom"
    r"|numărul (?:meu|tău|lui|ei|nostru)|(?:ה)?מספר שלי|nomor (?:saya|aku|dia|kami)"
    r"|(?:私|僕|俺|彼|彼女|うち)の番号は?|(?:beni|bizi) ara(?:yın)?"
    r"|hív(?:jon|ja|j)(?: fel)? az?|т(?=\.)|kom(?=\.)|h\.p|cp no|رقم(?:ه|ها|ك)"
    r"|číslo na [^\W\d_]{2,16}"
    r"|noodnummer|numaram|numarası|numaramız|puhelinnumeroni|numeroni"
    r"|(?:num[eé]ro|número|num|no|nr|номер|numer|nummer)\.?"
    r" (?:(?:de|di|do|da|para|per|till?|för|для) (?:contacto?|contatto|contato|emergencias?"
    r"|emergência|emergenza|urgences?|urgencias|guardia|связи)|d['’]urgence|alarmowy|kontaktowy)"
    r"|(?:contact|emergency|kontakt|notfall)[- ](?:number|no|nr|details|info|nummer)"
    r"|(?:reach|ring|phone|text|call|get hold of|contact)"
    r" (?!(?:ids?|logs?|stacks?|signs?|buffers?|sizes?|types?|codes?|counts?|duration|ref)\b)"
    r"(?:me|us|him|her|them|[^\W\d_]{2,16})"
    r"|(?:ring|rufe?n?|ruf) (?:mich|uns|ihn|sie)(?: an| zurück)?"
    r"|(?:num[eé]ro|número|numer|nummer(?:et)?|numret|number|номер) "
    r"(?:(?:of|de|di|do|da|van|von|til|till|для|for) )?"
    r"(?-i:[A-ZÀ-ÞА-Я])[^\W\d_]{1,20}"
    r"(?=[ \"'`*_)]{0,4}(?:[:：=–—-]|(?<= )(?:is|ist|es|è|é|est|er|är|to)\b))"
    r"|num[eé]ro vert|numero verde|número gratuito|free ?phone|toll[- ]?free|service clients?"
    r"|kunden(?:service|dienst)|customer service|servicio al cliente|assistenza|infoline|sos"
    r"|(?:main|conference|booking|business|support|help|info|service|crisis|order|customer"
    r"|direct|phone|hot)[ -]?line"
    r"|in (?:an|case of) emergency|im notfall|in caso di emergenza|w razie (?:czego|potrzeby)"
    r"|urgenc(?:es?|ias)|emergencias?|emergenze|notdienst|spoed|guardia|réservations?"
    r"|reservations?|secrétariat|accueil|sekretariat"
)
_LABELS = (
    r"(?:home|work|office|missed|verpasst|reception|bookings?|enquiries|customer support"
    r"|fijo|centralita|recepci[oó]n|reservas|atención al cliente|recepcja|rejestracja|faks|recepce"
    r"|infolink[ay]|pevná linka|thuis|werk|vast|klantenservice|receptie|06-nummer|ring|fix|urgențe"
    r"|recepție|επικοινωνία|בית|משרד|חירום|מוקד|ליצירת קשר|للتواصل|للاتصال|تليفون|الطوارئ"
    r"|خدمة العملاء|أرضي)|emergency contact|notfallkontakt|kontakt|contact|contacto|contatto"
    r"|contato|контакты?|連絡先|联系人?|聯絡|liên hệ|hubungi|kontak|[iİ]letişim|संपर्क|ติดต่อ|연락"
    r"|kapcsolat|kontaktai|kontakti|yhteystiedot|front desk|port\.|fixe|fisso|fixo|vaste lijn|sel"
    r"|vast nummer|ligne fixe|linea fissa|línea fija|h\.p\.?"
)
_PHRASE = re.compile(
    rf"(?<!\w)(?:(?:(?:{_OWNERS}) (?:[^\W\d_]{{2,12}} )?(?:{_NUMBERS})|{_WHOLE})\.?"
    r"[ \"'`*_)]{0,4}(?:[:：=–—-]|(?<= )(?:is|at|on|under|ist|lautet|unter|auf|est|es|è|é|jest"
    r"|to|är|er|op|sur|al|em|là|είναι|je|este|הוא|adalah)(?!\w))?(?: (?:le|el|o|il))?"
    rf"|(?:{_LABELS})[ \"'`*_)]{{0,4}}[:：=–—|])[ \"'`*_:(]{{0,4}}\Z",
    re.IGNORECASE,
)
# One of these is in every phrase: a look for them is cheaper than the expression.
_HINTS = Sieve((
    "num", "núm", "no", "nr", "n°", "nº", "číslo", "szám", "номер", "broj", "broi", "număr",
    "contact", "kontakt", "contatto", "contato", "контакт", "連絡", "联系", "聯絡", "call",
    "reach", "ring", "phone", "text", "get hold", "ruf", "toll", "service", "kunden", "servicio",
    "assistenza", "infoline", "sos", "urgenc", "emergen", "notdienst", "spoed", "guardia",
    "home", "work", "office", "missed", "verpasst", "notfall", "razie", "recep", "booking",
    "enquir", "support", "fijo", "centralita",
    "reservas", "atención", "recepc", "rejestr", "faks", "linka", "linky", "thuis", "werk", "vast",
    "fix", "recepție", "επικοινωνία", "בית", "משרד", "חירום", "מוקד", "קשר", "للتواصل", "للاتصال",
    "تليفون", "الطوارئ", "العملاء", "أرضي", "servation", "secrétariat", "accueil",
    "sekretariat", "line", "số", "رقمي", "αριθμός", "号码", "번호", "hubungi",
    "letişim", "numărul", "מספר", "nomor", "番号", "ara", "hív", "т.", "lijn",
    "ligne", "linea", "línea", "h.p", "desk", "port.", "liên hệ", "ติดต่อ", "연락", "संपर्क",
    "kapcsolat", "yhteys", "fiss", "fixo", "kom.", "رقم", "sel:", "nummeret", "numret",
))  # fmt: skip
_SIGN = re.compile(
    r"[\u260e\u260f\u2706\U0001f4de\U0001f4f1\U0001f4f2\U0001f4df\U0001f4e0\U0001f919]\ufe0f?"
    r"[ :*_`]{0,4}(?:[^\W\d_]{2,12}[ :*_`]{1,4})?[(]?\Z"
)
_INITIAL = re.compile(r"(?:\A|[\n|,;/*_>·•-])[ ]?[*_]{0,2}[TMFPHWت][ .]?:[*_]{0,2}[ ]?[*_`]{0,2}\Z")
_SIGN_CHARS = 24
_PHRASE_CHARS = 44


def is_initialled(before: str) -> bool:
    """Tell whether a number stands behind `T:` or `M:`, as on a card."""
    return ":" in before[-6:] and bool(_INITIAL.search(before[-12:]))


def is_announced(before: str) -> bool:
    """Tell whether what stands right before a number calls it a phone number."""
    if not before.isascii() and _SIGN.search(before[-_SIGN_CHARS:]):
        return True
    tail = before[-_PHRASE_CHARS:]
    lowered = tail.lower()
    return _HINTS.holds_any(lowered) and bool(_PHRASE.search(tail))
