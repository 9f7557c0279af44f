"""What letters thank for and are sorry for that tells nothing: a closed vocabulary by language. Pure data.

Lines are read as in `greetings`; "<name>" stands for one of the lines of that name above it, and "<word>" for
one word that tells nothing: what the customer has. "*" is an ending of up to two letters.
"""

from support.evidence.courtesy_objects_romance import ROMANCE

OBJECTS = {
    "en": {
        "own": "(your|the|this|these|that|those|my|our|any|all|all the|all this|all your|such)",
        "how": """
            (kind|nice|lovely|warm|quick|fast|prompt|swift|speedy|detailed|thorough|clear|recent|new|latest|\
                first|additional|further|extra|helpful|useful|valuable|great|good|honest|thoughtful|friendly|\
                continued|ongoing|initial|interesting|previous|positive|candid|constructive|open)
        """,
        "part": """
            (new|recent|current|latest|previous|first|second|front|rear|back|left|right|upper|lower|main|\
                online|mobile|home|user|customer|e-mail|email|phone|internet|web|washing|coffee|credit|debit|\
                bank|delivery|shipping|return|returns|battery|charging|account|order|log-in|login|product|\
                privacy|support|service)
        """,
        "thing": """
            (your|the|this|that|these|our|my) (<part>|) (<part>|) <word> (of your <word>|)
            <part> <word>
        """,
        "about": """
            (about|regarding|concerning|with) (<thing>|this|that|it)
            (about|regarding|concerning) <word>
            to (our|my) (message|e-mail|email|question|questions)
            on our (<part>|) <word>
            (in|with) us
        """,
        "given": """
            (message|messages|e-mail|e-mails|email|emails|mail|letter|note|call|reply|response|answer|\
                answers|inquiry|enquiry|question|questions|query|request|report|contact|feedback|comment|\
                comments|review|suggestion|suggestions|idea|ideas|input|thoughts|opinion|patience|\
                understanding|time|effort|efforts|help|assistance|support|cooperation|interest|trust|\
                confidence|loyalty|business|order|purchase|visit|concern|concerns|attention|honesty|openness|\
                kindness|flexibility|words|compliment|compliments|praise|information|info|details|detail|\
                description|explanation|clarification|confirmation|update|follow-up|screenshot|screenshots|\
                photo|photos|picture|pictures|image|images|video|attachment|heads-up|heads up|tip|hint|\
                reminder)
        """,
        "gift": "(<own>|) (<how>|) (<how>|and <how>|) <given>",
        "word_to_us": """
            (contacting|writing to|calling|messaging|e-mailing|emailing|choosing|trusting|visiting) (us|me|\
                our support|our support team|our team|our customer service|our customer service team|our \
                customer support team|our help desk|our shop|our store|customer service|customer support|\
                support)
            (contacting|writing to|choosing|visiting) (the|) _ (support|customer service|customer support|\
                support team|team|help desk|)
            (reaching|getting back|writing|replying|getting in touch|writing back|writing in|reaching out|\
                calling|waiting|asking|checking|checking in|following up|answering|responding|clarifying|\
                confirming|helping|trying|sharing) (out|) (to us|to me|to our support team|to our team|to \
                customer support|to our customer support team|to our customer service|to _ support|to _|with \
                us|with our support team|with our team|with me|)
            (letting|telling|informing|notifying) (us|me) (know|)
            (following up|checking in|checking back) on (this|that|it)
            giving us (the|a|another) (opportunity|chance) (to help|to respond|to look into this|to check \
                this)
            being (so|very) (patient|kind|understanding|helpful)
            (bringing|raising) (this|it|that|this matter|this issue|this problem) (up|to our attention|to my \
                attention|with us)
            (reporting|flagging|explaining|describing|mentioning|clarifying|confirming|checking|trying|\
                testing|sharing|noticing|sending|providing|giving|attaching|including) (us|) (this|that|it|\
                these|the problem|the issue|this problem|this issue|the situation|this situation|these steps|\
                the steps|<gift>|your experience|your order number) (with us|to us|)
            (taking|finding) (the|your|) time (to|) (write|contact|reach out|share|send|explain|describe|get \
                in touch|reply|respond|let us know|get back) (to us|us|with us|) (this|that|<gift>|)
            (bearing|staying|shopping|being|working|riding) with (us|me|_)
            being (a|part|such a|one) (of|) (loyal|valued|longtime|faithful|our|) (loyal|valued|) (customer|\
                customers|member of our community|community)
            being (a part|part) of (our|the) (community|family)
            your (patience|understanding)
        """,
        "done": """
            <word_to_us> (again|today|so quickly|so promptly|back|first|) (<about>|)
            <word_to_us> while (we|i) (look into|check|investigate|review) (this|it|that|this matter)
            <word_to_us> and (for|) (<word_to_us>|<gift>) (<about>|)
        """,
        "thanked": """
            <gift> (and <gift>|and for <gift>|) (<about>|) (again|)
            <gift> (and <gift>|) of (the|this|your) (problem|issue|situation|error|question|request)
            <gift> (that|) (you|you've|you have) (provided|shared|sent|given) (us|with us|)
            <gift> (in|while|during) (this|the meantime|this matter|this situation|we look into this|we look \
                into it|we check this)
            (your|the) (<how>|) interest in <thing>
            (your|the) (<how>|) interest in _
            <done>
            (everything|this|that|it)
        """,
        "bad": """
            (late|long|slow|delayed|bad|poor|terrible|awful|horrible|frustrating|unpleasant|disappointing|\
                unfortunate|unnecessary|considerable|great|big|small|slight|possible|unexpected|negative|\
                extra|continued|ongoing|technical|recent|unacceptable|further|additional|inconvenient|little|\
                bit of)
        """,
        "trouble": """
            (inconvenience|inconveniences|trouble|troubles|problem|problems|issue|issues|difficulty|\
                difficulties|confusion|misunderstanding|misunderstandings|miscommunication|delay|delays|wait|\
                waiting|waiting time|wait time|wait times|reply|response|answer|experience|frustration|\
                disappointment|annoyance|hassle|bother|mix-up|situation|stress|worry|worries|upset|back and \
                forth|what happened)
        """,
        "bother": "(<own>|a|some|) (<bad>|) (<bad>|) <trouble>",
        "caused": """
            (this|it|that|we|this situation|this issue|this delay) (has|have|may have|might have|must have|) \
                (caused|been causing|caused for|brought) (you|)
            caused (you|to you|by this|)
            (my|our) (previous|last|earlier|) (message|reply|e-mail|email) (has|may have|might have|) caused \
                (you|)
            (that|which|) (you've|you have|you are|you're|you) (had|experienced|encountered|faced|been \
                having|having|experiencing|encountering|facing|been experiencing) (with <thing>|)
            in (getting back to you|responding|replying|answering|our reply|our response|my reply|my \
                response) (to you|to your message|to your email|)
            (of|in) your (order|delivery|parcel|package|shipment|request)
            (and|) (for|) (keeping you|having kept you|making you) (waiting|wait)
        """,
        "regretted": """
            <bother> (and <bother>|and for <bother>|) (<about>|) (<caused>|)
            (keeping you|having kept you|making you) (waiting|wait) (so long|)
            (not getting back to you|not replying|not responding|the delay in getting back to you) (sooner|\
                earlier|)
            taking so long (to reply|to respond|to get back to you|to answer|)
            (this|that|it|everything|all this|all of this) (again|)
        """,
        "met": """
            (you are|you're|you were|you have been|you've been) (still|) (having|experiencing|facing|\
                encountering|running into|dealing with|going through) (this|that|it|<bother>) (<about>|)
            (you are|you're|you were|you have been|you've been|you have|you had) (still|) (having|had|) \
                (trouble|difficulty|difficulties|problems|issues|a hard time) (logging in|signing in|signing \
                up|logging into|accessing|connecting|using|finding|opening|reaching|setting up|charging|\
                updating|installing|downloading|placing|tracking) (to <thing>|<thing>|)
            (you are|you're|you were|you feel|you felt|you have been|you've been) (so|very|not|not fully|not \
                entirely|not completely|) (satisfied|happy|unhappy|dissatisfied|disappointed|upset|\
                frustrated|unsatisfied|pleased|let down|inconvenienced|worried|concerned|confused) (with \
                <thing>|about <thing>|by <thing>|by this|about this|with this|)
            (you|you've|you have|you had) (had|have had|experienced|encountered|faced|have|met with|went \
                through) <bother> (<about>|)
            (you|you've|you have) (feel|felt) (this|that) way
            (you|you've|you have) (run into|come across|been through) <bother> (<about>|)
            (you|you've|you have) (had|have|been) (to wait|waiting|to contact us again) (so long|this long|)
            (your|this|the) experience (was|has been|was not|has not been|wasn't|hasn't been) (<bad>|less \
                than ideal|better|what you expected|a good one|a positive one|as expected)
        """,
    },
    "de": {
        "own": """
            (ihr|ihre|ihren|ihrem|ihrer|ihres|dein|deine|deinen|deinem|deiner|die|der|das|den|dem|diese|\
                dieser|diesen|dieses|diesem|unser|unsere|unserem|unserer|unseren|alle|all|jegliche|jede|ein|\
                eine|einem|einer|einen)
        """,
        "how": """
            (freundlich*|nett*|lieb*|schnell*|rasch*|prompt*|zügig*|ausführlich*|genau*|detailliert*|\
                hilfreich*|wertvoll*|wichtig*|ehrlich*|offen*|positiv*|neu*|weiter*|zusätzlich*|erneut*|\
                anhaltend*|interessant*|konstruktiv*|kurz*|letzt*)
        """,
        "part": "(neu*|aktuell*|letzt*|erst*|jetzig*|hinter*|vorder*|link*|recht*|ober*|unter*)",
        "thing": "<own> (<part>|) <word>",
        "about": """
            (zu|über|bezüglich|wegen|betreffend|mit|bei) <thing>
            (zum|zur|beim) (<part>|) <word>
            bei uns
            (diesbezüglich|dazu|hierzu|in dieser angelegenheit|in dieser sache)
        """,
        "given": """
            (nachricht|nachrichten|mail|mails|e-mail|e-mails|email|schreiben|brief|anruf|anfrage|nachfrage|\
                frage|fragen|antwort|rückmeldung|feedback|geduld|verständnis|zeit|mühe|mühen|hilfe|mithilfe|\
                unterstützung|mitarbeit|kooperation|interesse|vertrauen|treue|bestellung|einkauf|kauf|besuch|\
                hinweis|hinweise|meldung|anregung|anregungen|vorschlag|vorschläge|kommentar|bewertung|lob|\
                worte|offenheit|ehrlichkeit|information|informationen|info|infos|angaben|details|\
                beschreibung|erklärung|foto|fotos|bild|bilder|screenshot|screenshots|kontaktaufnahme|\
                anliegen|bestätigung|aufmerksamkeit|entgegenkommen|warten|freundlichkeit|bemühungen)
        """,
        "gift": "(<own>|) (<how>|) (<how>|) <given>",
        "thanked": """
            <gift> (und <gift>|und für <gift>|) (<about>|)
            (<own>|) kontaktaufnahme mit (dem|der|) _ (kundenservice|kundendienst|support|support-team|team|)
            (<own>|) (<how>|) interesse (an <thing>|am <word>)
            <gift> und <own> interesse (an <thing>|am <word>)
            <gift> (und <gift>|) (des|dieses|ihres) (problems|fehlers|anliegens)
            alles
        """,
        "bad": """
            (spät*|lang*|verspätet*|verzögert*|entstanden*|entstehend*|verursacht*|möglich*|eventuell*|\
                etwaig*|unnötig*|schlecht*|unangenehm*|ärgerlich*|technisch*|viel*|groß*|gross*|dadurch|\
                damit|hierdurch|ihnen|verbunden*|aufgetreten*|unerfreulich*|negativ*)
        """,
        "trouble": """
            (unannehmlichkeit|unannehmlichkeiten|umstände|verzögerung|verzögerungen|wartezeit|wartezeiten|\
                verspätung|antwort|reaktion|rückmeldung|missverständnis|missverständnisse|verwirrung|ärger|\
                problem|probleme|problemen|schwierigkeit|schwierigkeiten|mühe|aufwand|erfahrung|erfahrungen|\
                störung|situation|warten)
        """,
        "bother": "(<own>|) (<bad>|) (<bad>|) (<bad>|) <trouble>",
        "regretted": """
            <bother> (und <bother>|und für <bother>|) (<about>|)
            (dies|das|alles)
        """,
    },
    "nl": {
        "own": "(uw|je|jouw|jullie|de|het|dit|deze|dat|die|ons|onze|mijn|alle|eventuele|een)",
        "how": """
            (vriendelijk*|snel*|uitgebreid*|duidelijk*|eerlijk*|waardevol*|nuttig*|recent*|nieuw*|lief|lieve|\
                aardig*|fijn*|extra|verder*|positief|positieve)
        """,
        "thing": "<own> (nieuwe|recente|laatste|eerste|) <word>",
        "about": "(over|met|betreffende|omtrent) <thing>",
        "given": """
            (bericht|berichten|e-mail|e-mails|email|mail|mailtje|brief|telefoontje|vraag|vragen|verzoek|\
                aanvraag|reactie|antwoord|feedback|geduld|begrip|tijd|moeite|hulp|medewerking|steun|\
                interesse|belangstelling|vertrouwen|loyaliteit|bestelling|aankoop|bezoek|opmerking|\
                opmerkingen|melding|suggestie|suggesties|tip|informatie|gegevens|details|uitleg|beschrijving|\
                toelichting|foto|foto's|afbeelding|afbeeldingen|screenshot|screenshots|woorden|eerlijkheid|\
                aandacht|wachten)
        """,
        "gift": "(<own>|) (<how>|) <given>",
        "thanked": """
            <gift> (en <gift>|en voor <gift>|) (<about>|)
            (<own>|) (interesse|belangstelling) (in|voor) <thing>
            (het|) contact opnemen met (de|het|) (klantenservice van|klantendienst van|supportteam van|) _
            (het contact opnemen|contact opnemen|het wachten|het melden|het doorgeven) (met ons|van dit \
                probleem|hiervan|) (<about>|)
        """,
        "bad": """
            (laat|late|lang*|traag|trage|mogelijk*|eventueel|eventuele|vervelend*|slecht*|onaangenam*|\
                ontstan*|veroorzaakt*|technisch*|verlat*)
        """,
        "trouble": """
            (ongemak|ongemakken|overlast|vertraging|vertragingen|wachttijd|wachten|reactie|antwoord|\
                verwarring|misverstand|misverstanden|probleem|problemen|situatie|moeite|moeilijkheden|\
                ervaring|ervaringen|frustratie|hinder)
        """,
        "bother": "(<own>|) (<bad>|) (<bad>|) <trouble>",
        "regretted": "<bother> (en <bother>|en voor <bother>|) (<about>|)",
        "met": """
            dat (u|je) <bother> (heeft|hebt|had|ondervindt|ondervond) (<about>|)
            dat (u|je) (<regretted>|) (heeft|hebt|had)
            dat (u|je) (zo lang|lang|) (moest|heeft moeten|hebt moeten) wachten
        """,
        "turned": """
            dat (u|je) (contact met ons|ons|dit) (heeft|hebt) (opgenomen|geschreven|gemaild|gemeld|laten \
                weten|geïnformeerd|gebeld)
        """,
    },
} | ROMANCE
