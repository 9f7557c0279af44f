"""Words of closed classes that turn what a sentence says, and what numbers and units are called. Pure data.

Grammar, not subject matter: negation, bounds, order in time, exception, obligation.
"""

# "!": in no language does the word mean anything else. So it denies, whatever language a text is taken for.
_MARKED = {
    "en": {
        "not": "not no never none neither nor cannot without nothing nobody unable",
        "only": "only solely exclusively",
        "unless": "unless except excluding",
        "if": "if",
        "during": "during",
        "before": "before prior",
        "after": "after following",
        "until": "until till",
        "since": "since",
        "least": "least minimum",
        "most": "most maximum",
        "more": "more over above exceeding longer higher greater later larger",
        "less": "less fewer under below shorter lower smaller earlier",
        "must": "must required mandatory obligatory",
        "may": "may might optional optionally",
        "all": "all every always",
        "some": "some sometimes",
    },
    "de": {
        "not": "nicht! kein! keine! keinen! keinem keiner keines nie! niemals nichts ohne weder niemand",
        "only": "nur ausschließlich lediglich",
        "unless": "außer ausgenommen",
        "if": "wenn falls sofern solange vorausgesetzt",
        "during": "während",
        "before": "vor bevor ehe vorher",
        "after": "nach nachdem danach",
        "until": "bis",
        "since": "seit",
        "least": "mindestens wenigstens",
        "most": "höchstens maximal",
        "more": "mehr über länger höher größer später",
        "less": "weniger unter kürzer niedriger kleiner früher",
        "must": "muss müssen musst verpflichtend",
        "may": "kann können kannst darf dürfen",
        "all": "alle alles jede jeder jedes jeden immer",
        "some": "einige manche manchmal",
    },
    "es": {
        "not": "no nunca! jamás ningún ninguna ninguno nada sin tampoco ni",
        "only": "solo sólo solamente únicamente",
        "unless": "excepto salvo",
        "if": "si",
        "during": "durante",
        "before": "antes",
        "after": "después tras",
        "until": "hasta",
        "since": "desde",
        "least": "mínimo",
        "most": "máximo",
        "more": "más mayor superior",
        "less": "menos menor inferior",
        "must": "debe deben debes obligatorio",
        "may": "puede pueden puedes",
        "all": "todos todas todo toda siempre",
        "some": "algunos algunas",
    },
    "fr": {
        "not": "pas jamais! aucun aucune rien sans ni",
        "only": "seulement uniquement seuls seules",
        "unless": "sauf excepté hormis",
        "if": "si",
        "during": "pendant durant",
        "before": "avant",
        "after": "après",
        "until": "jusque jusqu",
        "since": "depuis dès",
        "least": "minimum minimal",
        "most": "maximum maximal",
        "more": "plus supérieur supérieure",
        "less": "moins inférieur inférieure",
        "must": "doit doivent devez obligatoire",
        "may": "peut peuvent pouvez",
        "all": "tous toutes tout toujours",
        "some": "certains certaines parfois",
    },
    "it": {
        "not": "non mai senza nessun nessuna nessuno niente nulla",
        "only": "solo soltanto solamente",
        "unless": "tranne eccetto salvo",
        "if": "se qualora purché",
        "during": "durante",
        "before": "prima",
        "after": "dopo",
        "must": "deve devono",
        "may": "può possono",
        "more": "più maggiore superiore",
        "less": "meno minore inferiore",
    },
    "pt": {
        "not": "não! nunca! sem nenhum nenhuma nada jamais! nem!",
        "only": "apenas somente só",
        "unless": "exceto salvo",
        "if": "se caso contanto",
        "during": "durante",
        "before": "antes",
        "after": "depois após",
        "until": "até",
        "must": "deve devem",
        "may": "pode podem",
        "more": "mais maior superior",
        "less": "menos menor inferior",
    },
    "nl": {
        "not": "niet! geen! nooit zonder niets niemand",
        "only": "alleen slechts",
        "unless": "behalve tenzij",
        "if": "als indien mits zolang",
        "during": "tijdens",
        "before": "voordat vóór",
        "after": "nadat na",
        "until": "tot totdat",
        "must": "moet moeten",
        "may": "kan kunnen mag mogen",
        "more": "meer hoger langer",
        "less": "minder lager korter",
    },
    "zh": {"not": "不 没 無 无 未 非 勿 别"},
    "ru": {"not": "не нет нельзя никогда без ни", "only": "только", "before": "до", "after": "после"},
    "uk": {"not": "не ні немає ніколи без", "only": "лише тільки"},
    "ar": {"not": "لا لم لن ليس ليست بدون دون غير", "only": "فقط", "before": "قبل", "after": "بعد"},
    "he": {"not": "לא אין בלי ללא אינו אינה אינם אסור", "only": "רק", "before": "לפני", "after": "אחרי"},
    "hi": {"not": "नह नहीं"},
    "pl": {"not": "nie! nigdy bez żaden żadna żadne", "only": "tylko", "before": "przed", "after": "po"},
    "sv": {"not": "inte! ej aldrig utan ingen inget inga", "only": "endast bara"},
    "da": {"not": "ikke! aldrig uden ingen intet", "only": "kun"},
    "nb": {"not": "ikke! ikkje! aldri uten ingen intet", "only": "bare kun"},
}
CUES = {
    language: {name: words.replace("!", "") for name, words in cues.items()}
    for language, cues in _MARKED.items()
}
# Known by their letters; of Hindi's word what stands before its signs.
_OTHER_ALPHABETS = ("ru", "uk", "ar", "he", "hi")
_DENIALS_ELSEWHERE = "değil není nelze δεν δε"  # in languages of which nothing else is known
UNMISTAKABLE = frozenset(
    _DENIALS_ELSEWHERE.split()
    + [word for language in _OTHER_ALPHABETS for word in CUES[language]["not"].split()]
    + [word[:-1] for cues in _MARKED.values() for word in cues["not"].split() if word.endswith("!")]
)
# Where words aren't divided, or by signs that split them: what denies, wherever it begins.
DENIALS_WITHIN = ("ない", "なかっ", "ません", "ずに", "없", "않", "못", "ไม่")
# In these, what denies is known; in others nothing but the same words matches.
DENIALS_KNOWN = frozenset(CUES) | {"no", "nn"}
# Which turn a meaning round when one stands where the passage has the other.
OPPOSED = (
    ("before", "after"), ("before", "since"), ("until", "since"), ("until", "after"), ("least", "most"),
    ("least", "less"), ("most", "more"), ("more", "less"), ("must", "may"), ("all", "some"),
    ("unless", "only"), ("unless", "if"),
)  # fmt: skip
# Behind these, and behind another telling word, stands a thing rather than what is done with it; of what is
# missing in the passage, things tell more. Languages without a line make no difference.
BEFORE_THINGS = {
    "en": """
        a an the of for in on by with at from as via about under into through or no any some each every
        your our their his her its my this these those
    """,
    "de": """
        der die das den dem des ein eine einen einem einer eines für von mit in im am an auf bei zum zur oder
        ihr ihre ihren ihrem ihrer unser unsere dieser diese dieses kein keine
    """,
    "es": "el la los las un una unos unas de del al en por para con sin o su sus nuestro nuestra este esta",
    "fr": "le la les l un une des du de d au aux en par pour avec sans ou votre vos notre nos ce cette ces",
}
# Words that stand for whatever is done or meant.
LIGHT = """
    get gets getting got make makes made want wants need needs go goes going find take takes use uses used see
    know help like also well very really just able let lets give gives given keep put try way thing things
    information learn may might here now still want wanting would if when
"""
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner enero janvier",
            "february feb februar febrero février",
            "march mar märz marzo mars",
            "april apr abril avril",
            "may mai mayo",
            "june jun juni junio juin",
            "july jul juli julio juillet",
            "august aug agosto août",
            "september sep sept septiembre septembre",
            "october oct oktober okt octubre octobre",
            "november nov noviembre novembre",
            "december dec dezember dez diciembre décembre",
        ),
        start=1,
    )
    for name in names.split()
}
NUMBER_WORDS = {
    name: number
    for number, names in {
        2: "two zwei dos deux due dois twee",
        3: "three drei tres trois tre três drie",
        4: "four vier cuatro quatre quattro quatro",
        5: "five fünf cinco cinq cinque vijf",
        6: "six sechs seis sei zes",
        7: "seven sieben siete sept sette sete zeven",
        8: "eight acht ocho huit otto oito",
        9: "nine neun nueve neuf nove negen",
        10: "ten zehn diez dix dieci dez tien",
        11: "eleven elf once onze undici",
        12: "twelve zwölf doce douze dodici doze twaalf",
        13: "thirteen dreizehn trece treize",
        14: "fourteen vierzehn catorce quatorze",
        15: "fifteen fünfzehn quince quinze",
        16: "sixteen sechzehn",
        17: "seventeen siebzehn",
        18: "eighteen achtzehn",
        19: "nineteen neunzehn",
        20: "twenty zwanzig veinte vingt venti vinte twintig",
        30: "thirty dreißig treinta trente trenta trinta dertig",
        40: "forty vierzig cuarenta quarante",
        50: "fifty fünfzig cincuenta cinquante",
        60: "sixty sechzig sesenta soixante",
        70: "seventy siebzig setenta",
        80: "eighty achtzig ochenta",
        90: "ninety neunzig noventa",
        100: "hundred hundert cien cent cento honderd",
        1000: "thousand tausend mil mille duizend",
    }.items()
    for name in names.split()
    if name not in ("once", "elf", "due", "sei", "sept", "cent", "mil", "dos", "tre")
}
UNITS = {
    name: unit
    for unit, names in {
        "percent": "% percent percentage pct prozent porcentaje pourcent",
        "dollar": "$ dollar dollars usd",
        "euro": "€ euro euros eur",
        "pound": "£ pound pounds gbp",
        "yen": "¥ yen jpy",
        "second": "second seconds sec secs sekunde sekunden segundo segundos seconde secondes",
        "minute": "minute minutes min mins minuten minuto minutos",
        "hour": "hour hours hr hrs h stunde stunden hora horas heure heures ora ore uur",
        "day": "day days tag tage tagen día días jour jours giorno giorni dia dias dag dagen",
        "week": "week weeks wk wks woche wochen semana semanas semaine semaines settimana settimane weken",
        "month": "month months monat monate monaten mes meses mois mese mesi maand maanden",
        "year": "year years yr yrs jahr jahre jahren año años an ans année années anno anni jaar jaren",
        "kilometre": "km kilometre kilometres kilometer kilometers kilómetros",
        "metre": "m metre metres meter meters metro metros",
        "mile": "mile miles mi meile meilen",
        "kilogram": "kg kilogram kilograms kilo kilos",
        "gram": "g gram grams gramm",
        "gigabyte": "gb gigabyte gigabytes",
        "megabyte": "mb megabyte megabytes",
        "degree": "° degree degrees grad grados degrés",
    }.items()
    for name in names.split()
}
