"""Tell what claims a deed that no passage can prove: "I blocked your card", "Your refund was paid". Pure."""

import re

# What an article tells of a case, behind such a word, claims nothing: "once we have received it".
CASES = re.compile(
    r"\b(?:if|when|once|after|before|because|since|unless|until|as|that|whether|while|where|why|how|which|who|"
    r"wenn|falls|sobald|nachdem|bevor|weil|dass|ob|si|cuando|que|porque|después|antes|quand|lorsque|parce|après)\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(r"[.,;:!?()–—\n]+")
_SOON = r"(?:(?:just|already|now|also|today|bereits|schon|soeben|ya|déjà) ){0,2}"
_DONE = (
    r"(?:\w{2,}(?<!e)ed|paid|sent|made|given|done|gone|put|set|got|taken|found|told|begun|written|chosen|cut|let|"
    r"brought|sold|bought|held|kept|left|lost|sought)"
)
_DID = rf"(?:{_DONE}|gave|took|went|wrote|began|chose)"
_GETAN = r"(?:\w{0,9}ge\w{2,}(?:t|en)|\w+iert|[bv]e\w{4,}t|erstattet)"
_MODAL = r"(?:may|might|can|could|should|must|would|will|not)\b"
_DEEDS = (
    rf"(?:i|we) {_SOON}(?:have |had ){_SOON}{_DONE}\b",
    rf"(?:i|we)['’]ve {_SOON}{_DONE}\b",
    rf"(?:i|we) {_SOON}{_DID}\b",
    rf"your (?:(?!{_MODAL})[\w-]+ ){{1,4}}(?:was|were|has been|have been|got) {_SOON}{_DONE}\b",
    rf"(?:ich habe|wir haben|habe ich|haben wir) (?:[\w-]+ ){{0,6}}?{_GETAN}\b",
    rf"(?:ihre?|deine?) (?:[\w-]+ ){{1,4}}(?:wurden?|ist|sind) (?:[\w-]+ ){{0,5}}?{_GETAN}\b",
    r"(?:he|hemos) (?:\w+(?:ado|ido)|hecho|puesto|devuelto|abierto|escrito)\b",
    r"(?:su|tu) (?:[\w-]+ ){1,4}(?:fue|ha sido|han sido|fueron) \w+",
    r"(?:j['’]ai|nous avons) (?:\w+ )?\w+(?:é|ée|és|ées|i|is|it|u|us)\b",
    r"(?:votre|vos|ton|ta) (?:[\w-]+ ){1,4}(?:a été|ont été) \w+",
)
DEED = re.compile(rf"(?<!\w)(?:{'|'.join(_DEEDS)})", re.IGNORECASE)
LONGEST = 2_000


def claims_deed(sentence: str) -> bool:
    """In a clause that speaks of no mere case."""
    for clause in CLAUSE.split(" ".join(sentence[:LONGEST].split(" "))):
        found = DEED.search(clause)
        if found and not CASES.search(clause, 0, found.start()):
            return True
    return False
