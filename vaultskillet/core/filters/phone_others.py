"""What people call the numbers that are no phone numbers, language by language."""

from __future__ import annotations

import re
from functools import lru_cache

from vaultskillet.core.filters.literals import fold, words

# Beginnings of words, in the languages of the notes seen; they tell from two words away too.
_OTHERS = words(
    "isbn issn doi order invoice ticket tracking iban bic account acct konto ref referenc id"
    " ids sku serial version build zip plz postcode postal vat ust siret siren nif cif ssn"
    " passport card visa mastercard case rfc issue commit chapter page pages lat lon lng coord"
    " gps price total amount sum population year date dated seed port timestamp epoch unix hash"
    " size bytes model part item upc ean gtin asin imei imsi iccid mac ip policy booking flight"
    " customer bestell rechnung kunden auftrag artikel steuer vertrag commande facture client"
    " dossier pedido factura cliente expediente ordine fattura encomenda fatura bestelling"
    " factuur zamówieni faktura заказ счет счёт инн огрн артикул договор nummernschild checksum"
    " uid guid uuid pid gid pmid arxiv patent batch lot parcel shipment receipt transaction txn"
    " payment quantity qty count score steps views users downloads revenue budget euro usd eur"
    " gbp chf sek version release isin wkn swift routing sort cusip cas ec article section line"
    " lines row sample pin otp code codes barcode matricul matrícula licen kennzeichen"
    " aktenzeichen az hrb npi ein tin abn acn ruc rut cuit cnpj cpf rg dni nie nip regon pesel"
    " krs ico ičo dič oib pib siege cmnd seguimiento fiscal rodné zákazník comanda factură pesanan"
    " đơn vận فاتورة ऑर्डर आधार"
)
# The same, as whole words: a contractor has a phone.
_WHOLE = words(
    "contract contrat contrato contratto kontrakt avtal umowa smlouva sözleşme agreement abonnement"
    " inventory asset serie série seri заявка тикет полис polizza póliza apólice kassenzeichen"
    " verwendungszweck referenz referência riferimento référence requisition consignment awb"
    " waybill container zählerstand licznik sayaç targa vin chassis wertpapier darlehen mortgage"
    " claim pnr locator passcode lote šarže svnr ahv cpr hetu cnp egn снилс паспорт passeport"
    " pasaporte passaporto paszport kimlik aadhaar gst nin bvn"
)
# The same, but people have phones in their affairs too: only right before a number, and only
# if no word before them speaks of a phone ("Tel. contract office 030 ...").
_AFFAIRS = words(
    "permit warranty membership file record locker catalog"
    " confirmation voucher coupon frequent flyer medicare certificate"
    " lease microchip subscriber docket tender quote estimate remittance utr payroll badge rma"
    " incident pallet shelf specimen accession sheet scan negative"
    " plate edition opus firmware bios software kernel sensor probe trial experiment protocol"
    " dataset transfer cheque raffle bib engine frame meter oclc lccn nct duns"
    " nhs railcard mpan mprn tenancy plot consumer folio challan roll grade"
    " warrant statute survey census bench hymn"
    " vorgang mitgliedsn matrikel zähler gerät seriennr inventar signatur akte buchung ausweis"
    " gläubiger mandat lieferschein sendung paket gutschein charge beleg bescheid"
    " antrag projekt project lagerplatz fahrgestell sparbuch flurstück grundbuch urkunde probe"
    " messstelle rezept schließfach schliessfach geschäftszahl zählpunkt policen abo"
    " parzelle baugesuch tgb losnr fall regal"
    " adhérent adherent sécu allocataire suivi colis réf compte"
    " permis cadastre parcelle compteur pdl prm carte billet bordereau"
    " devis quittance reçu rum agrément casier immatriculation cotisant"
    " socio poliza siniestro albarán resguardo localizador abonado contador cups"
    " tarjeta carné trámite colegiado envío presupuesto finca parcela registro legajo"
    " tessera pratica preventivo rif matricola pod pdr contatore"
    " fiscale spedizione lotto protocollo prot ricevuta particella mappale collo utenza"
    " kenmerk referentie meternr kenteken bsn zending perceel rekening zaak lidn klantn"
    " ärende ocr referens försäkring kort paket kolli mätare diarienr fastighet"
    " avtale sak ordre bestilling kid referanse polise forsikring pakke måler gnr saksn"
    " aftale sag matrikel cvr"
    " asiakasn jäsenn sopimus tilaus lasku viite vakuutus sarjan kortti lähetys mittari"
    " kiinteistö tunnus opiskelijan"
    " umow sprawy legitymac indeks przesyłk paczk działk kw zgłoszeni wnios"
    " reklamacj seryjny klienta"
    " smlouv objednávk spis pojistk zásilk symbol vs elektroměr průkaz rodné parcel účet"
    " reklamac žádost zákaznické členské sériové"
    " ügyfélsz szerződés rendelés számla ügysz kötvény mérőóra gyári adósz taj csomag"
    " tagsági helyrajzi gyári azonosító"
    " серия карта карты карточки посылк трек накладн счётчик счетчик участок"
    " дела дело квитанц обращени билет чек пропуск табельный заявки заявлени лицевой зачётк"
    " договір договору замовлення рахунк рахунок поліс картка картки накладна ттн лічильник"
    " справа"
    " лист"
    " müşteri sipariş poliçe abone dosya üyelik üye takip tapu parsel öğrenci"
    " sicil tc hesap kart başvuru"
    " protocolo boleto rastreio inscrição cartão conta hidrômetro medidor processo"
    " chamado cadastro cpe cui utente sócio recibo artigo"
    " συμβολαίου συμβόλαιο πελάτη παραγγελία τιμολόγιο αφμ αμκα μετρητή πρωτοκ πρωτ φάκελος"
    " λογαριασμός κάρτα σειριακός"
    " הזמנה חוזה פוליסה תיק חשבון לקוח זהות מונה אסמכתא"
    " العميل الطلب العقد الحساب العضوية البوليصة الفاتورة الشحنة الحجز الملف العداد البطاقة"
    " القومي السفر المعاملة"
)
# These have phones themselves, or lines of their own, unless "number" stands behind them.
_NUMBERED = words(
    "pass member student patient employee staff crew supplier vendor insurance group claim"
    " application job lab kit registration race title consent grant unit deposit loan refund"
    " check change delivery entry test chip call prescription rx reg dealer asset slide print"
    " device run bug"
    " mitglied kd pers vers art schaden police los spende depot kasse"
    " polis бронь заявка посилка абонент bokning varaus rezervace"
    " étudiant abonné sinistre résa réservation avoir conto prenotazione sinistro reserva agência"
    " medlem boeking reservering pas foglalási"
)
_UNSPACED = (
    "订单", "訂單", "快递", "单号", "編號", "编号", "身份证", "注文", "伝票", "会員", "주문",
    "송장", "계좌", "사업자", "账号", "帳號", "口座", "邮编", "郵便", "学号", "价格", "条形码",
    "型号", "护照", "车牌", "证件", "银行卡", "客户号", "会员号", "会员卡", "合同", "保单",
    "运单", "工号", "户号", "表号", "流水号", "发票", "序列号", "档案", "案号", "预约号",
    "就诊卡", "车架号", "条码", "会員證", "合約", "發票", "保單", "顧客番号", "お客様番号",
    "契約番号", "予約番号", "受付番号", "合わせ番号", "合せ番号", "証券番号", "管理番号",
    "整理番号", "製造番号", "品番", "登録番号", "免許証", "学籍番号", "社員番号", "診察券",
    "追跡番号", "型番", "マイナンバー", "検針", "고객번호", "회원번호", "예약번호", "접수번호",
    "계약번호", "증권번호", "운송장", "관리번호", "등록번호", "사원번호", "학번", "제품번호",
    "일련번호", "문서번호", "사건번호", "차대번호", "면허번호", "보험번호", "수험번호",
    "카드번호", "품번",
)  # fmt: skip
_SHORT_CHARS = 4
_SHORT_AFFAIR_CHARS = 5
"""Up to here a word has to stand whole: "id" begins "idea", "serie" begins no name."""
_NUMBER_ENDS = (
    "nummer", "nummern", "number", "numbers", "nummeret", "numret", "numero", "numeron",
    "nr", "nro", "szám", "száma",
)  # fmt: skip
_NUMBER_WORD = re.compile(r"n(?:o|r|um[eé]?r[oa]?|úmero|ummer|umber)|номер|číslo|szám[a]?")
_OTHER_SHORT = frozenset(word for word in _OTHERS if len(word) <= _SHORT_CHARS)
_OTHER_STEMS = tuple(_OTHERS - _OTHER_SHORT)
_OTHER_EXACT = _OTHER_SHORT | _WHOLE
_AFFAIR_EXACT = frozenset(word for word in _AFFAIRS if len(word) <= _SHORT_AFFAIR_CHARS)
_AFFAIR_STEMS = tuple(_AFFAIRS - _AFFAIR_EXACT)
# "614 731 5226 is the order number": what a number is called behind it.
_CALLED_AFTER = re.compile(
    r"[\"'`*)\]]{0,3}(?:,? (?:is|was|ist|war|als|as|est|es|è|é|jest|to|är|er|on|comme|como|come)"
    r"(?: (?:the|my|our|your|his|her|its|a|die|der|das|meine|unsere|ihre|le|la|ma|notre|el|mi|il"
    r"|o|a|het|de|mijn|mitt|min|det))?[ ](?:l['’])?| ?\((?:the )?)"
    r"(?P<words>[^\W\d_]+(?:[ '’-][^\W\d_]+){0,3})"
)
_PHONES = (
    "phone", "tel", "mobil", "cell", "fax", "handy", "móvil", "whats", "hot", "help", "servic",
    "support", "contact", "kontakt", "emergency", "notfall", "urgenc", "office", "line",
)  # fmt: skip
# The head of an IBAN in blocks of four, in front of its last ones.
_IBAN_BEFORE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d\d(?: [A-Z0-9]{4}){1,6} \Z")
_IBAN_CHARS = 36
# "Privatnummer", "kontaktnr": whose number it is, not what of.
_REACHING = (
    "privat", "büro", "kontakt", "notfall", "notruf", "geschäfts", "dienst", "arbeits", "werk",
    "thuis", "nood", "hem", "jobb", "arbets", "kontor", "nød", "fax", "fest", "rückruf", "zentral",
    "hotline", "service", "support", "whats", "sms", "nöd", "larm", "vakt", "direkt", "durchwahl",
)  # fmt: skip


def is_other_number(word: str) -> bool:
    """Tell whether a word says what a number is that is no phone number."""
    if word in _OTHER_EXACT or word.startswith(_OTHER_STEMS):
        return True
    return not word.isascii() and any(other in word for other in _UNSPACED)


@lru_cache(maxsize=4096)
def is_affair(word: str, *, is_numbered: bool) -> bool:
    """Tell whether a word right before a number says what it numbers: a contract, a parcel.

    Args:
        word: in lower case.
        is_numbered: whether "number" or its like stands between, as in "member no. 12".
    """
    if is_numbered and word in _NUMBERED:
        return True
    return word in _AFFAIR_EXACT or word.startswith(_AFFAIR_STEMS)


def is_called_other(after: str) -> bool:
    """Tell whether what stands behind a number says what it is, and that it is no phone's."""
    called = _CALLED_AFTER.match(after)
    if called is None:
        return False
    named = re.findall(r"[^\W\d_]+", fold(called["words"]))
    is_numbered = any(map(_NUMBER_WORD.fullmatch, named))
    return not any(word.startswith(_PHONES) for word in named) and any(
        is_compound_number(word)
        or (is_numbered and (is_other_number(word) or is_affair(word, is_numbered=True)))
        for word in named
    )


def is_end_of_iban(before: str) -> bool:
    """Tell whether the blocks of an IBAN stand right before a number."""
    return _IBAN_BEFORE.search(before[-_IBAN_CHARS:]) is not None


def is_compound_number(word: str) -> bool:
    """Tell `Mitgliedsnummer` or `saksnr`: a word made of a thing and "number"."""
    end = next((end for end in _NUMBER_ENDS if word.endswith(end) and word != end), None)
    return end is not None and not word.startswith(_REACHING)
