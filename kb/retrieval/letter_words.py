"""How mails quote, greet, thank and end, and how questions begin, in the languages of common_words and more.

Pure data, written by hand. Every pattern is for one line or the beginning of a sentence, and none repeats
what repeats: a hostile message costs no more than a long one.
"""

from __future__ import annotations

import re

_I = re.IGNORECASE


def _any(words: str) -> str:
    """One of these, divided by "|" or line ends; blanks stand for any number of them."""
    found = (" ".join(word.split()) for line in words.splitlines() for word in line.split("|"))
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"[ \xa0]{1,3}") for word in found if word) + ")"


# Quoted history

WROTE = re.compile(
    _any(
        """wrote|writes|schrieb|schreibt|a écrit|a ecrit|escribió|escribio|ha scritto|scrisse
        schreef|het volgende
        geschreven|geschreven|escreveu|skrev|kirjoitti|napisał|napisala|napisał(a)|napsal|napsala
        napsal(a)|napísal
        a scris|írta|ezt írta|написал|написала|пишет|писал|έγραψε|yazdı|şunu yazdı|写道|寫道
        님이 작성|작성:|のメール|wrote"""
    ),
    _I,
)
# How the line above a quotation begins: a weekday, "On", a date, a name with an address.
DATE_BEGINS = re.compile(
    r"[\"'“<*]?(?:"
    + _any("On|Am|Le|El|Il|Op|Em|Den|Dnia|W dniu|Dne|Dňa|Em|På|Pe|În data|Στις|Mon|Tue|Wed|Thu")
    + r"\b|"
    + _any("Fri|Sat|Sun|Mo|Di|Mi|Do|Fr|Sa|So|lun|mar|mer|jeu|ven|sam|dim|пн|вт|ср|чт|пт|сб|вс")
    + r"\b|\d|[^\n<]{1,80}<[^\s>]{1,100}@)",
    _I,
)
ORIGINAL = re.compile(
    _any(
        """original message|original appointment|forwarded message|begin forwarded message
        ursprüngliche nachricht
        urspruengliche nachricht|originalnachricht|weitergeleitete nachricht|message d'origine
        message d’origine
        message original|message transféré|mensaje original|mensaje reenviado|messaggio originale
        messaggio inoltrato
        oorspronkelijk bericht|doorgestuurd bericht|mensagem original|mensagem encaminhada
        oprindelig meddelelse
        originalmeddelande|ursprungligt meddelande|opprinnelig melding|alkuperäinen viesti
        oryginalna wiadomość
        wiadomość oryginalna|původní zpráva|исходное сообщение|пересылаемое сообщение
        orijinal mesaj|原始邮件|原始郵件
        转发邮件|元のメッセージ|転送メッセージ|원본 메시지|전달된 메시지"""
    ),
    _I,
)
FROM = re.compile(
    _any("From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|Kimden|Feladó|发件人|寄件者|差出人|보낸 사람|보낸사람")
    + r"[ \xa0]?\*?[:：]",
    _I,
)
SENT = re.compile(
    _any(
        """Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|Envoyé le|Date|À|Objet|Enviado
        Enviado el|Enviada
        Fecha|Para|Asunto|Assunto|Data|Inviato|A|Oggetto|Verzonden|Aan|Onderwerp|Skickat|Till|Ämne
        Sendt|Til|Emne
        Wysłano|Do|Temat|Odesláno|Komu|Předmět|Отправлено|Дата|Кому|Тема|Gönderilen|发送时间|日期|收件人|主题|傳送時間|送信日時
        日時|宛先|件名|보낸 날짜|날짜|받는 사람|제목"""
    )
    + r"[ \xa0]?\*?[:：]",
    _I,
)

# Greetings, thanks, endings

_NAME = r"(?:[ \xa0]{1,3}[^\s,!.?:;]{1,30}){0,5}"

GREETING = re.compile(
    _any(
        """hi|hi there|hello|hello there|hey|hey there|hiya|dear|greetings|good morning
        good afternoon|good evening|good day
        to whom it may concern|hallo|hi zusammen|moin|servus|grüezi|guten tag|guten morgen
        guten abend|sehr geehrte
        sehr geehrter|liebe|lieber|liebes|bonjour|bonsoir|salut|cher|chère|madame|monsieur|hola
        buenos días|buenos dias|buenas tardes
        buenas noches|buenas|estimado|estimada|estimados|querido|ciao|buongiorno|buonasera|salve
        gentile|gentili|egregio
        spettabile|beste|goedemorgen|goedemiddag|goedenavond|goedendag|geachte|olá|ola|oi|bom dia
        boa tarde|boa noite|caro|cara
        prezado|prezada|prezados|hej|hejsan|god morgen|hei|dzień dobry|cześć|witam|szanowni państwo
        dobrý den|ahoj
        здравствуйте|добрый день|привет|merhaba|您好|你好|大家好|こんにちは|お世話になっております
        안녕하세요"""
    )
    + _NAME
    + r"[ \xa0]{0,3}[,!.:;…，。！：\-–—)]{0,3}\s*$",
    _I,
)
COURTESY = re.compile(
    r"(?:"
    + _any(
        """thank you|thanks|thanx|thx|many thanks|much appreciated|cheers|hope you are|i hope you
        hope this|hoping you|have a
        looking forward|i look forward|please advise|vielen dank|danke|besten dank|herzlichen dank
        ich hoffe, es geht|schönen tag
        schöne grüße|ich freue mich auf|merci|je vous remercie|en vous remerciant|bonne journée
        gracias|muchas gracias|quedo a la espera
        un saludo|que tengan|grazie|ringrazio|la ringrazio|resto in attesa|buona giornata|bedankt
        dank u|dank je|alvast|fijne dag
        obrigado|obrigada|agradeço|aguardo|tack|tak|takk|kiitos|dziękuję|z góry dziękuję|děkuji
        спасибо|заранее спасибо|teşekkürler
        谢谢|非常感谢|感谢|多谢|よろしくお願いします|よろしくお願いいたします|ありがとうございます|감사합니다"""
    )
    + r")(?:[ \xa0,，]{1,3}[^\s,!.?？:;]{1,20}){0,7}[ \xa0]{0,3}[,!.…。！，:)]{0,3}\s*$",
    _I,
)
CLOSING = re.compile(
    _any(
        """best|best regards|kind regards|warm regards|regards|many thanks and best regards
        best wishes|with best regards|with kind regards
        sincerely|yours sincerely|yours faithfully|yours truly|sincerely yours|respectfully|cheers
        thanks|thank you|many thanks|thx|thanks again
        thanks in advance|thanks and regards|all the best|take care|br|kr|rgds|cordially
        mit freundlichen grüßen|mit freundlichen grüssen
        mit freundlichen gruessen|freundliche grüße|freundliche grüsse|mit freundlichem gruß
        viele grüße|viele grüsse|viele gruesse
        beste grüße|beste grüsse|liebe grüße|liebe grüsse|schöne grüße|herzliche grüße|grüße|grüsse
        gruß|gruss|lg|mfg|vg|hochachtungsvoll
        besten dank|vielen dank|danke|cordialement|bien cordialement|bien à vous
        sincères salutations|salutations distinguées|meilleures salutations
        salutations|merci|merci d'avance|cdlt|saludos|un saludo|saludos cordiales|atentamente
        cordialmente|muchas gracias|gracias|cordiali saluti
        distinti saluti|saluti|un saluto|grazie|grazie mille|met vriendelijke groet
        met vriendelijke groeten|vriendelijke groet
        vriendelijke groeten|hartelijke groeten|groeten|groetjes|mvg|bedankt|atenciosamente
        com os melhores cumprimentos|cumprimentos|abraços
        abraço|obrigado|obrigada|med vänliga hälsningar|vänliga hälsningar|hälsningar|mvh
        med venlig hilsen|venlig hilsen|med vennlig hilsen
        hilsen|ystävällisin terveisin|terveisin|z poważaniem|pozdrawiam|s pozdravem|с уважением
        saygılarımla|此致|敬礼|祝好|顺祝商祺|以上
        감사합니다|드림"""
    )
    + r"(?:[ \xa0]{0,3}[,，][ \xa0]{0,3}[^\s,!.?？:;]{1,20}(?:[ \xa0][^\s,!.?？:;]{1,20}){0,2})?"
    + r"[ \xa0]{0,3}[,!.…，。！]{0,3}\s*$",
    _I,
)
SENT_FROM = re.compile(
    _any(
        """sent from my|sent from|sent via|sent using|get outlook for|von meinem|gesendet von
        gesendet mit|diese nachricht wurde von
        envoyé de mon|envoyé depuis|envoyé à partir|obtenez outlook|enviado desde|enviado de meu
        enviado do meu|enviado a partir|inviato da
        inviato dal mio|verzonden vanaf|verstuurd vanaf|skickat från|sendt fra|lähetetty|wysłano z
        wysłane z|odesláno z|отправлено с
        iphone'umdan gönderildi|从我的|发自我的|來自我的|iphoneから送信|나의 iphone에서 보냄
        holen sie sich outlook|outlook für"""
    ),
    _I,
)
POSTSCRIPT = re.compile(r"(?:p\.?[ ]?p?\.?s\.?\b|n\.?b\.?[:.]|nachtrag\b|posdata\b)", _I)
DISCLAIMER = re.compile(
    _any(
        """confidential|intended recipient|intended solely|intended only|privileged
        please notify the sender|notify the sender|delete this
        unauthorised|unauthorized|this e-mail|this email|this message and any|vertraulich
        rechtlich geschützt|nicht der richtige adressat
        diese e-mail|unbefugt|irrtümlich|confidentiel|destinataire|ce message|cet e-mail
        confidencial|destinatario|este mensaje|este correo
        riservate|riservato|questo messaggio|vertrouwelijk|geadresseerde|dit bericht|esta mensagem
        destinatário|poufne|konfidentiell"""
    ),
    _I,
)

# Questions

_ASKING = """how|what|what's|when|where|why|who|which|whose|can|can't|could|would|will|should|do
does|did|is|are|am|was|were|has|have|may|might
    wie|was|wann|wo|woher|wohin|warum|wieso|weshalb|wer|welche|welcher|welches|kann|können|könnte
    könnten|muss|müssen|darf|gibt es|ist es|sind
    comment|quand|où|pourquoi|quel|quelle|quels|quelles|combien|est-ce|puis-je|peut-on|pouvez-vous
    pourriez-vous|qu'est-ce|que faire
    cómo|como|cuándo|cuando|dónde|donde|por qué|cuál|cuáles|cuánto|cuánta|qué|puedo|pueden|podría
    podrían|hay|es posible
    come|quando|dove|perché|quanto|quale|quali|cosa|posso|potete|potrebbe|è possibile
    hoe|wat|wanneer|waar|waarom|welke|wie|kan|kunt|kunnen|mag|moet|is het
    quanto|onde|por que|qual|quais|o que|posso|podem|poderia|é possível
    jak|kiedy|gdzie|dlaczego|czy|hur|när|var|varför|kan jag|hvordan|hvornår|hvor|hvorfor|как|когда
    где|почему|можно ли|nasıl|ne zaman|nerede"""
_JOINING = """and|and also|also|plus|und|und auch|sowie|et|et aussi|y|y también|e|e anche|e também
    en|en ook|och|og|и"""
_OPENING = """but|so|then|first|second|third|secondly|finally|lastly|another question|one more thing
    another thing|hi|hello|hello there|hey|please|hallo|bitte|bonjour|hola|por favor|ciao|olá|您好|你好"""
ASKS = re.compile(
    r"(?:"
    + _any(_JOINING + "|" + _OPENING)
    + r"[,:.!，]?[ \xa0]{0,3}){0,2}(?:"
    + _any(
        """how do|how can|how to|how long|how much|how many|what is|what are|what's the|when will
        when do|where can|where do|why is|why do|why does
        can i|can you|can we|could you|would you|could i|do i|do you|does it|is it|is there
        are there|am i|please tell|please let me know|let me know
        please explain|please send|please help|tell me|i want to know|i would like to know
        i'd like to know|i need to know|i am wondering
        i'm wondering|i was wondering|i wonder|i have a question|another question|i'd like to
        i would like to|i want to|i need to|i need
        wie kann|wie lange|wie viel|wo finde|wo kann|wann wird|was kostet|kann ich|können sie
        könnten sie|bitte teilen|bitte schicken|bitte senden
        bitte erklären|ich möchte|ich würde gern|ich wüsste gern|ich brauche|comment puis
        comment faire|est-ce que|puis-je|pouvez-vous|pourriez-vous
        je voudrais|j'aimerais|merci de me|cómo puedo|puedo|pueden|podrían|quisiera|me gustaría
        quiero saber|necesito|come posso|vorrei|posso|potete
        hoe kan|kan ik|kunt u|ik wil graag|como posso|gostaria|preciso|请问|請問|如何|怎么|怎麼|我想|能否
        可以"""
    )
    + r")",
    _I,
)
# Wherever it stands in a sentence, this asks.
WANTS = re.compile(
    r"\b"
    + _any(
        """would like to know|would like to ask|would like to learn|like to know|like to ask|wanted to ask
        want to know|wanted to know|need to know|need help|need info|need some info|need information
        need more info|looking for|interested in|wondering|tell me|let me know|explain|more information
        questions about|question about|questions regarding|question regarding|questions on|to learn
        find out|information about|information on|info about|info on|help with|fragen zu|frage zu
        questions sur|une question|preguntas sobre|pregunta sobre|domanda su|vragen over|vraag over
        möchte wissen|wüsste gern|möchte fragen|wollte fragen|wollte wissen|brauche hilfe|suche nach
        interessiere mich|savoir si|voudrais savoir|aimerais savoir|besoin d'aide|besoin de|à la recherche
        quiero saber|quisiera saber|gustaría saber|necesito ayuda|busco información|vorrei sapere
        ho bisogno|wil graag weten|wilde vragen|gostaria de saber|preciso de|想知道|想问|请问"""
    ),
    _I,
)
# Between two questions in one sentence.
AND_ASKS = re.compile(
    r"[,;]?[ \xa0\n]{1,3}" + _any(_JOINING) + r"[,]?[ \xa0\n]{1,3}(?=" + _any(_ASKING) + r"\b)", _I
)
PROBLEM = re.compile(
    _any(
        """can't|cannot|can not|couldn't|doesn't|does not|don't work|not working|won't|isn't|unable
        error|fails|failed|problem|issue|broken|wrong
        missing|lost|never arrived|not arrived|not received|charged twice|geht nicht
        funktioniert nicht|kann nicht|fehler|problem|kaputt|falsch
        fehlt|verloren|nicht angekommen|nicht erhalten|ne fonctionne|ne marche|erreur|problème
        manque|perdu|pas reçu|no funciona|no puedo|fallo
        problema|falta|perdido|no he recibido|non funziona|non riesco|errore|manca|werkt niet
        kan niet|fout|probleem|não funciona|não consigo|erro
        不能|无法|错误|问题|没有收到"""
    ),
    _I,
)

# Words of politeness, which tell nothing of what is asked.
POLITE = """
    please help need want like know question questions asking wondering tell let advise possible information
    info hope well team support regards sincerely dear morning afternoon evening advance appreciate
    appreciated sorry yes ok okay sure right really also another thing things still
    regarding about above below see attached following time day today anyone someone idea ideas any quick more
    frage fragen wissen hilfe helfen gerne gern möchte könnten würde freundlichen grüßen geehrte damen
    herren liebe team danke dank vielen
    question questions savoir aide aider voudrais cordialement bonjour madame monsieur
    pregunta preguntas saber ayuda ayudar quisiera saludos gracias estimados
    domanda domande sapere aiuto vorrei saluti grazie vraag vragen weten hulp graag groet bedankt
    pergunta perguntas saber ajuda gostaria obrigado
"""
