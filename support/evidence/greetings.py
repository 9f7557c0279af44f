"""What people say in letters without claiming anything, language by language. Pure data, written by hand.

`courtesy_words` tells how a line is read.
"""

SAID = {
    "en": """
        (hi|hello|hey|dear|good morning|good afternoon|good evening|greetings|welcome) _
        (hi|hello) (there|again|everyone|all)
        (many|) (thanks|thank you) (very much|so much|a lot|again|kindly|in advance|) _
        (many|) (thanks|thank you) (very much|so much|a lot|again|) for … ,
        (we|i) (really|truly|) appreciate (it|this|that)
        (we|i) (really|truly|) appreciate (your|the) (patience|understanding|feedback|interest|message|\
            business|loyalty|help|time|cooperation|question|support|honesty|call|e-mail|email|reply|kind \
            words|trust|concern) (…|)
        (please|thanks in advance)
        (great question|good question|my pleasure)
        (you are|you're) (very|most|) welcome ,
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry (again|)
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry (for|about) …
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (this|that|it) ,
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (about|of) …
        (i am|i'm|we are|we're|) (so|very|really|) sorry to hear (that|) (you|your) …
        (i am|i'm|we are|we're|) (so|very|really|) sorry to hear (that|) (you are|you're|you were|you \
            have been|you've been|you have had|you've had|you had) (having|) …
        (i am|i'm|we are|we're|) (so|very|really|) sorry (that|) you (are|were) having (this|) (trouble|\
            difficulties|problem|problems) …
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (that|) (your|the) … (is|was|has \
            been|arrived|got) (stolen|broken|damaged|lost|late|missing|not working)
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (that|) (your|the) … (has|have) \
            (stopped working|broken|dropped|gone missing|not arrived|not arrived yet)
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (that|) (your|the) … (does not|\
            doesn't|will not|won't|is not|isn't|has not|hasn't|keeps|stopped) (work|working|charge|charging|\
            start|starting|turn on|arrive|arrived|connect|connecting|fit) (properly|correctly|yet|anymore|)
        (we|i|please accept our|my) (sincerely|) (apologise|apologize|apologies) (for …|)
        (please|) accept (our|my) (sincere|) apologies (for …|)
        (i|we) (can|) (fully|completely|certainly|) understand (that|how|) (this|it) (is|must be|can be|\
            may be) (very|really|quite|) (frustrating|annoying|upsetting|worrying|confusing|disappointing|\
            stressful)
        (i|we) (can|) (fully|completely|certainly|) understand how (frustrating|annoying|upsetting|\
            worrying|confusing|disappointing|stressful) (this|it|that) (is|must be|can be|may be)
        (i|we) (can|) (fully|completely|certainly|) understand (your|the) (frustration|concern|worry|\
            disappointment)
        that (sounds|must be) (very|really|) (frustrating|annoying|upsetting|worrying)
        if: (if|should) you have (any|more|) (other|further|more|additional|) (questions|question|concerns)
        if: if (you need|there is|there's) (anything|something) else
        if: if (you|) (need|require) (any|) (more|further|additional|) (help|assistance|support)
        if: if (this|that|it) (still|) (does not|doesn't|did not|didn't) (help|work)
        if: if the (problem|issue|error) (persists|continues|remains|comes back)
        if: if you (run into|still have|have) (any|further|) (issues|problems|trouble)
        if: if anything (is|remains) unclear
        (please|just|) (do|) let (me|us) know
        (please|just|) let (me|us) know if (you have|there are|there is|you need|) (any|anything|) (other|\
            further|more|additional|) (questions|question|concerns|else|help|assistance|support)
        (please|just|) let (me|us) know (if|whether) (this|that) (helps|helped|works|worked) (for you|)
        (please|just|) let (me|us) know how (it|that) goes
        (please|) (feel free|do not hesitate|don't hesitate) to (contact us|contact me|reach out|reply|\
            write|write to us|ask|get in touch|get back to us|let us know|let me know) (again|anytime|)
        (please|) (feel free|do not hesitate|don't hesitate) to (contact us|contact me|reach out|reply|\
            write|write to us|ask|get in touch|get back to us|let us know|let me know) (again|anytime|) \
            (if|whenever|should) (you need|you have|there is|there's|anything) (any|anything|) (is|) \
            (other|further|more|additional|) (question|questions|concerns|help|else|unclear)
        (please|) (feel free|do not hesitate|don't hesitate) to (contact us|reach out|get in touch|ask|\
            write|reply) (if|with) (you have|) (any|) (other|further|more|additional|) (questions|\
            question|concerns)
        (please|just|simply|) (reply|respond|write back|get back) to (this|us|me) (message|e-mail|email|\
            mail|) (if you have questions|if you have any questions|if you have further questions|if you \
            need help|if you need further help|if you need further assistance|)
        (please|just|) (contact us|write to us|reach out|get in touch) (again|any time|anytime|)
        (i am|i'm|we are|we're|i would be|i'd be|we would be|we'd be|) (always|) (happy|glad) to (help|\
            assist) (you|) (further|) (with this|with that|with it|with anything else|with any questions|\
            with any further questions|with your question|with your request|)
        (we are|we're|i am|i'm) (always|) here (to help|for you|to help you|if you need us|if you need me|\
            if you need anything)
        (let me|happy to|glad to) (help|explain|assist) (you|) (with|) (this|that|it|)
        (i|we) can help (you|) with (this|that|it)
        (we|i|) (look|am looking|are looking|looking) forward to (hearing from you|hearing back from you|\
            your reply|your answer|your response|your message)
        (please|) (follow|try) (these|the) (following|) (steps|instructions) (below|)
        (please|) try (this|the following)
        (here is|here's|this is) (how|how it works|how to do it|how you do it|how to do this|what to do|what \
            you can do|what you need to do)
        here are the (steps|details|answers)
        (please|) note (the following|)
        (to do this|to do that|to do so|in short|in brief|in summary)
        enjoy (your|the) (day|evening|weekend|ride|trip)
        congratulations
        (i|we) hope (this|that) (helps|helped|answers your question|clears this up|clarifies it|clarifies \
            this|clarifies things|clarifies the matter)
        (i|we) hope (you are|you're) (doing|) well
        have a (nice|great|good|lovely|wonderful) (day|evening|weekend|week|one|time) _
        (kind|best|warm|warmest|many|) (regards|wishes) _
        (all the best|best|cheers|sincerely|sincerely yours|yours sincerely|yours faithfully|yours truly|\
            take care|yours) ,
        (your|the) (support|customer service|customer support|customer care|customer success|service|help \
            desk|) team (at|of) _
        (your|the) _ (support|customer service|customer support|customer care|customer success|service|help \
            desk|) team
    """,
    "de": """
        (hallo|guten tag|guten morgen|guten abend|hi|moin|servus|grüß gott|liebe|lieber|sehr geehrte|sehr \
            geehrter) _
        sehr geehrte damen und herren
        (vielen|herzlichen|besten|) dank _
        (vielen|herzlichen|besten|) dank für … ,
        danke (sehr|schön|vielmals|) (für …|) ,
        (wir|ich) (danken|danke|bedanken uns|bedanke mich) (ihnen|dir|) (sehr|herzlich|) (für …|)
        (es|das) tut (mir|uns) (sehr|) leid (zu hören|das zu hören|)
        dass (ihr|ihre|dein|deine) … (gestohlen wurde|beschädigt ist|defekt ist|nicht funktioniert|nicht \
            mehr funktioniert|nicht angekommen ist)
        dass sie (probleme|schwierigkeiten|dieses problem|unannehmlichkeiten) (haben|hatten)
        (bitte|) entschuldigen sie (bitte|) (die|den|das) …
        (wir|ich) (bitten|bitte) (sie|) (um entschuldigung|um verzeihung) (für …|)
        (bitte|) (entschuldigen sie|entschuldige|entschuldigung|verzeihung) (bitte|)
        (wir|ich) (entschuldigen|entschuldige) (uns|mich) (für die …|für das …|für den …|für …|)
        (wir|ich) (verstehe|verstehen) (ihren|ihre|deinen|deine) (ärger|enttäuschung|sorge|frust|sorgen)
        (das|es) ist (sehr|wirklich|sicher|) (ärgerlich|frustrierend|unangenehm)
        if: (wenn|falls|sollten) sie (noch|weitere|) (weitere|) fragen haben
        if: (bei|für) (weiteren|) fragen
        (bei|für) (weiteren|) fragen (stehen wir|stehe ich|sind wir|bin ich|) (ihnen|dir|) (gern|gerne|\
            jederzeit|) (zur verfügung|für sie da|)
        (melden|wenden) sie sich (bitte|gern|gerne|einfach|jederzeit|) (bei|an) uns
        (melden|wenden) sie sich (bitte|gern|gerne|einfach|jederzeit|)
        (stehen wir|stehe ich|sind wir) (ihnen|) (gern|gerne|jederzeit|) (gern|gerne|) (zur verfügung|für \
            sie da)
        (wir|ich) (helfen|helfe) (ihnen|dir|) (gern|gerne) (weiter|)
        (bitte|) (lassen sie|lass) (es|) (uns|mich) (es|) (bitte|) wissen
        (ich|wir) (hoffe|hoffen) (das hilft|) (ihnen|dir|) (weiter|)
        (das|dies) hilft (ihnen|dir|) weiter
        gern geschehen
        if: (wenn|falls) sie (noch|weitere|) hilfe (brauchen|benötigen)
        (bei|für) (weiteren|) fragen (melden|wenden) sie sich (bitte|gern|gerne|jederzeit|) (bei|an) uns
        (wir|ich) (freuen uns|freue mich) (auf|über) (ihre|deine) (antwort|nachricht|rückmeldung)
        so (geht es|geht das|geht's|funktioniert es|funktioniert das|gehen sie vor)
        (bitte|) gehen sie (bitte|) (wie folgt|so|folgendermaßen) vor
        (bitte|) folgen sie (bitte|) (diesen|den folgenden) schritten
        (ich wünsche ihnen|wir wünschen ihnen|) (einen|noch einen|) (schönen|guten) (tag|abend|\
            nachmittag) (noch|)
        (ich wünsche ihnen|wir wünschen ihnen|) (ein|) schönes wochenende
        (mit|) (freundlichen|freundliche|besten|beste|herzlichen|herzliche|viele|liebe|schöne) (grüßen|\
            grüße|gruß) _
        (ihr|euer|dein|das) _ team
        (ihr|euer|dein|das) _ (kundendienst|kundenservice|support-team|serviceteam|supportteam)
    """,
    "es": """
        (hola|buenos días|buenas tardes|buenas noches|estimado|estimada|querido|querida|apreciado|\
            apreciada) _
        (muchas|muchísimas|) gracias (de nuevo|) _
        (muchas|muchísimas|) gracias por … ,
        (le|te|les) (agradezco|agradecemos) …
        de nada
        (lo|) (siento|sentimos|lamento|lamentamos) (mucho|)
        (lo|) (siento|sentimos|lamento|lamentamos) (mucho|) (las|los|la|el) (molestias|inconvenientes|\
            molestia|inconveniente|demora|retraso) (…|)
        (le|te|) (pido|pedimos|rogamos) (disculpas|disculpa) (por …|)
        (disculpe|disculpa|disculpen|perdón|perdone) (las molestias|por …|)
        (entiendo|entendemos|comprendo|comprendemos) (su|tu) (frustración|preocupación|molestia)
        if: si (tiene|tienes) (alguna|más|otra|cualquier) (otra|) (pregunta|preguntas|duda|dudas)
        if: si (necesita|necesitas) (algo más|más ayuda|ayuda)
        (no dude|no dudes) en (contactarnos|escribirnos|preguntar|ponerse en contacto con nosotros|\
            avisarnos)
        (por favor|) (avísenos|avíseme|avísame|háganoslo saber|háganos saber|hágamelo saber|escríbanos|\
            contáctenos)
        (estamos|estoy|quedamos|quedo) (aquí|) (para ayudarle|para ayudarte|a su disposición|a tu \
            disposición)
        (espero|esperamos) que (esto|) (le|te|) (ayude|sirva|haya ayudado)
        (que tenga|que tengas|le deseo|le deseamos) (un|) (buen|buenos|excelente) (día|días|tarde|fin de \
            semana)
        (un|) (saludo|saludos|abrazo) (cordial|cordiales|) _
        (atentamente|cordialmente) ,
        (por favor|) (siga|sigue) (estos|los siguientes) pasos
        (así|esto) (se hace|funciona)
        (estos|aquí) (son|están) los pasos
        (quedamos|quedo) a la espera de su respuesta
        (el|su) equipo (de|) _
    """,
    "fr": """
        (bonjour|bonsoir|salut|cher|chère|chers|madame|monsieur) _
        (merci|un grand merci) (beaucoup|bien|encore|d'avance|) _
        (merci|un grand merci) (beaucoup|bien|encore|) (pour|de|d'avoir) … ,
        (je|nous) (vous|te) (remercie|remercions) (pour …|de …|)
        (je vous en prie|de rien)
        (je suis|nous sommes|) (vraiment|sincèrement|) (désolé|désolée|désolés|navré|navrés) (pour …|de \
            ce …|)
        (veuillez|) (nous|m') excuser (pour …|)
        (veuillez|) (accepter|recevoir) (nos|mes) (sincères|) excuses (pour …|)
        (toutes|) (nos|mes) excuses (pour …|)
        (je|nous) (comprends|comprenons) (votre|ta) (frustration|inquiétude|déception)
        if: si vous avez (d'autres|des|une|la moindre|) (autre|) (question|questions)
        (n'hésitez pas|n'hésite pas) à (nous|me) (contacter|écrire|demander|recontacter|le faire savoir) \
            (si besoin|si vous avez des questions|si vous avez d'autres questions|)
        (n'hésitez pas|n'hésite pas)
        (faites-le nous savoir|dites-le nous|dites-le moi|tenez-nous au courant)
        (nous restons|je reste|nous sommes|je suis) (à votre disposition|là pour vous aider|à votre écoute)
        (j'espère|nous espérons) que (cela|ceci|ça) (vous|) (aide|aidera)
        (je vous souhaite|nous vous souhaitons|passez|) (une|) (bonne|excellente|agréable) (journée|\
            soirée|semaine|fin de semaine)
        (bonne|belle) (journée|soirée) (à vous|)
        voici (comment faire|comment procéder|les étapes|les étapes à suivre)
        (veuillez suivre|suivez) (ces|les) étapes (suivantes|)
        (procédez|veuillez procéder) comme suit
        dans l'attente de votre réponse
        (bien|) (cordialement|cordialement vôtre|sincèrement|amicalement) _
        (l'|votre) équipe _
    """,
    "it": """
        (ciao|salve|buongiorno|buonasera|gentile|caro|cara|egregio) _
        (grazie|grazie mille|molte grazie) (ancora|) _
        (grazie|grazie mille|molte grazie) (per|di) … ,
        (la|ti) (ringrazio|ringraziamo) (per …|)
        (mi dispiace|ci dispiace|siamo spiacenti|sono spiacente) (molto|) (per …|)
        (ci|mi) (scusiamo|scuso) (per …|)
        if: se ha (altre|ulteriori|) domande
        (non esiti|non esitare) a (contattarci|scriverci)
        (buona|) (giornata|serata)
        (cordiali|distinti|) saluti _
        (segua|segui) (questi|i seguenti) passaggi
        ecco come (fare|funziona|)
        (cordialmente|a presto) ,
    """,
    "pt": """
        (olá|oi|bom dia|boa tarde|boa noite|prezado|prezada|caro|cara) _
        (muito|) (obrigado|obrigada) (novamente|) _
        (muito|) (obrigado|obrigada) (por|pelo|pela) … ,
        (agradecemos|agradeço) (o|a|pelo|pela|por) …
        (lamentamos|lamento|sentimos muito|sinto muito) (pelo …|pela …|o …|a …|)
        (pedimos|peço) desculpa (pelo …|pela …|por …|)
        if: se tiver (mais|outras|alguma|) (dúvidas|perguntas|dúvida|pergunta)
        (não hesite|não hesites) em (contactar-nos|nos contatar|escrever)
        (estamos|estou|ficamos) à (sua|) disposição
        (tenha|) (um|uma|) (bom|boa|ótimo) (dia|tarde|semana)
        (com os melhores|melhores|) cumprimentos _
        siga (estes|os seguintes) passos
        (atenciosamente|cordialmente|abraços) ,
    """,
    "nl": """
        (hallo|hoi|beste|geachte|goedemorgen|goedemiddag|goedenavond|dag) _
        (dank u|dank je|bedankt|hartelijk dank|hartelijk bedankt|dank je wel|dank u wel) (voor …|) ,
        (het|) spijt (me|mij|ons) (zeer|)
        (onze|mijn|) (excuses|verontschuldigingen) (voor …|)
        if: (als|mocht) (u|je) (nog|) (vragen|andere vragen|meer vragen) (heeft|hebt|hebben)
        (laat|) (het|) (ons|mij|me) (het|) (gerust|) weten
        (we|wij|ik) (helpen|help) (u|je) graag (verder|)
        (een|nog een|) (fijne|prettige) (dag|avond|weekend) (verder|)
        volg (deze|de volgende) stappen
        zo (werkt het|doet u dat|doe je dat)
        (met|) (vriendelijke|hartelijke) (groet|groeten) _
    """,
    # Of these no claiming words are known: only the same words count, and a name only behind a greeting.
    "pl": """
        (dzień dobry|cześć|witam|witamy|szanowny panie|szanowna pani|szanowni państwo) _
        (bardzo|serdecznie|) (dziękuję|dziękujemy) (za wiadomość|za kontakt|za cierpliwość|za zgłoszenie|)
        (bardzo|) (przepraszam|przepraszamy) (za utrudnienia|za niedogodności|za kłopot|za opóźnienie|)
        (bardzo|) (mi|nam|) przykro (mi|nam|)
        if: w razie (dalszych|) pytań
        w razie (dalszych|) pytań (prosimy o kontakt|jesteśmy do dyspozycji|)
        (miłego dnia|życzę miłego dnia|życzymy miłego dnia)
        (z poważaniem|pozdrawiam|pozdrawiamy|serdecznie pozdrawiam)
    """,
    "cs": """
        (dobrý den|ahoj|vážený pane|vážená paní) _
        (děkuji|děkujeme|moc děkuji|moc děkujeme) (za zprávu|za vaši zprávu|za trpělivost|)
        (omlouváme|omlouvám) se (za potíže|za komplikace|za nepříjemnosti|)
        (hezký den|přeji hezký den|přejeme hezký den)
        s (pozdravem|přátelským pozdravem)
    """,
    "sv": """
        (hej|god morgon|god kväll) _
        (tack|tack så mycket|stort tack) (för ditt meddelande|för ert meddelande|för ditt mejl|för ditt \
            tålamod|)
        (vi|jag|) beklagar (besväret|detta|)
        (ursäkta|förlåt) (för besväret|besväret|)
        (hör gärna av dig|hör av dig) (om du har fler frågor|om du har några frågor|)
        ha en (bra|fin|trevlig) (dag|kväll|helg)
        (med|) (vänliga|vänlig|bästa) (hälsningar|hälsning)
    """,
    "da": """
        (hej|kære|god dag|god morgen) _
        (tak|mange tak) (for din besked|for din henvendelse|for din tålmodighed|)
        (vi|jeg|) beklager (ulejligheden|besværet|)
        hav en (god|dejlig) (dag|aften|weekend)
        (med|) venlig hilsen
    """,
    "no": """
        (hei|kjære|god dag|god morgen) _
        (takk|tusen takk) (for meldingen|for henvendelsen|for tålmodigheten|)
        (vi|jeg|) beklager (ulempen|bryderiet|)
        ha en (god|fin) (dag|kveld|helg)
        (med|) (vennlig hilsen|hilsen)
    """,
    "fi": """
        (hei|moi|hyvää päivää|hyvää huomenta) _
        (kiitos|paljon kiitoksia) (viestistäsi|viestistänne|yhteydenotostasi|yhteydenotostanne|)
        (pahoittelemme|pahoittelen|pahoittelut) (häiriötä|tilannetta|)
        hyvää (päivänjatkoa|viikonloppua)
        (ystävällisin|) terveisin
    """,
    "ru": """
        (здравствуйте|добрый день|доброе утро|добрый вечер|уважаемый|уважаемая) _
        (большое|) спасибо (за сообщение|за ваше сообщение|за обращение|за ваше обращение|за терпение|за \
            ожидание|)
        (приносим|приношу) (свои|) извинения (за неудобства|за доставленные неудобства|)
        (нам|мне) (очень|) жаль
        if: если у вас (есть|остались|возникнут) (ещё|другие|) вопросы
        (пишите|напишите|обращайтесь) (нам|к нам|)
        (с уважением|всего доброго|хорошего дня)
    """,
    "uk": """
        (вітаю|вітаємо|добрий день|доброго дня|шановний|шановна) _
        (дуже|щиро|) (дякую|дякуємо) (за повідомлення|за ваше повідомлення|за звернення|за терпіння|)
        (перепрошуємо|вибачте) (за незручності|)
        (з повагою|гарного дня)
    """,
    "tr": """
        (merhaba|merhabalar|sayın) _
        (mesajınız için|) (çok|) (teşekkürler|teşekkür ederiz|teşekkür ederim)
        (yaşadığınız|) (sorun|aksaklık) için özür (dileriz|dilerim)
        (saygılarımla|saygılarımızla)
    """,
    "zh": """
        (您好|你好|尊敬的客户|亲爱的客户)
        (谢谢|非常感谢|感谢您的来信|谢谢您的来信|感谢您的联系|感谢您的咨询|感谢您的耐心等待|感谢您的理解)
        (对不起|很抱歉|非常抱歉|很抱歉给您带来不便|给您带来不便|对此我们深表歉意)
        if: (如有疑问|如有其他问题|如果您还有其他问题)
        (请随时联系我们|欢迎随时联系我们|请随时告诉我们)
        (祝您生活愉快|祝您一切顺利|此致|敬礼|此致敬礼)
    """,
    "ja": """
        (こんにちは|お世話になっております)
        (お問い合わせありがとうございます|お問い合わせいただきありがとうございます|ご連絡ありがとうございます|\
            ご連絡いただきありがとうございます|ありがとうございます)
        (申し訳ございません|ご不便をおかけして申し訳ございません|ご迷惑をおかけして申し訳ございません)
        if: ご不明な点がございましたら
        (お気軽にお問い合わせください|ご不明な点がございましたらお気軽にお問い合わせください)
        (よろしくお願いいたします|よろしくお願いします|どうぞよろしくお願いいたします)
    """,
    "ko": """
        안녕하세요
        (감사합니다|문의해 주셔서 감사합니다|연락 주셔서 감사합니다)
        (죄송합니다|불편을 드려 죄송합니다)
    """,
    "ar": """
        (مرحبا|أهلا|أهلا وسهلا|السلام عليكم) (بك|بكم|)
        شكرا (لك|لكم|لتواصلك معنا|لتواصلكم معنا|على رسالتك|)
        (نعتذر عن الإزعاج|نأسف لذلك|نعتذر)
        (مع أطيب التحيات|مع خالص التحية|تحياتي)
    """,
}
