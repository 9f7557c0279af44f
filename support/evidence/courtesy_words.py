"""What people say in letters without claiming anything, in some languages. Pure data, written by hand.

A line is a whole clause. "(a|b)" is one of these, "(a|)" may be missing. "…" stands for up to eight words
that tell nothing: none among the language's claiming words, and none of money, numbers, units or what was
done. "_" stands for a name of up to three words with capitals; where it stands at the end, and where a line
ends in ",", a name may also follow behind a comma. In a question "…" holds no telling words; "~" besides
nothing that is granted and no verb that would make it a statement.
"""

CLAIMING = {
    "en": """
        not no never none nothing cannot can can't could couldn't will won't would wouldn't shall should \
            must
        may might is isn't are aren't was wasn't were weren't be been has have had do does don't doesn't did
        it's that's there's they're he's she's we'll you'll i'll it'll they'll we've we're if unless until
        when while because since so that which who as only always free but then by first next need needs
        works work takes costs gets get goes covers includes allows click open press select choose go enter
        type tap turn restart reset unplug install call visit pay send refund refunded replace replaced
        tomorrow yesterday soon shortly within immediately nobody everybody everyone everything
    """,
    "de": """
        nicht kein keine keinen nie niemals nichts kann können könnte könnten wird werden wirst würde würden
        soll sollte sollten muss müssen müsste darf dürfen ist sind war waren sei hat haben hatte hatten \
            wenn
        falls sofern bis weil da dass damit der die das welche welcher nur immer kostenlos aber sondern dann
        durch zuerst klicken öffnen drücken wählen gehen tippen geben rufen zahlen senden erstatten ersetzen
        dauert kostet gilt bekommen erhalten morgen gestern bald sofort innerhalb niemand alles
    """,
    "es": """
        no nunca nada ningún ninguna puede pueden podrá podemos podría será serán es son está están fue \
            han ha
        hay debe deben tiene tienen tendrá si hasta cuando mientras porque que quien cual sólo solo siempre
        gratis pero entonces primero haga pulse abra elija vaya escriba llame pague envíe reembolsar
        reemplazar tarda cuesta cubre incluye vamos va mañana ayer pronto dentro nadie todo
    """,
    "fr": """
        ne n pas jamais rien aucun aucune peut peuvent pouvez pourra pourrez sera seront est sont était \
            ont a
        doit doivent devez faut aura aurez si jusqu'à quand lorsque parce que qui dont seulement toujours
        gratuit gratuite mais alors puis d'abord cliquez ouvrez appuyez choisissez allez saisissez appelez
        payez envoyez rembourser remplacer coûte prend couvre comprend demain hier bientôt immédiatement
    """,
    "it": """
        non mai niente nessun nessuna può possono potrà sarà saranno è sono era hanno ha deve devono se \
            finché
        quando perché che solo sempre gratis ma poi prima clicchi apra prema scelga vada chiami paghi invii
        rimborsare sostituire costa copre
    """,
    "pt": """
        não nunca nada nenhum nenhuma pode podem poderá será serão é são foi está estão tem têm deve \
            devem se
        até quando porque que só apenas sempre grátis mas então primeiro clique abra escolha ligue pague \
            envie
        reembolsar substituir custa cobre vamos
    """,
    "nl": """
        niet geen nooit niets kan kunnen zal zullen wordt worden is zijn was moet moeten mag mogen heeft
        hebben als tot wanneer omdat dat die alleen altijd gratis maar dan eerst klik open kies ga bel \
            betaal
        stuur kost dekt
    """,
}

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
        (if|should) you have (any|more|) (other|further|more|additional|) (questions|question|concerns)
        if (you need|there is|there's) (anything|something) else
        if (you|) need (any|) (more|further|) help
        if anything (is|remains) unclear
        (please|just|) (do|) let (me|us) know
        (please|just|) let (me|us) know if (you have|there are|there is|you need|) (any|anything|) (other|\
            further|more|additional|) (questions|question|concerns|else|help)
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
        (please|just|) (reply|respond|write back|get back) to (this|us|me) (message|e-mail|email|mail|)
        (please|just|) (contact us|write to us|reach out|get in touch) (again|any time|anytime|)
        (i am|i'm|we are|we're|i would be|i'd be|we would be|we'd be|) (always|) (happy|glad) to (help|\
            assist) (you|) (further|) (with this|with that|with it|with anything else|with any questions|\
            with any further questions|with your question|with your request|)
        (we are|we're|i am|i'm) (always|) here (to help|for you|to help you)
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
        (es|das) tut (mir|uns) (sehr|) leid
        dass sie (probleme|schwierigkeiten|dieses problem|unannehmlichkeiten) (haben|hatten)
        (bitte|) entschuldigen sie (bitte|) (die|den|das) …
        (wir|ich) (bitten|bitte) (sie|) (um entschuldigung|um verzeihung) (für …|)
        (bitte|) (entschuldigen sie|entschuldige|entschuldigung|verzeihung) (bitte|)
        (wir|ich) (entschuldigen|entschuldige) (uns|mich) (für die …|für das …|für den …|für …|)
        (wir|ich) (verstehe|verstehen) (ihren|ihre|deinen|deine) (ärger|enttäuschung|sorge|frust|sorgen)
        (das|es) ist (sehr|wirklich|sicher|) (ärgerlich|frustrierend|unangenehm)
        (wenn|falls|sollten) sie (noch|weitere|) (weitere|) fragen haben
        (bei|für) (weiteren|) fragen (stehen wir|stehe ich|sind wir|bin ich|) (ihnen|dir|) (gern|gerne|\
            jederzeit|) (zur verfügung|für sie da|)
        (melden|wenden) sie sich (bitte|gern|gerne|einfach|jederzeit|) (bei|an) uns
        (melden|wenden) sie sich (bitte|gern|gerne|einfach|jederzeit|)
        (stehen wir|stehe ich|sind wir) (ihnen|) (gern|gerne|jederzeit|) (gern|gerne|) (zur verfügung|für \
            sie da)
        (wir|ich) (helfen|helfe) (ihnen|dir|) (gern|gerne) (weiter|)
        (bitte|) (lassen sie|lass) (es|) (uns|mich) (es|) (bitte|) wissen
        (ich|wir) (hoffe|hoffen) das hilft (ihnen|dir|) (weiter|)
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
        si (tiene|tienes) (alguna|más|otra|cualquier) (otra|) (pregunta|preguntas|duda|dudas)
        si (necesita|necesitas) (algo más|más ayuda|ayuda)
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
        si vous avez (d'autres|des|une|la moindre|) (autre|) (question|questions)
        (n'hésitez pas|n'hésite pas) à (nous|me) (contacter|écrire|demander|recontacter|le faire savoir) \
            (si besoin|si vous avez des questions|si vous avez d'autres questions|)
        (n'hésitez pas|n'hésite pas)
        (faites-le nous savoir|dites-le nous|dites-le moi|tenez-nous au courant)
        (nous restons|je reste|nous sommes|je suis) (à votre disposition|là pour vous aider|à votre écoute)
        (j'espère|nous espérons) que (cela|ceci|ça) (vous|) (aide|aidera)
        (je vous souhaite|nous vous souhaitons|passez|) (une|) (bonne|excellente|agréable) (journée|\
            soirée|semaine|fin de semaine)
        (bonne|belle) (journée|soirée) (à vous|)
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
        se ha (altre|ulteriori|) domande
        (non esiti|non esitare) a (contattarci|scriverci)
        (buona|) (giornata|serata)
        (cordiali|distinti|) saluti _
        (cordialmente|a presto) ,
    """,
    "pt": """
        (olá|oi|bom dia|boa tarde|boa noite|prezado|prezada|caro|cara) _
        (muito|) (obrigado|obrigada) (novamente|) _
        (muito|) (obrigado|obrigada) (por|pelo|pela) … ,
        (agradecemos|agradeço) (o|a|pelo|pela|por) …
        (lamentamos|lamento|sentimos muito|sinto muito) (pelo …|pela …|o …|a …|)
        (pedimos|peço) desculpa (pelo …|pela …|por …|)
        se tiver (mais|outras|alguma|) (dúvidas|perguntas|dúvida|pergunta)
        (não hesite|não hesites) em (contactar-nos|nos contatar|escrever)
        (estamos|estou|ficamos) à (sua|) disposição
        (tenha|) (um|uma|) (bom|boa|ótimo) (dia|tarde|semana)
        (com os melhores|melhores|) cumprimentos _
        (atenciosamente|cordialmente|abraços) ,
    """,
    "nl": """
        (hallo|hoi|beste|geachte|goedemorgen|goedemiddag|goedenavond|dag) _
        (dank u|dank je|bedankt|hartelijk dank|hartelijk bedankt|dank je wel|dank u wel) (voor …|) ,
        (het|) spijt (me|mij|ons) (zeer|)
        (onze|mijn|) (excuses|verontschuldigingen) (voor …|)
        (als|mocht) (u|je) (nog|) (vragen|andere vragen|meer vragen) (heeft|hebt|hebben)
        (laat|) (het|) (ons|mij|me) (het|) (gerust|) weten
        (we|wij|ik) (helpen|help) (u|je) graag (verder|)
        (een|nog een|) (fijne|prettige) (dag|avond|weekend) (verder|)
        (met|) (vriendelijke|hartelijke) (groet|groeten) _
    """,
}

# Behind a question of yes or no they are the claim; before a courtesy they are a manner of speaking.
ASSENTS = """
    (sure|sure thing|certainly|of course|absolutely|definitely|great|perfect|no problem|no worries)
    (gern|gerne|sehr gern|sehr gerne|natürlich|selbstverständlich|kein problem|klar)
    (claro|claro que sí|por supuesto|con gusto|con mucho gusto|sin problema)
    (bien sûr|certainement|avec plaisir|pas de problème|absolument)
    (certo|certamente|con piacere|nessun problema)
    (claro que sim|com certeza|com prazer|sem problema)
    (natuurlijk|zeker|graag|geen probleem)
"""

# Words that tell what somebody gets, in any language ("*": with any end, "-": with any beginning).
GRANTED = """
    refund* reimburs* compensat* credit credits credited crediting discount* bonus* waive* waiving upgrade* \
        upgrading
    voucher* entitle* cancelled canceled cancelling charging billing guarantee* approv* money cashback
    -erstatt* -gutschr* -gutschein* rabatt* erlass* -storn* -kündig* entschädig* genehmig* garantie* geld
    reembols* devolución devolucion* indemniz* descuento* abono* garantiz* dinero cancelad*
    rembours* indemnis* remise remises garanti* annulé* argent
    rimbors* sconto sconti risarc* garantit* annullat*
    desconto* indeniz* indemniz*
    terugbet* vergoed* korting*
"""
MONEY = """
    pay paying payment* fee fees price* charge charged charges billed cost costs invoice* cent cents euro* \
        dollar*
    usd eur gbp pound pounds
    -zahlung* -gebühr* -preis* -buchung* kosten rechnung* bezahl*
    pago* cobr* cargo cargos precio* factur* dólar*
    paiement* prélèvement* frais prix
    pagament* addebit* prezzo prezzi
    cobran* preço* tarifa*
    betaling* prijs
"""
MULTIPLES = """
    twice thrice double doubled triple dozen* hundred* thousand* million* half
    zweimal dreimal doppelt* -zig -hundert* -tausend* dutzend* hälfte
    doble* mitad cien ciento* mil dos veces
    moitié cent cents mille douzaine*
    doppi* metà cento mila
    dobro metade cem cento
    dubbel* honderd duizend helft
"""
# What was done; English words that end in "ed" tell it, too, but for those that only look like it.
DONE = """
    paid sent lost done gone made given taken kept sold granted arriving closing blocking deleting losing
    sending
"""
NOT_DONE = """
    need speed feed indeed shed detailed continued delayed related interested prolonged
"""

# Words of those who are greeted without a name, and small words within names.
ADDRESSED = """
    all everyone everybody there team again both customer friend friends sir madam
    zusammen alle herr frau kunde kundin nochmals
    señor señora cliente todos todas don doña
    madame monsieur mesdames messieurs client cliente tous toutes
    signore signora tutti senhor senhora todos meneer mevrouw klant iedereen
    and und et y e en de del der den di da do dos du la le van von vom bin al el at of
"""
# Names that end as what was done does.
NAMES = """
    ahmed alfred conrad khaled mohamed mohammed muhammed waleed rashed winifred manfred siegfried wilfred
    jared mildred ingrid gerhardt bernhardt gerrit renata donato agata andré rené renée josé chloé
    desirée salomé
"""

# What a question to the customer would tell by the way.
TELLING = """
    we password passwords passcode pin pins cvv cvc wir passwort kennwort contraseña clave nous passe
    because since that if unless only free not no never always will must should then
    weil da dass wenn nur kostenlos nicht kein keine immer muss müssen dann
    porque si sólo solo gratis no nunca siempre debe entonces
    parce si seulement gratuit ne pas jamais toujours doit devez puis
"""

STATING = """
    yes ok okay ja oui sí sì sim
    is isn't are aren't was wasn't were been has had will did yesterday tomorrow
    ist sind war waren wird wurde wurden gestern
    está están fue fueron será ayer mañana
    est sont était sera seront demain
"""

ASKED = {
    "en": """
        (could|can|would|will) you (please|kindly|) (tell|send|share|give|confirm|describe|provide|\
            specify|clarify|explain|forward|attach|let) ~
        (could|can|would|will) you (please|kindly|) (tell|share|give|confirm|describe|specify|clarify|\
            explain|let) (us|me|) (please|know|) (which|what|whose|where|when|why|how|who|whether) …
        (may|can|could) (i|we) (please|) (ask|have|know) (for|) ~
        (may|can|could) (i|we) (please|) (ask|know) (which|what|whose|where|when|why|how|who|whether) …
        (which|what|whose|where|when|why|how|who) (…|) (do|did|are|were|have|would|does|is|was|will|can) \
            (you|your|the) …
        (which|what|where|when|how) (is|are|was) (your|the) …
        (which|what) … (is|are) (on|in|for|at) (your|the) ~
        (do|did|are|were|have|would) you (use|using|have|see|seeing|mean|own|order|ordered|receive|\
            received|notice|noticed|buy|bought|still|already) …
        (do|did|are|were|have|would) you (get|getting|want|like|need|prefer) ~
        (is|was|are|does|did|has|do) (your) ~
        (is|was) there (anything|something) else …
        (is|was) there (anything|something) else (i|we|you) can (help|do|assist) (you|) (with|for you|)
        (can|could|may|how can|how may) (i|we) (help|assist) (you|) (with|) (anything|something|) (else|\
            further|) (today|)
        (does|did|do) (this|that) (help|work|answer your question|make sense)
    """,
    "de": """
        (können|könnten|würden) sie (uns|mir|) (bitte|) (bitte|) … (sagen|schicken|senden|nennen|\
            mitteilen|bestätigen|beschreiben|geben|erklären)
        (welche|welcher|welches|welchen|was|wo|wann|warum|wie|wer) … (sie|ihr|ihre|ihren|ihrem|ihnen) (…|)
        (haben|verwenden|nutzen|benutzen|sehen|möchten|meinen|besitzen|brauchen) sie ~
        (ist|war|hat|wird) (ihr|ihre) ~
        (kann ich|können wir) (ihnen|) (sonst|noch|) (noch|) (etwas|weiter|) (helfen|weiterhelfen|für sie \
            tun)
    """,
    "es": """
        (puede|podría|puedes|podrías) (por favor|) (decirnos|decirme|enviarnos|enviarme|confirmar|\
            indicarnos|indicarme|describir|proporcionarnos|darnos) …
        (cuál|cuáles|qué|dónde|cuándo|cómo|quién) … (usted|su|sus|tu|tus|tiene|usa|utiliza|ve|quiere|\
            necesita|compró) …
        (tiene|usa|utiliza|ve|quiere|necesita|prefiere) (usted|) ~
        (hay algo más|puedo ayudarle|podemos ayudarle) (en|con|) (lo|algo|) (que|más|) (pueda|podamos|) \
            (ayudarle|)
    """,
    "fr": """
        (pouvez-vous|pourriez-vous) (nous|me|) (s'il vous plaît|) (dire|envoyer|confirmer|indiquer|\
            décrire|préciser|donner|communiquer|transmettre) …
        (quel|quelle|quels|quelles|où|quand|comment|pourquoi|qui) … (vous|votre|vos|avez-vous|\
            utilisez-vous|êtes-vous|voulez-vous) …
        (avez-vous|utilisez-vous|êtes-vous|voulez-vous|voyez-vous|souhaitez-vous|préférez-vous) ~
        (puis-je|pouvons-nous) (vous|) aider …
    """,
}
