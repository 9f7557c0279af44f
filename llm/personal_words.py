"""How a text is read for numbers: what they are by their form, or by words beside them. Pure."""

import re
import unicodedata
from collections.abc import Iterator


def _read() -> Iterator[tuple[int, str]]:
    """What is a letter, a digit, a blank or a dash in another dress; one character for one."""
    for code in (*range(0x80, 0x3400), *range(0xFB00, 0x10000), *range(0x1D400, 0x1D800)):
        one = chr(code)
        plain, kind = unicodedata.normalize("NFKC", one), unicodedata.category(one)
        dressed = unicodedata.decomposition(one).startswith(("<wide>", "<font>", "<small>", "<circle>"))
        if kind == "Zs" or (kind == "Cf" and plain == one):
            yield code, " "
        elif kind == "Pd" or one in "\u2212\u00ad":
            yield code, "-" if kind != "Cf" else " "
        elif dressed and len(plain) == 1 and plain.isascii() and (plain.isalnum() or plain in "@%+()/_"):
            yield code, plain


PLAIN = {ord("\t"): " ", **dict(_read())}

# As read: all blanks and tabs are one, and all dashes.
BLANK = " "
# Scripts that put no blank between a word and an address.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffef"
LETTER = rf"[^\W_{UNSPACED}]"
# No part of a longer word.
BEGINS, ENDS = rf"(?<![^\W{UNSPACED}])", rf"(?![^\W{UNSPACED}])"

DATE = re.compile(
    r"(?<!\d)(?<!\d[./‐‑–-])(?:(?:19|20)\d\d([./‐‑–-])\d{1,2}\1\d{1,2}"
    r"|\d{1,2}([./‐‑–-]) ?\d{1,2}\2 ?(?:(?:19|20)\d\d|\d\d))(?![./‐‑–-]?\d)"
)
ZIP_CODE = re.compile(r"\d{5} ?- ?\d{4}")
YEAR = re.compile(r"^(?:19|20)\d\d[./-]|[./-](?:19|20)\d\d$")
# Years, hours and other ranges; amounts in groups of three; numbers of books; addresses of machines.
RANGE = re.compile(
    r"\d{1,4}(?:\s?[–/‐‑-]\s?\d{1,4}){1,2}|\d{4}\s?[–/‐‑-]\s?\d{4}(?:\s\d{4}\s?[–/‐‑-]\s?\d{4})*"
)
AMOUNT = re.compile(rf"[1-9]\d{{0,2}}(?:[{BLANK}.]\d{{3}})+")
YEARS = re.compile(r"(?:19|20)\d\d(?:[ ./-]+(?:19|20)\d\d)+")
BOOK = re.compile(r"97[89](?:[ -]?\d){10}")
MACHINE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{1,3}(?:\.\d+){2,4}")
NORTH_AMERICAN = re.compile(
    rf"(?:1[{BLANK}.-])?(?:\([2-9]\d\d\)[{BLANK}]?|[2-9]\d\d[{BLANK}.‐‑-])\d{{3}}[{BLANK}.‐‑-]\d{{4}}"
    rf"|(?:1[-.])?\d{{3}}-\d{{3}}-\d{{4}}"
)
MONEY = re.compile(r"\s?(?:[$€£¥₹₽%]|usd|eur|gbp|chf|dollars?|euros?|°|kg|km|mb|gb|kb|px|ms)", re.IGNORECASE)

# Of a bank, before an account's number or what leads to it.
BANK_WORDS = (
    r"accounts?|acct|a/c|routing|aba|rtn|transit|sort[ -]?codes?|bsb|iban|clabe|konto(?:nummer|nr|s)?|"
    r"kto|blz"
    r"|bankleitzahl|bankkonto|compte|rib|cuenta|conta|conto|agência|rekening(?:nummer)?|bankrekening|"
    r"kontonummer"
    r"|tili(?:numero)?|bankszámla\w*|számlaszám\w*|účt\w*|rachun\w+|сч[её]т\w*|рахун\w+|hesap|hesab\w+|"
    r"rekening"
    r"|حساب|חשבון|खाता|tài khoản|บัญชี|口座(?:番号)?|账号|账户|帳號|帳戶|帐号|帐户|계좌(?:번호)?"
)
# What may stand between such a word and its number.
TO_THE_NUMBER = (
    r"(?:[\s:：#=,()\"'“”»–-]|numbers?|num|no\b\.?|nrs?\b\.?|nummer|número|numero|numéro|номер|number|"
    r"code|codes|n[°ºo]"
    r"|bancari[ao]|bancaire|bank|is\b|are\b|ist\b|lautet|est\b|es\b|é\b|è\b|and\b|account|is|my|our|"
    r"号码|號碼|番号|は|是|为|為"
    r"|번호|는|은)"
)

# An account with a shop is none with a bank.
NO_BANK = re.compile(
    r"(?:\b(?:customer|loyalty|shop|store|user|member|membership|client|login|web|reward|rewards|bonus|"
    r"e-?mail|kunden|client[ea]?|fidélité|fidelidad)['’s]{0,2}[ -]{1,2})\Z",
    re.IGNORECASE,
)

# Of a card that pays, before its number; and of cards that don't.
CARD_WORDS = re.compile(
    r"\b(?:(?:credit|debit|bank|visa|pre-?paid)?[ -]?cards?|visa|master ?card|maestro|amex|american express|"
    r"(?:kredit|bank|debit|giro|ec-)?karten?(?:nummer|nr)?|carte|tarjeta|cartão|carta di credito|carta|"
    r"(?:credit|bank|betaal)?kaart(?:nummer)?|(?:kredit|bank)?kort(?:et|nummer)?|kart[aęyi]|kartı|kartım|"
    r"карт[аыуе]|карточк\w+|κάρτα)\b|信用卡|银行卡|卡号|卡號|カード|카드|بطاقة|כרטיס|कार्ड|thẻ|บัตร",
    re.IGNORECASE,
)
OTHER_CARDS = re.compile(
    r"\b(?:loyalty|membership|member|customer|library|sim|graphics|video|memory|sd|sound|network|business|"
    r"bonus|report|id|time|score)[ -]cards?\b|\b(?:kunden|speicher|grafik|sim-|sd-|bonus|mitglieds)karten?\b",
    re.IGNORECASE,
)

# Of a telephone.
PHONE_WORDS = re.compile(
    r"\b(?:(?:(?:tele)?phone|cell|cellphone|mobile|portable|handy|telefon)(?![ -](?:holder|case|cover|"
    r"charger|batter|stand|mount|shop|screen|cable|adapter|strap|sleeve|grip|socket|model|halter|hülle|akku|ladeg))|"
    r"tel|callto|call|calls|calling|mob|fax|whatsapp|wa\.me|sms|"
    r"(?:on|via|per|over|by|through|my|use|using|with) signal|signal(?= ?[:=(]| (?:me|at|number|is)\b)|"
    r"text me|dial|hotline|"
    r"(?:reach|contact|ring|get hold of|text) (?:me|us|him|her|them)|get (?:me|us) (?:at|on|under|via)|"
    r"erreich\w*|raggiung\w+|bereik\w*|localiz\w+|contáct\w+|contact(?:ez|er)|"
    r"my number|our number|new number|telefon(?!\b)\w*|handy(?!\b)\w+|mobil(?!e\b)\w*|"
    r"rufnummer\w*|meine nummer|"
    r"anrufen|rückruf\w*|ruf\w* an|téléphon\w*|appel\w*|joindre|mon numéro|teléfono|móvil|"
    r"celular|llám\w+|llam\w+|"
    r"mi número|telefone|telemóvel|lig\w+ para|meu número|telefono|cellulare|chiam\w+|telefoon\w*|"
    r"bel me|bellen|ring\b|"
    r"puhelin\w*|puh|telefoni|zadzwoń\w*|komórk\w*|volej\w*|hívj\w*|telefonu?\w*|numaram|điện thoại|sđt|"
    r"hubungi|"
    r"телефон\w*|тел|моб\w*|позвон\w*|номер телефона|τηλ\w*)\b"
    r"|電話|携帯|电话|手机|手機|致电|전화|휴대폰|هاتف|جوال|تلفون|موبايل|טלפון|נייד|फ़?ोन|मोबाइल|โทร|☎|📞|📱",
    re.IGNORECASE,
)
# What one does on a telephone: behind a number it begins what comes next.
CALLING = re.compile(
    r"call|ring|dial|text|reach|contact|get|anruf|ruf|appel|llam|llám|chiam|bel", re.IGNORECASE
)
# What a call is about is not where it goes.
ABOUT = re.compile(
    r"\b(?:about|regarding|concerning|re|wegen|bezüglich|betreffend|über|sobre|concernant|riguardo|betreffende|over)"
    r"[ :]{1,2}(?:the |my |our |your |item |number |no\.? )*\Z",
    re.IGNORECASE,
)
# Of anything else that has a number.
OTHER_WORDS = re.compile(
    r"(?:\b(?:orders?|order no|tickets?|invoices?|cases?|ref|reference|tracking|parcel|shipment|serial|"
    r"model|versions?|build|"
    r"errors?|codes?|forms?|isbn|issn|ean|upc|sku|vat|articles?|items?|part|ids?|claims?|bookings?|"
    r"reservations?|customer|"
    r"membership|policy|contract|confirmation|transactions?|receipts?|licen[cs]e|key|kb|rfc|cve|cost|"
    r"costs|price|total|"
    r"between|open|hours|bestell\w*|auftrag\w*|rechnung\w*|kunden\w*|vorgang\w*|sendung\w*|"
    r"vertrag\w*|fehler\w*|"
    r"commande|facture|dossier|suivi|colis|client|pedido|factura|caso|cliente|envío|ordine|fattura|"
    r"spedizione|encomenda|"
    r"fatura|bestelling|factuur|klant\w*|zamówieni\w*|faktur\w*|objednávk\w*|tilaus\w*|заказ\w*|"
    r"накладн\w*|sipariş\w*|"
    r"đơn hàng|pesanan)\b|注文|伝票|订单|訂單|单号|編號|编号|주문|송장|طلب|הזמנה|ऑर्डर|คำสั่งซื้อ|#|№)",
    re.IGNORECASE,
)

# How far a word may stand from the number that it tells about.
BEFORE, AFTER, NEAR = 32, 24, 16


def last(words: "re.Pattern[str]", text: str) -> int:
    return max((found.end() for found in words.finditer(text)), default=-1)


def digits_of(text: str) -> str:
    """As ASCII."""
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())
