"""How lines of `greetings` and of questions are read, and the words that none of them may hold. Pure data.

A line is a whole clause. "(a|b)" is one of these, "(a|)" may be missing. "<thanked>" is one of the lines of
that name in `courtesy_objects`; "<word>" in there is one word that tells nothing: none among the language's
claiming words, and none of money, numbers, units, days, months, faults or what was done. "_" stands for a
name of up to three words with capitals; where it stands at the end, and where a line ends in ",", a name may
also follow behind a comma. In a question "…" holds up to eight words, none of which tells something, is
awarded or a fault; "~" besides nothing that is granted and no verb that would make it a statement.

"if:" begins a case: what follows it holds in that case only, and who leaves it out promises more.
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
        tomorrow yesterday soon shortly within immediately nobody everybody everyone everything lack lacks
        lacking outside
    """,
    "de": """
        nicht kein keine keinen nie niemals nichts kann können könnte könnten wird werden wirst würde würden
        soll sollte sollten muss müssen müsste darf dürfen ist sind war waren sei hat haben hatte hatten \
            wenn
        falls sofern bis weil da dass damit der die das welche welcher nur immer kostenlos aber sondern dann
        durch zuerst klicken öffnen drücken wählen gehen tippen geben rufen zahlen senden erstatten ersetzen
        dauert kostet gilt bekommen erhalten morgen gestern bald sofort innerhalb niemand alles brand feuer
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
        stuur kost dekt brand
    """,
}

# Behind a question of yes or no they are the claim; before a courtesy they are a manner of speaking.
ASSENTS = """
    (sure|sure thing|certainly|of course|absolutely|definitely|great|perfect|no problem|no worries|gladly|\
        rest assured|good news|great news)
    (gern|gerne|sehr gern|sehr gerne|natürlich|selbstverständlich|kein problem|klar)
    (claro|claro que sí|por supuesto|con gusto|con mucho gusto|sin problema)
    (bien sûr|certainement|avec plaisir|pas de problème|absolument)
    (certo|certamente|con piacere|nessun problema)
    (claro que sim|com certeza|com prazer|sem problema)
    (natuurlijk|zeker|graag|geen probleem)
"""

# Words that tell what somebody gets, in any language ("*": with any end, "-": with any beginning).
# What is given to somebody: asking whether they have it already tells that they get it.
AWARDED = """
    refund* reimburs* compensat* replacement* gift* prize* complimentary voucher* cashback
    -erstatt* -gutschr* -gutschein* ersatz* geschenk* entschädig* kostenlos* kostenfrei*
    reembols* indemniz* reemplaz* regalo* gratis gratuit*
    rembours* indemnis* remplac* cadeau*
    rimbors* risarc* omaggio* indeniz* terugbet* vergoed*
"""
GRANTED = f"""
    {AWARDED}
    credit credits credited crediting discount* bonus* waive* waiving upgrade* upgrading
    lifetime lifelong unlimited overnight premium vip winner* eligib* ineligib*
    entitle* cancelled canceled cancelling charging billing guarantee* approv* money
    rabatt* erlass* -storn* -kündig* genehmig* garantie* geld
    lebenslang* unbegrenzt* vitalici* ilimitad* illimité* illimitat* levenslang* onbeperkt*
    devolución devolucion* descuento* abono* garantiz* dinero cancelad*
    remise remises garanti* annulé* argent
    sconto sconti garantit* annullat*
    desconto* korting*
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
    ii iii iv vii viii ix xii zero dot
    twice thrice double doubled triple dozen* hundred* thousand* million* half
    zweimal dreimal doppelt* -zig -hundert* -tausend* dutzend* hälfte
    doble* mitad cien ciento* mil dos veces
    moitié cent cents mille douzaine*
    doppi* metà cento mila
    dobro metade cem cento
    dubbel* honderd duizend helft
"""
DAYS = """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays \
        saturdays sundays tonight
    montag* dienstag* mittwoch* donnerstag* freitag* samstag* sonnabend* sonntag*
    lunes martes miércoles jueves viernes sábado domingo
    lundi mardi mercredi jeudi vendredi samedi dimanche
    lunedì martedì mercoledì giovedì venerdì sabato domenica
    segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
    maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
"""
# What a company answers for, whoever is sorry for it.
FAULTS = """
    fire fires explo* accident* injur* poison* toxic danger* defective fraud*
    unfall* unfälle* verletz* vergift* gefährlich* betrug* brände
    incendi* incêndi* accident* peligros* fraude* defectuos* dangereu* défectueu* blessure*
    esplosi* incident* pericolos* frod* difettos* acident* perigos* defeituos*
    ongeluk* ontploff* gevaarlijk* brandgefahr
    negligen* liab* breach* recall* hazard* bankrup* unsafe illegal* unlawful*
    fahrlässig* haftung* datenleck* -diebstahl rückruf* konkurs* insolven*
    negligencia* responsabilidad* quiebra* négligence* responsabilité* faillite* fuite*
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
# Behind "Thanks," with a capital they are nobody's name, but the answer.
ANSWERS = """
    yep yeah yup nope nah affirmative negative correct incorrect true false right wrong exactly precisely
    indeed today possible legal allowed forbidden prohibited safe fine
    doch jawohl genau richtig falsch stimmt korrekt heute möglich erlaubt verboten sicher
    cierto correcto incorrecto exacto verdad falso hoy posible prohibido
    exact exactement vrai faux voilà aujourd'hui interdit
    esatto giusto vero oggi vietato certo correto errado exato hoje proibido
    klopt precies juist inderdaad vandaag verboden
    ano да нет так ні evet hayır kyllä ei nej nei
"""
# Names that end as what was done does.
NAMES = """
    ahmed alfred conrad khaled mohamed mohammed muhammed waleed rashed winifred manfred siegfried wilfred
    jared mildred ingrid gerhardt bernhardt gerrit renata donato agata domingo andré rené renée josé chloé
    desirée salomé
"""

# What a question to the customer would tell by the way.
TELLING = """
    we password passwords passcode pin pins cvv cvc wir passwort kennwort contraseña clave nous passe
    because since that if unless only free not no never always will must should then
    weil da dass wenn nur kostenlos* nicht kein keine immer muss müssen dann
    porque si sólo solo gratis no nunca siempre debe entonces
    parce si seulement gratuit* ne pas jamais toujours doit devez puis
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
        (do|did|are|were|have) you (get|getting|need|prefer) ~
        (do|did|would) you (want|like|need|prefer) to ~
        (do|would) you (want|like|need) (any|some|) (more|further|additional) (help|information|details)
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
        (ha|has) (recibido|visto|probado|intentado|comprobado) (ya|) ~
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
