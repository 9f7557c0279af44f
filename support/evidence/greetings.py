"""What people say in letters without claiming anything, language by language. Pure data, written by hand.

`courtesy_words` tells how a line is read, `courtesy_objects` what "<…>" may hold.
"""

SAID = {
    "en": """
        (hi|hello|hey|dear|good morning|good afternoon|good evening|greetings|welcome) _
        (hi|hello) (there|again|everyone|all)
        (many|) (thanks|thank you) (very much|so much|a lot|again|kindly|in advance|) _
        (many|) (thanks|thank you) (very much|so much|a lot|again|) (in advance|) for <thanked> ,
        (we|i) (really|truly|greatly|also|do|) appreciate (it|this|that)
        (we|i|) (really|truly|greatly|also|do|) (appreciate|value) (<thanked>|you <done>|your <done>)
        (please|thanks in advance)
        (great question|good question|my pleasure)
        (you are|you're) (very|most|) welcome ,
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry (again|)
        (i am|i'm|we are|we're|) (so|very|really|truly|sincerely|) sorry (for|about) <regretted>
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to (keep you waiting|have kept you waiting|\
            make you wait|have made you wait)
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry (for|about) <regretted> and for <regretted>
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (this|that|it) ,
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (about|of) <regretted>
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry (to hear|to learn|to read|) (that|) <met>
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (that|) <thing> (is|was|has \
            been|arrived|got) (stolen|broken|damaged|lost|late|missing|not working)
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (that|) <thing> (has|have) \
            (stopped working|broken|dropped|gone missing|not arrived|not arrived yet)
        (i am|i'm|we are|we're|) (so|very|really|truly|) sorry to hear (that|) <thing> (does not|\
            doesn't|will not|won't|is not|isn't|has not|hasn't|keeps|stopped) (work|working|charge|charging|\
            start|starting|turn on|arrive|arrived|connect|connecting|fit) (properly|correctly|yet|anymore|)
        (we|i|please accept our|our|my|) (sincerely|deeply|truly|do|want to|would like to|must|) (sincere|) \
            (apologise|apologize|apologies) (for <regretted>|)
        (please|) accept (our|my) (sincere|sincerest|deepest|) apologies (for <regretted>|)
        (i|we) (can|) (fully|completely|certainly|) (understand|imagine) (that|how|) (this|it) (is|must be|\
            can be|may be) (very|really|quite|) (frustrating|annoying|upsetting|worrying|confusing|\
            disappointing|stressful)
        (i|we) (can|) (fully|completely|certainly|only|) (understand|imagine|know) how (frustrating|annoying|\
            upsetting|worrying|confusing|disappointing|stressful) (this|it|that|<trouble>) (is|are|must be|\
            can be|may be)
        (i|we) (can|) (fully|completely|) (understand|know|see) how important (this|it) is (to you|for you|)
        (i|we) (can|) (fully|completely|certainly|) understand (your|the) (frustration|concern|worry|\
            disappointment)
        (i|we) (can|) (fully|completely|certainly|) understand (your|the) (frustration|concern|worry|\
            disappointment) (about|over|with) <regretted>
        that (sounds|must be) (very|really|) (frustrating|annoying|upsetting|worrying)
        if: (if|should) you have (any|more|) (other|further|more|additional|) (questions|question|concerns|\
            questions or concerns)
        if: if (you need|there is|there's) (anything|something) else (i|we|) (can|) (do|help|assist|help you|\
            ) (with|for you|)
        if: if (you|) (need|require) (any|) (more|further|additional|) (help|assistance|support)
        if: if (this|that|it) (still|) (does not|doesn't|did not|didn't) (help|work)
        if: if the (problem|issue|error) (persists|continues|remains|comes back)
        if: if you (run into|still have|have) (any|further|) (issues|problems|trouble)
        if: if anything (is|remains) unclear
        (please|just|) (do|) let (me|us) know
        (please|just|) let (me|us) know if (you have|there are|there is|you need|) (any|anything|) (other|\
            further|more|additional|) (questions or concerns|questions|question|concerns|else|help|\
            assistance|support)
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
        (please|) (feel free to|) (just|simply|) (reply|respond) to this (e-mail|email|message|mail) \
            (anytime|any time|directly|)
        (please|just|) (contact us|write to us|reach out|get in touch) (again|any time|anytime|)
        (i am|i'm|we are|we're|i would be|i'd be|we would be|we'd be|i will be|i'll be|we will be|we'll \
            be|) (always|more than|) (happy|glad|pleased) to (help|\
            assist) (you|) (further|) (with this|with that|with it|with anything else|with any questions|\
            with any further questions|with your question|with your request|)
        (we are|we're|i am|i'm) (always|) here (to help|for you|to help you|if you need us|if you need me|\
            if you need anything)
        (let me|happy to|glad to) (help|explain|assist) (you|) (with|) (this|that|it|)
        (i|we) can help (you|) with (this|that|it)
        (we|i|) (look|am looking|are looking|looking) forward to (hearing from you|hearing from you soon|\
            hearing back from you|your reply|your answer|your response|your message)
        (please|) (follow|try) (these|the) (following|) (steps|instructions) (below|)
        (please|) try (this|the following)
        (here is|here's|this is) (how|how it works|how to do it|how you do it|how to do this|what to do|what \
            you can do|what you need to do)
        here are the (steps|details|answers)
        (please|) note (the following|)
        (to do this|to do that|to do so|in short|in brief|in summary)
        enjoy (your|the) (day|evening|weekend|ride|trip)
        (we|i|) (hope you|) enjoy <thing>
        congratulations
        (i|we) hope (this|that) (helps|helped|answers your question|clears this up|clarifies it|clarifies \
            this|clarifies things|clarifies the matter)
        (i|we) hope (you are|you're) (doing|) well
        (i|we|) hope (you are|you're) having a (good|great|nice) (day|week)
        (i|we|) hope this (message|e-mail|email) finds you well
        (i|we|) hope to hear from you (soon|)
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
        (vielen|herzlichen|vielen herzlichen|besten|) dank (auch|nochmals|schon jetzt|im voraus|) für \
            <thanked> ,
        danke (sehr|schön|vielmals|) (für <thanked>|) ,
        (wir|ich) (danken|danke|bedanken uns|bedanke mich) (ihnen|dir|) (sehr|herzlich|) (für <thanked>|)
        dass sie (uns|sich) (kontaktiert|geschrieben|informiert|gemeldet|angerufen|bei uns gemeldet|an uns \
            gewandt|die zeit genommen|zeit genommen|darauf aufmerksam gemacht|an unseren kundendienst \
            gewandt|an unser team gewandt) haben
        dass du (dich|uns|mir) (gemeldet|geschrieben|kontaktiert|informiert|bei uns gemeldet) hast
        dass es zu <regretted> (gekommen ist|kam)
        (wir|ich) (möchten|möchte) (uns|mich) (bei ihnen|) für <regretted> entschuldigen
        (wir|ich) (bitten|bitte) (sie|) <regretted> zu entschuldigen
        (wir|ich) (bedauern|bedaure|bedauere) (sehr|) <regretted>
        (wir|ich) (können|kann) (ihren|ihre) (ärger|enttäuschung|sorge|frust|sorgen) (gut|sehr gut|) verstehen
        für <regretted> (bitten wir|bitte ich|entschuldigen wir uns|entschuldige ich mich) (sie|) (um \
            entschuldigung|um verzeihung|um verständnis|um ihr verständnis|)
        (es|das) tut (mir|uns) (sehr|wirklich|) leid (zu hören|das zu hören|für <regretted>|)
        dass <thing> (gestohlen wurde|beschädigt ist|defekt ist|nicht funktioniert|nicht mehr funktioniert|\
            nicht angekommen ist)
        dass sie <regretted> (haben|hatten)
        dass sie (so lange|lange|) (warten mussten|gewartet haben)
        dass sie (so|sehr|) (unzufrieden|enttäuscht|verärgert|nicht zufrieden) (sind|waren)
        (bitte|) entschuldigen sie (bitte|) <regretted>
        (wir|ich) (bitten|bitte) (sie|) um (ihr|) (entschuldigung|verzeihung|verständnis|geduld) (für \
            <regretted>|)
        (bitte|) (entschuldigen sie|entschuldige|entschuldigung|verzeihung) (bitte|)
        (wir|ich) (entschuldigen|entschuldige) (uns|mich) (vielmals|aufrichtig|) (für <regretted>|)
        (wir|ich) (verstehe|verstehen) (ihren|ihre|deinen|deine) (ärger|enttäuschung|sorge|frust|sorgen)
        (das|es) ist (sehr|wirklich|sicher|) (ärgerlich|frustrierend|unangenehm)
        (wir|ich) (verstehe|verstehen) (gut|sehr gut|)
        wie (ärgerlich|frustrierend|unangenehm|enttäuschend|lästig) (das|dies) (für sie|) (ist|sein muss)
        viel (freude|spass) mit <thing>
        if: (wenn|falls|sollten) sie (noch|weitere|) (weitere|) fragen haben
        if: (bei|für) (weiteren|) fragen
        (bei|für) (weiteren|) fragen (stehen wir|stehe ich|sind wir|bin ich|) (ihnen|dir|) (gern|gerne|\
            jederzeit|) (zur verfügung|für sie da|)
        (melden|wenden) sie sich (bitte|gern|gerne|einfach|jederzeit|) (bei|an) uns
        (melden|wenden) sie sich (bitte|gern|gerne|einfach|jederzeit|)
        (stehen wir|stehe ich|sind wir) (ihnen|) (gern|gerne|jederzeit|) (gern|gerne|) (zur verfügung|für \
            sie da)
        (wir|ich) (helfen|helfe) (ihnen|dir|) (gern|gerne) (weiter|dabei|)
        (gern|gerne) (helfen|helfe) (wir|ich) (ihnen|dir|) (weiter|dabei|)
        das zu hören
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
        (muchas|muchísimas|) gracias (de nuevo|de antemano|) por <thanked> ,
        (le|te|les|) (agradezco|agradecemos) (mucho|) (<thanked>|que <thanked>|)
        de nada
        (lo|) (siento|sentimos|lamento|lamentamos) (mucho|)
        (lo|) (siento|sentimos|lamento|lamentamos) (mucho|) <regretted>
        (lo|) (siento|sentimos|lamento|lamentamos) (mucho|) (escuchar|oír|saber|) (que <met>|eso|esto)
        (le|te|) (pido|pedimos|rogamos) (mil|) (disculpas|disculpa|perdón) (por <regretted>|)
        (disculpe|disculpa|disculpen|perdón|perdone) (<regretted>|por <regretted>|)
        (entiendo|entendemos|comprendo|comprendemos) (su|tu) (frustración|preocupación|molestia)
        (entiendo|entendemos|comprendo|comprendemos) que esto (es|debe ser|puede ser) (frustrante|molesto)
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
        (merci|un grand merci) (beaucoup|bien|encore|d'avance|) (pour <thanked>|de <thanked>|<done>) ,
        (je|nous) (vous|te) (remercie|remercions) (par avance|d'avance|) (pour \
            <thanked>|de <thanked>|<done>|)
        (je vous en prie|de rien)
        (je suis|nous sommes|) (vraiment|sincèrement|) (désolé|désolée|désolés|navré|navrés) (pour \
            <regretted>|de <regretted>|d'apprendre cela|d'apprendre que vous <met>|que vous <met>|)
        (veuillez|) (nous|m'|m'excuser) (excuser|) (pour <regretted>|de <regretted>|)
        (nous vous prions|je vous prie) de (nous|m') excuser (pour <regretted>|)
        (nous nous excusons|je m'excuse) (pour <regretted>|de <regretted>|)
        (veuillez|) (accepter|recevoir) (nos|mes) (sincères|) excuses (pour <regretted>|)
        (nous vous présentons|je vous présente) (nos|mes|toutes nos) (sincères|) excuses (pour <regretted>|)
        (toutes|) (nos|mes) (sincères|) excuses (pour <regretted>|)
        (je regrette|nous regrettons) (vivement|sincèrement|) <regretted>
        (je|nous) (comprends|comprenons) que (cela|ce) (soit|peut être|est) (frustrant|agaçant|désagréable)
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
        (grazie|grazie mille|molte grazie) (ancora|) (per|di) <thanked> ,
        (la|ti|vi) (ringrazio|ringraziamo) (per <thanked>|di <done>|)
        (mi dispiace|ci dispiace|siamo spiacenti|sono spiacente) (molto|) (per <regretted>|)
        (mi dispiace|ci dispiace|) (molto|) (sentire|sapere|) che (lei|) (ha avuto|abbia avuto|sta avendo|\
            stia avendo|ha riscontrato|abbia riscontrato) <regretted>
        (ci|mi) (scusiamo|scuso) (molto|) (per <regretted>|)
        (capisco|capiamo|comprendo|comprendiamo) (la sua|la tua) (frustrazione|preoccupazione|delusione)
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
        (muito|) (obrigado|obrigada) (por|pelo|pela|pelos|pelas) <thanked> ,
        (agradecemos|agradeço) (pelo|pela|por|) <thanked>
        (lamentamos|lamento|sentimos muito|sinto muito) (pelo|pela|pelos|pelas|) (<regretted>|)
        (pedimos|peço) (desculpa|desculpas) (pelo|pela|por|pelos|pelas|) (<regretted>|)
        (entendo|entendemos|compreendo|compreendemos) (a sua|sua|a tua) (frustração|preocupação|deceção)
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
        (dank u|dank je|bedankt|hartelijk dank|hartelijk bedankt|dank je wel|dank u wel) (voor <thanked>|) ,
        (het|) spijt (me|mij|ons) (zeer|) (voor <regretted>|)
        (onze|mijn|) (oprechte|) (excuses|verontschuldigingen) (voor <regretted>|)
        (<met>|<turned>)
        (dank u|dank je|bedankt|hartelijk dank|hartelijk bedankt|fijn) <turned>
        (het|) spijt (me|mij|ons) (zeer|) <met>
        (wij|we|ik) (verontschuldigen|verontschuldig) (ons|me|mij) voor <regretted>
        sorry (voor <regretted>|)
        (wat|) (vervelend|jammer) <met>
        (wij|we|ik) (begrijp|begrijpen) (uw|je) (frustratie|ergernis|zorg|zorgen|teleurstelling)
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
