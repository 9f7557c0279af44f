"""What bounds a number or a day, language by language: up to it, or from it on. Pure data.

Grammar, not subject matter: phrases that stand before a number. "+" are those that speak of a point in time.
Where the number says how long before something that is, they mean the other direction ("up to 48 hours before
arrival" is at least 48 hours). "~" are those by which writers say how long something takes, whether or not it
may take less.
"""

from __future__ import annotations

from support.evidence.kinds import LEAST, MOST

BEFORE = {
    "en": {
        MOST: """
            ~ within; ~ within the next; ~ in under; under; below; less than; fewer than; lower than
            smaller than; at most
            shorter than; lighter than; younger than; cheaper than; sooner than; a maximum of; maximum
            max; at maximum
            + up to; + until; + till; + before; + prior to; + no later than; + not later than
            + no later than after; + at the latest after
            + earlier than
        """,
        LEAST: """
            over; above; more than; greater than; larger than; bigger than; higher than; longer than
            heavier than
            older than; taller than; wider than; exceed; exceeds; exceeding; in excess of; at least
            a minimum of; minimum; at minimum
            + from; + since; + after; + as of; + starting; + starting on; + starting from; + beginning
            + later than
            + no earlier than; + not earlier than; + not until
            + at the earliest after; + not before
        """,
    },
    "de": {
        MOST: """
            ~ innerhalb von; ~ innerhalb; ~ innerhalb der nächsten; ~ binnen; unter; unterhalb von
            weniger als
            höchstens; maximal
            max; kleiner als; kürzer als; leichter als; jünger als; niedriger als; günstiger als
            + bis; + bis zu; + bis zum; + spätestens; + bis spätestens; + spätestens am; + früher als
            + spätestens nach; + spätestens in; + spätestens innerhalb von
        """,
        LEAST: """
            über; oberhalb von; mehr als; mindestens; wenigstens; minimal; größer als; länger als
            schwerer als
            älter als; höher als; teurer als
            + ab; + ab dem; + seit; + seit dem; + nach; + nach dem; + frühestens; + frühestens nach
            + frühestens ab
            + später als; + erst ab; + erst nach
        """,
    },
    "es": {
        MOST: """
            ~ en un plazo de; ~ en el plazo de; ~ dentro de; ~ en un plazo máximo de; menos de; menor de
            menores de; menor a
            menores a; inferior a; inferiores a; como máximo; máximo; un máximo de; a lo sumo
            por debajo de
            + hasta; + hasta el; + hasta las; + hasta la; + antes de; + antes del; + antes de las
            + a más tardar; + a más tardar el; + a más tardar en; + a más tardar después de
        """,
        LEAST: """
            más de; mayor de; mayores de; mayor a; mayores a; superior a; superiores a; al menos
            por lo menos
            como mínimo; mínimo; un mínimo de; por encima de; ~ al cabo de; supera; superan; supere
            superar
            + desde; + desde el; + desde las; + a partir de; + a partir del; + a partir de las
            + después de
            + después del; + después de las; + tras; + pasadas
            + no antes de; + no antes del; + no antes de las
        """,
    },
    "fr": {
        MOST: """
            ~ dans un délai de; ~ dans un délai maximum de; ~ dans les; ~ dans les prochaines; ~ sous
            moins de
            au plus
            au maximum; maximum; un maximum de; inférieur à; inférieure à; inférieurs à; inférieures à
            en dessous de; au dessous de; ~ d'ici
            + jusqu'à; + jusqu'au; + jusqu'aux; + avant; + avant le; + au plus tard; + au plus tard le
            + au plus tard après; + au plus tard dans les
        """,
        LEAST: """
            plus de; au moins; au minimum; minimum; un minimum de; supérieur à; supérieure à
            supérieurs à
            supérieures à; au delà de; au dessus de; ~ au bout de; dépasse; dépassent; dépasser
            + dès; + dès le; + depuis; + depuis le; + après; + après le; + à partir de; + à partir du
            + à compter de
            + à compter du; + pas avant; + pas avant le; + au plus tôt; + au plus tôt le; + au plus tôt après
        """,
    },
    "it": {
        MOST: """
            ~ entro; ~ entro le; ~ entro i; ~ entro il; meno di; inferiore a; inferiori a; al massimo
            massimo
            un massimo di
            sotto; sotto i; al di sotto di
            + fino a; + fino al; + fino alle; + fino ai; + prima di; + prima del; + prima delle
            + entro e non oltre; + entro e non oltre il; + non oltre; + non oltre il; + al più tardi
            + al più tardi dopo; + al più tardi entro
        """,
        LEAST: """
            più di; superiore a; superiori a; oltre; oltre i; sopra; sopra i; almeno; minimo
            un minimo di
            come minimo; al di sopra di; supera; superano; superi; superare
            + non prima di; + non prima del; + non prima delle
            + dopo; + dopo le; + dopo il; + dal; + dalle; + a partire da; + a partire dal
            + a partire dalle
        """,
    },
    "pt": {
        MOST: """
            ~ em até; ~ dentro de; ~ num prazo de; ~ no prazo de; ~ em um prazo de; menos de; menor de
            menores de
            inferior a
            inferiores a; abaixo de; abaixo dos; no máximo; máximo; um máximo de
            + até; + até as; + até às; + até ao; + até o; + antes de; + antes das; + antes do
            + no mais tardar; + no mais tardar em; + no mais tardar após; + o mais tardar
        """,
        LEAST: """
            mais de; maior de; maiores de; superior a; superiores a; acima de; acima dos; pelo menos
            ao menos
            no mínimo; mínimo; um mínimo de; excede; exceder; ultrapassa; ultrapassar
            + após; + após as; + depois de; + depois das; + depois do; + desde; + desde as; + desde o
            + a partir de
            + a partir das; + a partir do; + não antes de; + não antes das; + não antes do
        """,
    },
    "nl": {
        MOST: """
            ~ binnen; ~ binnen de; minder dan; lager dan; korter dan; jonger dan; lichter dan
            kleiner dan
            onder; onder de
            hoogstens; maximaal; max; ten hoogste
            + tot; + tot en met; + uiterlijk; + vóór; + uiterlijk na; + uiterlijk binnen; + hoogstens na
            + ten hoogste na; + op zijn laatst; + op zijn laatst na
        """,
        LEAST: """
            meer dan; hoger dan; langer dan; ouder dan; zwaarder dan; groter dan; boven; boven de
            minstens; minimaal
            ten minste; tenminste; op zijn minst
            + vanaf; + sinds; + na; + later dan; + niet vóór; + op zijn vroegst; + op zijn vroegst na
        """,
    },
}  # fmt: skip
# Only before a day or a time of day: "by 1 June", but "by 5 %"; "vor 3 Tagen" is three days ago.
BEFORE_DATES = {
    "en": {MOST: "by through", LEAST: ""},
    "de": {MOST: "vor", LEAST: ""},
    "nl": {MOST: "voor", LEAST: ""},
}
# Behind a number and what it counts.
BEHIND = {
    "en": {
        MOST: """
            or less; or fewer; or under; and under; or below; and below; or younger; and younger
            or lower; or shorter
            or earlier; at most; maximum; max; at the latest; at maximum
        """,
        LEAST: """
            or more; and more; or over; and over; or above; and above; or older; and older; or higher
            or longer
            or later; at least; minimum; at the earliest; and up; upwards; onwards
        """,
    },
    "de": {
        MOST: """
            oder weniger; und weniger; oder jünger; und jünger; oder kürzer; maximal; höchstens
            spätestens
        """,
        LEAST: "oder mehr; und mehr; oder älter; und älter; oder länger; aufwärts; mindestens; frühestens",
    },
    "es": {MOST: "o menos; como máximo; máximo; a más tardar",
           LEAST: "o más; y más; como mínimo; mínimo; en adelante"},
    "fr": {MOST: "ou moins; au maximum; maximum; au plus; au plus tard",
           LEAST: "ou plus; et plus; au minimum; minimum; au moins; au plus tôt"},
    "it": {MOST: "o meno; al massimo; al più tardi", LEAST: "o più; e oltre; o oltre; in su; come minimo"},
    "pt": {MOST: "ou menos; no máximo; no mais tardar", LEAST: "ou mais; ou acima; no mínimo; em diante"},
    "nl": {MOST: "of minder; en jonger; maximaal; op zijn laatst",
           LEAST: "of meer; en meer; of ouder; en ouder; minimaal; op zijn vroegst"},
}  # fmt: skip
# Somewhere before the number in its clause: "the maximum size is 25 MB", "der Mindestbestellwert beträgt 40".
EXTREMES = {
    MOST: """
        most limit limits limited capped limite límite limiet grenze maximum max maximal maximale
        maximaler maximalen maximum maximums maximaux maximales máximo máxima máximos máximas massimo
        massima massimi massime maximaal
    """,
    LEAST: """
        least minimum min minimal minimale minimaler minimalen mínimo mínima mínimos mínimas minimo
        minima minimi minime minimaal
    """,
}
EXTREME_BEGINNINGS = {"mindest": LEAST, "höchst": MOST, "maximal": MOST, "minimal": LEAST}
# Between such a phrase and the number.
PASSED_OVER = """
    the a an age of total about around approximately roughly der die das dem den des ein eine einen
    einem einer von etwa circa rund el la los las un una unos unas le les une environ il lo i gli uno
    circa di o os as um uma de het een ongeveer día dia giorno jour $ € £ ¥
"""
# Right before a bound, they begin what another number is of: "5 pieces and the maximum weight is 20 kg".
BEGINS_ANEW = """
    and the a an und der die das den ein eine y el la los las un una et le les une e il lo i gli o os as um
    uma en de het een
"""
# "3 to 5", "3 bis 5"; and, behind the first words, "between 3 and 5".
RANGES = {
    "en": "to through until till", "de": "bis", "es": "a hasta", "fr": "à jusqu'à", "it": "a alle ai fino",
    "pt": "a às até ao", "nl": "tot",
}  # fmt: skip
BETWEEN = {
    "en": "between and", "de": "zwischen und", "es": "entre y", "fr": "entre et", "it": "tra e",
    "pt": "entre e", "nl": "tussen en",
}  # fmt: skip
# "48 hours before arrival"
AHEAD = "before prior ahead vor bevor vorher antes avant prima voor vóór voordat"
