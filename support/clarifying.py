"""Tell a question to the customer from a claim that has a question mark behind it. Pure.

A question begins like one and says nothing besides: "We pay you tomorrow, okay?" is none. What is not
certainly a question needs proof, like all that is said.
"""

import re
import unicodedata
from functools import lru_cache

from support import sentences
from support.evidence import courtesies, shown

QUESTION_MARKS = ("?", "？", "؟")
LONGEST = 200

# What asks, at the beginning or after one of the words that may stand before it.
ASKING = """
which what who whose whom why how welche welcher welches welchen welchem was wer wen wem wo woher wohin wann
warum wieso weshalb wie womit wofür qué cuál cuáles quién quiénes dónde adónde cuándo cómo cuánto cuánta
cuántos cuántas quel quelle quels quelles laquelle lequel qui comment pourquoi combien quale quali qual chi
quanto quanta quanti quante quais quem quantos quantas welk welke waarom waar hoe wat vilken vilket vilka vad
när hur vem hvilken hvilket hvilke hvad hvor hvornår hvem hva który która które jaki jaka jakie gdzie kiedy
dlaczego kto какой какая какое какие где почему кто сколько
"""
BEFORE_IT = """
in on at with from for to by of since im am an auf aus bei mit von vom für zu seit en con de desde a para por
dans avec depuis à pour par sur di da per su em com op met van voor uit aan na w z do od в на с от для из
"""
# What also begins a clause that tells ("When it has arrived, …"): it asks where a verb comes next.
ASKING_BEFORE_A_VERB = "when where quand où quando dove onde wanneer когда"
# What asks for yes or no, as the first word only.
VERBS = """
is are was were do does did have has had ist sind war waren hat haben hatten nutzen verwenden benutzen tiene
tienen está están usa utiliza avez-vous êtes-vous utilisez-vous est-ce ha hai usi tem heeft hebt bent
"""
VERBS_AFTER_IT = VERBS + "can could would est sont avez-vous è sono é foi kan kunt kon был была были"
# Where the word that asks may stand anywhere.
ANYWHERE = re.compile(
    "哪|什么|什麼|谁|誰|何时|何時|怎么|怎麼|几|幾|どの|どれ|どこ|いつ|どちら|どんな|なぜ|何"
    "|어느|어떤|언제|어디|무엇|누구|몇|أين|متى|كيف|कौन|कब|कहाँ|किस"
)
# Who asks speaks of the customer's things: what the desk does, what holds, and why, are claims.
TELLING = """
we we'll we're we've our ours us i i'll i'm my me and but so then that because since if unless only free not
no never always will shall must should know knew heard aware agree wir uns unser unsere unseren unserem ich
mir mich und aber dann dass daß weil wenn falls nur kostenlos gratis nicht kein keine keinen nie immer muss
müssen sollen wissen wussten nosotros nos nuestro nuestra y pero entonces que porque si sólo solo nunca
siempre debe sabe sabía nous notre et mais puis parce seulement gratuit gratuite ne pas jamais toujours doit
devez savez saviez noi nostro nostra e ma che se non mai sempre nós nosso nossa mas só não sabia wij ons onze
ik maar dat omdat als alleen niet geen altijd moet мы нас нам наш наша и но что если только бесплатно не
никогда всегда
"""
TELLING_ANYWHERE = re.compile("我|本公司|弊社|当社|私|免费|免費|無料|不|저희|우리|무료|نحن|مجان|हम|मुफ़्त")
OR = "or oder o u ou oppure of eller lub albo czy или أو या 아니면"
OR_ANYWHERE = re.compile("还是|還是|または|それとも")

# What nobody who helps asks for in a message: it opens an account or pays, for whoever reads it.
SECRETS = re.compile(
    r"\b(?:passwords?|pass ?codes?|pass ?phrases?|passwor[td]\w*|kennw[oö]rt\w*|mots? de passe|contraseñas?|"
    r"clave|senhas?|wachtwoord\w*|lösenord\w*|adgangskode\w*|passord\w*|hasł\w+|hesl\w+|şifre\w*|parol\w*|парол\w*|"
    r"salasana\w*|jelsz\w+|pins?|pin[ -]?codes?|pins? nummer|cvv2?|cvc2?|cvn|otp|tan|2fa|ssn|"
    r"(?:security|verification|one[ -]time|confirmation|recovery|backup|login|access|sms|"
    r"authentication|text) (?:codes?|pins?|keys?|numbers?)|"
    r"codes? (?:that )?(?:we|you) (?:sent|got|received|were sent)|"
    r"(?:sicherheits|prüf|bestätigungs|einmal|freigabe)-?(?:code|nummer|kennwort|ziffer)\w*|prüfziffer|"
    r"códigos? de (?:seguridad|verificación|segurança|verificação)|codes? de (?:sécurité|vérification)|"
    r"codic[ei] di (?:sicurezza|verifica)|cryptogramme|(?:beveiligings|verificatie)code|"
    r"код (?:безопасности|из смс)|"
    r"(?:credit|debit|bank|your|full|whole)? ?card (?:numbers?|details|data)|number (?:of|on) (?:your |the )?"
    r"(?:credit |debit |bank )?card|(?:kredit)?karten-?(?:nummer|daten)|número de (?:su |tu |la )?tarjeta|"
    r"numéro de (?:votre |ta |la )?carte|numero (?:della|di) carta|número do (?:seu )?cartão|kaartnummer|"
    r"kortnummer|номер карты|iban|(?:bank )?account number|routing number|kontonummer|"
    r"numéro de compte|número de cuenta|"
    r"social security number|private key|secret key|api key|seed phrase|secret (?:question|answer|word))\b"
    r"|密码|密碼|口令|验证码|驗證碼|安全码|卡号|卡號|パスワード|暗証番号|認証コード|カード番号"
    r"|비밀번호|인증번호|카드 ?번호"
    r"|كلمة (?:المرور|السر)|رمز التحقق|סיסמה|पासवर्ड|ओटीपी|mật khẩu|รหัสผ่าน",
    re.IGNORECASE,
)
# Who asks by whom or when something was promised, says that it was.
PROMISES = re.compile(
    r"\b(?:promis\w*|guarantee\w*|assur(?:e|ed|es|ance)|pledg\w+|entitle\w*|compensat\w+|reimburs\w+|"
    r"versproch\w+|versprach\w*|versprech\w+|zugesag\w+|zugesicher\w+|zusag\w*|garant\w+|entschädig\w+|"
    r"prome(?:t|s|ss)\w*|promett\w+|assegur\w+|compens\w+|beloof\w*|toegezegd|obieca\w+|slíbi\w+|обеща\w+|"
    r"гарант\w+)\b|承诺|承諾|保证|保證|答应|約束|保証|약속|보장|وعد|वादा",
    re.IGNORECASE,
)
ASKS_FOR_SECRET = "A question may not ask for passwords, codes, or card and account numbers."
PROMISES_BY_THE_WAY = "This question says by the way that something was promised."

_BETWEEN_CLAUSES = re.compile(r"\s*[,;:.!…–—()，、；：。！]+\s*|\s+-+\s+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ADDRESS = re.compile(r"@|://|www\.|\w\.\w")
# Which one it is, is no number.
_NO_NUMBERS = {"1"}


def ends_as_question(sentence: str) -> bool:
    return sentence.endswith(QUESTION_MARKS)


def asks(sentence: str) -> bool:
    """In one question, with a courtesy before it or a choice behind it, and nothing else."""
    said = shown.as_read(sentence).strip(" *_`~")
    if any(map(shown.is_disguised, _words(said))):
        return False
    if len(said) > LONGEST or not ends_as_question(said) or any(one in said[:-1] for one in QUESTION_MARKS):
        return False
    clauses = [clause for clause in _BETWEEN_CLAUSES.split(said.strip("?？؟¿ ")) if clause]
    while len(clauses) > 1 and courtesies.claims_nothing(clauses[0]):
        clauses.pop(0)
    if not clauses or any(map(_tells, clauses)):
        return False
    return _begins_as_question(clauses[0]) and (len(clauses) == 1 or _is_choice(clauses[-1]))


def names_nothing(sentence: str) -> bool:
    """No number, no amount, no address: a customer would take those for the desk's word."""
    said = shown.as_read(sentence)
    kinds = {unicodedata.category(one) for one in sentence + said}
    if any(kind.startswith("N") or kind in ("Sc", "So") for kind in kinds):
        return False
    return not _ADDRESS.search(said) and sentences.spelled_numbers(said) <= _NO_NUMBERS


def objection(sentence: str) -> str:
    """Why no question may say this, however plainly it asks; empty: nothing is wrong with it."""
    said = shown.as_read(sentence)
    if SECRETS.search(said):
        return ASKS_FOR_SECRET
    return PROMISES_BY_THE_WAY if PROMISES.search(said) else ""


def _begins_as_question(clause: str) -> bool:
    first, second = [*_words(clause), "", ""][:2]
    if first in _set(ASKING_BEFORE_A_VERB):
        return second in _set(VERBS_AFTER_IT)
    if first in _set(BEFORE_IT) and second in _set(f"{ASKING} {ASKING_BEFORE_A_VERB}"):
        return True
    return first in _set(ASKING) or first in _set(VERBS) or ANYWHERE.search(clause) is not None


def _tells(clause: str) -> bool:
    return not _set(TELLING).isdisjoint(_words(clause)) or TELLING_ANYWHERE.search(clause) is not None


def _is_choice(clause: str) -> bool:
    return not _set(OR).isdisjoint(_words(clause)) or OR_ANYWHERE.search(clause) is not None


@lru_cache
def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _words(clause: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(clause.casefold())]
