"""What letters in Romance languages thank for and are sorry for, as `courtesy_objects` tells. Pure data."""

ROMANCE = {
    "es": {
        "own": """
            (su|sus|tu|tus|el|la|los|las|este|esta|estos|estas|nuestro|nuestra|nuestros|nuestras|todo|toda|\
                cualquier|un|una|mi)
        """,
        "how": """
            (amable|amables|rápida|rápido|pronta|pronto|detallado|detallada|reciente|sincera|sincero|valioso|\
                valiosa|valiosos|buena|buen|nuevo|nueva|adicional|adicionales|honesta|continua|gran)
        """,
        "part": "(nuevo|nueva|reciente|actual|último|última)",
        "thing": "<own> (<part>|) <word> (<part>|)",
        "about": "(sobre|acerca de|con respecto a|respecto a|con|relacionada con|relacionado con) <thing>",
        "given": """
            (mensaje|mensajes|correo|correo electrónico|e-mail|email|llamada|carta|consulta|pregunta|\
                preguntas|solicitud|respuesta|paciencia|comprensión|interés|confianza|fidelidad|lealtad|\
                preferencia|pedido|compra|visita|comentario|comentarios|opinión|sugerencia|sugerencias|ayuda|\
                apoyo|colaboración|cooperación|tiempo|atención|información|detalles|foto|fotos|imagen|\
                imágenes|captura|capturas|aviso|contacto|espera|aclaración|amabilidad|sinceridad|palabras)
        """,
        "gift": "(<own>|) (<own>|) (<how>|) <given> (<how>|)",
        "done": """
            (contactarnos|contactar con nosotros|contactarse con nosotros|escribirnos|escribir|llamarnos|\
                informarnos|avisarnos|elegirnos|confiar en nosotros|esperar|responder|preguntar|hacérnoslo \
                saber|comunicarse con nosotros|comunicarte con nosotros|ponerse en contacto|ponerte en \
                contacto|ponerse en contacto con nosotros|ponerte en contacto con nosotros) (<about>|)
            (tomarse|tomarte) el tiempo (de|para) (escribirnos|contactarnos|responder)
            (compartir|enviarnos|compartir con nosotros|hacernos llegar) <gift>
            (contactar a|contactar con|elegir) _
            (contactar a|contactar con) (el soporte|el equipo|la atención al cliente|el equipo de soporte|\
                el servicio de atención al cliente) de _
            (contactar a|contactar con) (nuestro equipo|nuestro equipo de soporte|nuestro servicio de \
                atención al cliente) (<about>|)
        """,
        "thanked": """
            <gift> (y <gift>|y por <gift>|) (<about>|)
            (<own>|) interés (en|por) <thing>
            <done>
            (todo|ello|esto|eso)
        """,
        "bad": "(larga|largo|posible|posibles|mala|malas|gran|tardía|tardío|desagradable|técnico|técnicos)",
        "trouble": """
            (molestia|molestias|inconveniente|inconvenientes|inconveniencia|demora|demoras|retraso|retrasos|\
                espera|tardanza|confusión|malentendido|malentendidos|problema|problemas|dificultad|\
                dificultades|situación|experiencia|frustración|respuesta|contratiempo)
        """,
        "bother": "(<own>|) (<own>|) (<bad>|) <trouble> (<bad>|)",
        "caused": """
            (causado|causada|causados|causadas|ocasionado|ocasionada|ocasionados|ocasionadas)
            que (esto|ello|esta situación) (le|te|) (haya|ha|pueda haber|haya podido) (causado|ocasionado|\
                causar|ocasionar)
            (en|al) (responder|contestar|responderle|contestarle|la respuesta|nuestra respuesta)
            que (ha|haya|has|hayas) (tenido|sufrido|experimentado)
        """,
        "regretted": """
            <bother> (y <bother>|) (<about>|) (<caused>|)
            (lo ocurrido|lo sucedido|esto|ello|eso)
        """,
        "met": """
            (tenga|tengas|haya tenido|hayas tenido|esté teniendo|estés teniendo|está teniendo|ha tenido|ha \
                experimentado|haya experimentado|experimente) <bother> (<about>|)
            (haya|hayas) tenido que esperar
            (esté|estés|está|se sienta) (decepcionado|decepcionada|insatisfecho|insatisfecha|frustrado|\
                frustrada) (con <thing>|)
        """,
    },
    "fr": {
        "own": """
            (votre|vos|ton|ta|tes|le|la|les|ce|cet|cette|ces|notre|nos|tout|toute|tous|toutes|un|une|des|\
                quelques|mon|ma|mes)
        """,
        "how": """
            (aimable|gentil|gentille|rapide|rapides|prompte|détaillé|détaillée|récent|récente|précieux|\
                précieuse|précieuses|sincère|complémentaire|complémentaires|supplémentaires|nouveau|nouvelle|\
                dernier|dernière|bon|bonne)
        """,
        "part": "(nouveau|nouvelle|dernier|dernière|récent|récente|actuel|actuelle|arrière|avant)",
        "thing": "<own> (<part>|) <word> (<part>|)",
        "about": "(concernant|avec|sur|à propos de|au sujet de|relative à|relatif à) <thing>",
        "given": """
            (message|messages|courriel|e-mail|email|mail|lettre|appel|demande|question|questions|réponse|\
                retour|retours|patience|compréhension|intérêt|l'intérêt|confiance|fidélité|commande|achat|\
                visite|commentaire|commentaires|avis|suggestion|suggestions|aide|soutien|coopération|\
                collaboration|temps|attention|information|informations|précision|précisions|détails|\
                explication|explications|photo|photos|image|images|capture|captures|signalement|contact|\
                gentillesse|remarque|remarques|coup de fil)
        """,
        "gift": "(<own>|) (<how>|) <given> (<how>|)",
        "done": """
            (nous|m'|) (avoir|d'avoir) (contacté|contactés|contactées|écrit|informé|informés|prévenu|\
                prévenus|répondu|fait confiance|attendu|patienté|partagé <gift>|envoyé <gift>|signalé ce \
                problème|signalé cela|signalé le problème|choisis|choisi) (<about>|)
            (avoir|d'avoir) contacté (le support|le service client|le service clients|l'assistance|l'équipe) \
                (de|) _
            (avoir|d'avoir) (contacté|choisi) (notre service client|notre équipe|notre boutique|notre \
                service|le service client|_)
            (avoir|d'avoir) pris (le temps de|contact) (nous écrire|nous contacter|nous répondre|avec nous)
        """,
        "thanked": """
            <gift> (et <gift>|et de <gift>|et pour <gift>|) (<about>|)
            (<own>|) (intérêt|l'intérêt) (pour|envers) <thing>
            <done>
            tout
        """,
        "bad": """
            (long|longue|tardif|tardive|possible|possibles|éventuel|éventuels|éventuelle|mauvaise|\
                désagréable|grand|petit|technique|techniques)
        """,
        "trouble": """
            (désagrément|désagréments|inconvénient|inconvénients|gêne|retard|attente|l'attente|confusion|\
                malentendu|malentendus|contretemps|problème|problèmes|difficulté|difficultés|situation|\
                expérience|frustration|réponse|délai)
        """,
        "bother": "(<own>|) (<bad>|) <trouble> (<bad>|)",
        "caused": """
            (occasionné|occasionnée|occasionnés|occasionnées|causé|causée|causés|causées|rencontré|\
                rencontrés|rencontrées)
            que cela (vous a causé|vous a causée|a pu vous causer|a pu causer|vous a occasionné|a pu vous \
                occasionner)
            (dans|de) (notre|ma) réponse
        """,
        "regretted": """
            <bother> (et <bother>|et pour <bother>|) (<about>|) (<caused>|)
            (cela|ceci|tout cela)
        """,
        "met": """
            (rencontrez|rencontriez|avez|ayez|éprouvez|avez rencontré|ayez rencontré|avez eu|ayez eu|avez \
                vécu) (toujours|encore|) <bother> (<about>|)
            (soyez|êtes) (déçu|déçue|insatisfait|insatisfaite|mécontent|mécontente) (de <thing>|)
            (ayez|avez) dû attendre
        """,
    },
    "it": {
        "own": """
            (il|la|lo|i|le|gli|un|una|suo|sua|suoi|sue|tuo|tua|tuoi|tue|questo|questa|questi|queste|nostro|\
                nostra|nostri|nostre|vostro|vostra|ogni|eventuali|qualsiasi)
        """,
        "how": """
            (gentile|rapida|rapido|veloce|dettagliato|dettagliata|recente|prezioso|preziosa|sincero|sincera|\
                ulteriori|nuovo|nuova)
        """,
        "thing": "<own> (<own>|) <word>",
        "about": """
            (su|con|riguardo|in merito a|riguardo a|relativa a|relativo a) <thing>
            (sul|sulla|sui|sulle|riguardo al|riguardo alla|in merito al|in \
                merito alla) (<own>|) <word>
        """,
        "given": """
            (messaggio|messaggi|email|e-mail|mail|lettera|richiesta|domanda|domande|pazienza|comprensione|\
                interesse|l'interesse|fiducia|fedeltà|ordine|l'ordine|acquisto|l'acquisto|visita|\
                segnalazione|risposta|feedback|riscontro|collaborazione|tempo|attenzione|l'attenzione|\
                informazioni|foto|immagini|chiamata|telefonata|aiuto|l'aiuto|disponibilità|commento|commenti|\
                suggerimento|suggerimenti|contatto|attesa|l'attesa|gentilezza|chiarimento)
        """,
        "gift": "(<own>|) (<own>|) (<how>|) <given>",
        "done": """
            averci (contattato|contattati|scritto|informato|informati|avvisato|avvisati|scelto|scelti|\
                risposto|chiamato|segnalato il problema|segnalato questo problema|inviato <gift>) (<about>|)
            (aver|avere) contattato (l'assistenza|il supporto|il servizio clienti|il team|l'assistenza \
                clienti) (di|) _
            (aver|avere) (contattato|scelto|atteso|aspettato) (il servizio clienti|la nostra assistenza|noi|_)
        """,
        "thanked": """
            <gift> (e <gift>|e per <gift>|) (<about>|)
            (<own>|) (<own>|) (interesse|l'interesse) (per|verso) <thing>
            <done>
        """,
        "bad": "(lungo|lunga|eventuale|possibile|brutta|spiacevole|tecnico|tecnici)",
        "trouble": """
            (disagio|disagi|inconveniente|inconvenienti|l'inconveniente|ritardo|ritardi|attesa|l'attesa|\
                confusione|malinteso|malintesi|problema|problemi|situazione|difficoltà|disguido|disguidi|\
                esperienza|l'esperienza|contrattempo|l'accaduto)
        """,
        "bother": "(<own>|) (<own>|) (<bad>|) <trouble> (<bad>|)",
        "caused": """
            (causato|causati|arrecato|arrecati|riscontrato|riscontrati)
            che (questo|ciò) (può averle causato|può aver causato|le ha causato)
            (nella|nel) (risposta|nostra risposta|rispondere|risponderle)
        """,
        "regretted": "<bother> (e <bother>|e per <bother>|) (<about>|) (<caused>|)",
    },
    "pt": {
        "own": """
            (o|a|os|as|seu|sua|seus|suas|teu|tua|este|esta|nosso|nossa|nossos|nossas|qualquer|eventuais|um|\
                uma|todo|toda)
        """,
        "how": """
            (gentil|rápida|rápido|detalhada|detalhado|recente|valioso|valiosa|sincero|sincera|nova|novo|\
                adicionais)
        """,
        "thing": "<own> (<own>|) <word>",
        "about": """
            (sobre|com|relativa a|relativo a|em relação a|quanto a) <thing>
            (quanto ao|quanto à|em relação ao|em relação à) (<own>|) <word>
        """,
        "given": """
            (mensagem|mensagens|e-mail|email|carta|pedido|encomenda|compra|contato|contacto|pergunta|\
                perguntas|dúvida|paciência|compreensão|interesse|confiança|fidelidade|lealdade|preferência|\
                visita|resposta|retorno|feedback|comentário|comentários|sugestão|sugestões|ajuda|apoio|\
                colaboração|cooperação|tempo|atenção|informação|informações|detalhes|foto|fotos|imagens|\
                aviso|espera|esclarecimento|gentileza|solicitação|chamada)
        """,
        "gift": "(<own>|) (<own>|) (<how>|) <given> (<how>|)",
        "done": """
            (nos contactar|nos contatar|contactar-nos|entrar em contacto|entrar em contato|entrar em \
                contacto connosco|entrar em contato conosco|escrever|nos escrever|nos informar|nos avisar|\
                nos escolher|esperar|aguardar|responder|sua paciência|tua paciência|nos enviar <gift>|\
                compartilhar <gift>|partilhar <gift>) (<about>|)
            (contatar|contactar|escolher) (a|o|) _
            (contatar|contactar|contato com|contacto com|entrar em contato com|entrar em contacto com) \
                (o|a|) (suporte da|suporte do|equipe da|equipa da|atendimento da|apoio ao cliente da|) _
        """,
        "thanked": """
            <gift> (e <gift>|e pela <gift>|e pelo <gift>|) (<about>|)
            (<own>|) (<own>|) interesse (em|por) <thing>
            (<own>|) (<own>|) interesse (no|na|nos|nas|pelo|pela|pelos|pelas) (<own>|) <word>
            <done>
        """,
        "bad": "(longa|longo|eventual|possível|possíveis|má|desagradável|técnico|técnicos)",
        "trouble": """
            (transtorno|transtornos|inconveniente|inconvenientes|incómodo|incômodo|incómodos|incômodos|\
                atraso|atrasos|demora|espera|confusão|mal-entendido|problema|problemas|situação|dificuldade|\
                dificuldades|experiência|frustração|ocorrido|sucedido|resposta)
        """,
        "bother": "(<own>|) (<own>|) (<bad>|) <trouble> (<bad>|)",
        "caused": """
            (causado|causada|causados|causadas|ocasionado|ocasionados)
            que (isso|isto) (lhe|) (causou|possa ter causado|tenha causado)
            (na|em) (resposta|nossa resposta|responder)
        """,
        "regretted": "<bother> (e <bother>|) (<about>|) (<caused>|)",
    },
}
