"""Words beside a number that tell what it is, in the languages that customers write to us. Pure."""

import re

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

# Of a telephone.
PHONE_WORDS = re.compile(
    r"\b(?:(?:tele)?phone|tel|call|calls|calling|cell|cellphone|mobile|mob|fax|whatsapp|signal|sms|"
    r"text me|dial|hotline|"
    r"reach me|contact me|ring me|my number|our number|new number|telefon\w*|handy\w*|mobil\w*|"
    r"rufnummer\w*|meine nummer|"
    r"anrufen|rückruf\w*|ruf\w* an|téléphon\w*|portable|appel\w*|joindre|mon numéro|teléfono|móvil|"
    r"celular|llám\w+|llam\w+|"
    r"mi número|telefone|telemóvel|lig\w+ para|meu número|telefono|cellulare|chiam\w+|telefoon\w*|"
    r"bel me|bellen|ring\b|"
    r"puhelin\w*|puh|telefoni|zadzwoń\w*|komórk\w*|volej\w*|hívj\w*|telefonu?\w*|numaram|điện thoại|sđt|"
    r"hubungi|"
    r"телефон\w*|тел|моб\w*|позвон\w*|номер телефона|τηλ\w*)\b"
    r"|電話|携帯|电话|手机|手機|致电|전화|휴대폰|هاتف|جوال|تلفون|موبايل|טלפון|נייד|फ़?ोन|मोबाइल|โทร|☎|📞|📱",
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
