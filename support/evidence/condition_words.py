"""How conditions are said in several words, and what is none, language by language. Pure data.

Grammar, not subject matter; what says it in one word stands among the cues of `turning_words`.
"""

from __future__ import annotations

# The word that shows it, what stands before and behind it ("": anything), and what it is.
PHRASES = {
    "en": (
        ("long", "as", "as", "if"), ("provided", "", "that you your they it the we a", "if"),
        ("providing", "", "that", "if"),
        ("condition", "on", "that", "if"), ("condition", "the", "that", "if"), ("case", "in", "of", "if"),
    ),
    "de": (("denn", "sei", "", "unless"), ("ausnahme", "mit", "", "unless")),
    "es": (
        ("menos", "a", "que", "unless"), ("siempre", "", "que", "if"), ("siempre", "", "y", "if"),
        ("condición", "a", "", "if"), ("caso", "en", "de", "if"),
    ),
    "fr": (
        ("condition", "à", "", "if"), ("moins", "à", "que", "unless"), ("pourvu", "", "que", "if"),
        ("cas", "en", "de", "if"),
    ),
    "it": (("meno", "a", "che", "unless"), ("condizione", "a", "", "if"), ("caso", "in", "di", "if")),
    "pt": (
        ("menos", "a", "que", "unless"), ("desde", "", "que", "if"), ("ser", "não", "que", "unless"),
        ("caso", "em", "de", "if"),
    ),
    "nl": (("voorwaarde", "op", "", "if"), ("uitzondering", "met", "", "unless")),
}  # fmt: skip
# Behind these, "if" is no condition: "find out if", "even if".
KNOWING = """
    out see check know determine decide ask learn tell sure whether and or even not saber comprobar
    verificar confirmar incluso aunque savoir vérifier confirmer même sapere verificare controllare
    anche mesmo até zelfs auch
"""
# With such a word a condition names no case of its own: "if you meet the requirements".
NO_CASE = """
    requirement requirements condition conditions criteria description descriptions applicable question
    questions problem problems assistance listed following unsure voraussetzungen fragen frage probleme
    problem duda dudas pregunta preguntas problema problemas requisitos problème problèmes domande
    problemi requisiti dúvida dúvidas perguntas vragen problemen voorwaarden
"""
# And such words tell nothing of it: "if you need it", "if possible".
WANTING = """
    possible necessary needed wish wishes prefer wondering qualify eligible apply applies möchten möchte
    wollen brauchen benötigen möglich nötig hilfe desea quiere necesita necesitas quieres deseas ayuda
    posible necesario souhaitez voulez aide besoin nécessaire desidera vuole bisogno aiuto possibile
    necessario deseja quiser precisar precisa ajuda possível necessário wilt nodig hulp mogelijk
"""
# What says that it need not be so; "can" says what one is free to do.
HEDGES = {"en": "may might could should would"}
THE = "the a an one die der das la el le il lo o a de het een eine einen un una une uno um uma"
# Between "only" and those it speaks of.
BEFORE_A_KIND = f"{THE} den los las les i gli os as our your"
# Between a thing and its bound: "employees with more than two years", "Kinder im Alter von unter 6".
BETWEEN_THEM = "with of for aged mit von für im alter con de d' avec pour di com met voor van a the"
