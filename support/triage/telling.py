"""Words by which rules tell how pressing a message is, and its sentiment. Pure data, by hand.

Few on purpose, and each says one thing whatever a company sells. A line is a pattern of its language; all
languages are looked through, because people quote and mix them. What no line says is "normal", or empty.
"""

from __future__ import annotations

# Between two words of one sentence.
NEAR = r"[^.?!\n]{0,40}"

# By what they mean for the priority. Somebody or their property is in danger now:
SAFETY = {
    "en": r"caught fire|on fire|started burning|smoke (?:is )?coming|electric shock|gas leak"
    r"|(?:was|were|got|been|am|is) (?:hurt|injured)|bleeding|allergic reaction|life[- ]threatening|suicid\w+",
    "de": r"in brand|in flammen|fing feuer|angefangen zu brennen|raucht|stromschlag|gasleck|lebensgefahr"
    r"|(?:mich|sich|wurde|ist) verletzt|allergische reaktion|suizid\w*",
    "fr": r"pris feu|en feu|en flammes|de la fumée|choc électrique|fuite de gaz|blessée?s?|danger de mort"
    r"|réaction allergique|suicid\w+",
    "es": r"se (?:prendió|incendió)|en llamas|(?:sale|echa) humo|descarga eléctrica|fuga de gas|herid[oa]s?"
    r"|peligro de muerte|reacción alérgica|suicid\w+",
    "it": r"preso fuoco|in fiamme|esce (?:del )?fumo|scossa elettrica|fuga di gas|ferit[oaie]"
    r"|pericolo di vita|reazione allergica|suicid\w+",
    "pt": r"pegou fogo|em chamas|saindo fumaça|a deitar fumo|choque elétrico|vazamento de gás|fuga de gás"
    r"|ferid[oa]s?|reação alérgica|suicíd\w+",
    "nl": r"in brand|vlam gevat|rookt|elektrische schok|gaslek|gewond|levensgevaar|allergische reactie",
    "pl": r"zapalił\w*|pali się|dymi|porażenie prądem|wyciek gazu|rann[yae]|reakcja alergiczna",
    "ru": r"загорел\w+|горит|дымит\w*|удар\w* током|утечка газа|пострадал\w*",
    "zh": r"着火|起火|冒烟|触电|漏气|受伤|生命危险",
    "ja": r"火が出|発火|煙が出|感電|ガス漏れ|怪我を|けがを",
    "ko": r"불이 났|연기가|감전|가스 ?누출|다쳤",
}
# Somebody else has their account, money or property:
MISUSE = {
    "en": r"hacked|(?:was|were|been|got) stolen|stole my|unauthori[sz]ed (?:payment|charge|transaction"
    r"|access)"
    r"|fraudulent|identity theft|some(?:one|body) else (?:is using|used|logged in)",
    "de": rf"gehackt|(?:wurde|worden|hat man|haben){NEAR}(?:gestohlen|geklaut)|(?:gestohlen|geklaut) worden"
    r"|unbefugte\w*|betrogen|missbraucht",
    "fr": r"pirat(?:é|age)\w*|(?:été|m'a|m'ont) volée?s?|non autorisée?s?|frauduleu\w+",
    "es": r"hackea\w+|(?:han|fue|me) roba\w+|no autorizad[oa]s?|fraudulent\w+",
    "it": r"hackerat\w+|(?:stat[oaie]|hanno) rubat\w+|non autorizzat\w+|fraudolent\w+",
    "pt": r"hackead\w+|(?:foi|foram) roubad\w+|roubaram|não autorizad\w+|fraudulent\w+",
    "nl": r"gehackt|(?:is|zijn|werd) gestolen|ongeautoriseerde?|opgelicht",
    "pl": r"zhakowan\w+|skradziono|został\w* skradzion\w+|nieautoryzowan\w+|oszukan\w+",
    "ru": r"взломал\w*|взломан\w*|украли|украден\w*|мошенник\w*",
    "zh": r"被盗|被黑|盗刷|被骗",
    "ja": r"盗まれ|不正(?:利用|アクセス|請求)|乗っ取られ",
    "ko": r"도난|해킹|도용|무단 ?(?:결제|사용)",
}
# Money was taken twice:
CHARGED_TWICE = {
    "en": rf"(?:charged|billed|debited|paid){NEAR}\b(?:twice|two times|double)|double[- ]charged?",
    "de": rf"(?:doppelt|zweimal|zwei mal){NEAR}(?:abgebucht|belastet|berechnet|bezahlt)"
    rf"|(?:abgebucht|belastet|berechnet){NEAR}(?:doppelt|zweimal)",
    "fr": rf"(?:débité|prélevé|facturé|payé)\w*{NEAR}(?:deux fois|en double)|double prélèvement",
    "es": rf"cobr\w+{NEAR}(?:dos veces|doble)|(?:doble cobro|cobro (?:doble|duplicado))",
    "it": rf"(?:addebitat|pagat)\w+{NEAR}due volte|doppio addebito",
    "pt": rf"cobr\w+{NEAR}(?:duas vezes|em dobro|duplicad\w+)|cobrança (?:dupla|duplicada)",
    "nl": rf"(?:dubbel|twee keer|tweemaal){NEAR}(?:afgeschreven|betaald|in rekening)",
    "pl": rf"(?:dwa razy|dwukrotnie|podwójnie){NEAR}(?:obciąż|pobra|zapłac)\w*",
    "ru": rf"(?:спис|снял|оплат)\w*{NEAR}(?:дважды|два раза)|(?:дважды|два раза){NEAR}(?:спис|снял)\w*",
    "zh": r"重复(?:扣款|收费|扣费)|(?:扣|收)了(?:我)?两次",
    "ja": r"二重(?:請求|引き落とし|課金)|[2２二]回(?:請求|引き落と|課金)",
    "ko": r"이중 ?(?:결제|청구)|두 ?번 ?(?:결제|청구)",
}
# Who cannot get in can do nothing else:
LOCKED_OUT = {
    "en": r"locked out|(?:can(?:no|')?t|cannot|unable to|can not) (?:log|sign) ?in(?:to)?\b"
    r"|account (?:is|was|has been|got) (?:locked|blocked|suspended|disabled)",
    "de": rf"ausgesperrt|(?:kann|komme|können){NEAR}nicht{NEAR}(?:einloggen|anmelden)"
    r"|(?:konto|zugang) (?:ist|wurde) gesperrt",
    "fr": rf"(?:peux|arrive|parviens) (?:pas|plus){NEAR}connecter"
    r"|compte (?:est|a été) (?:bloqué|suspendu|verrouillé)",
    "es": rf"no (?:puedo|consigo|logro){NEAR}(?:iniciar sesión|acceder)"
    r"|cuenta (?:está|ha sido|fue) (?:bloqueada|suspendida)",
    "it": rf"non (?:riesco|posso){NEAR}accedere|account (?:è|è stato) (?:bloccato|sospeso)",
    "pt": rf"não consigo{NEAR}(?:entrar|acessar|aceder|fazer login)"
    r"|conta (?:está|foi) (?:bloqueada|suspensa)",
    "nl": rf"buitengesloten|kan{NEAR}niet{NEAR}inloggen|account (?:is|werd) (?:geblokkeerd|vergrendeld)",
    "pl": rf"nie mogę{NEAR}zalogować|konto (?:jest|zostało) zablokowane",
    "ru": r"не могу войти|не получается войти|аккаунт заблокирован",
    "zh": r"无法登录|登录不了|登不上|账[号户]被(?:锁|封|冻结)",
    "ja": r"ログインでき(?:ない|ません)|アカウントがロック",
    "ko": r"로그인(?:이|을)? ?(?:안 ?되|할 수 없)|계정이? ?(?:잠겼|정지)",
}
# They say that it is pressing, or until when:
DEADLINE = {
    "en": r"urgent(?:ly)?|asap|emergency|deadline"
    r"|(?:by|until|before|expires) (?:today|tonight|tomorrow|this (?:morning|afternoon|evening))",
    "de": r"dringend|eilt|eilig|notfall|(?:bis|spätestens) (?:heute|morgen)|frist läuft",
    "fr": r"urgent\w*|urgence|(?:d'ici|avant) (?:demain|ce soir)|date limite",
    "es": r"urgen\w+|emergencia|antes de (?:hoy|mañana)|hoy mismo|fecha límite",
    "it": r"urgen\w+|emergenza|entro (?:oggi|domani|stasera)",
    "pt": r"urgen\w+|urgência|emergência|até (?:hoje|amanhã)",
    "nl": r"dringend|spoed|noodgeval|(?:voor|uiterlijk) (?:vandaag|morgen)",
    "pl": r"piln[eyai]\w*|nagły przypadek|do jutra",
    "ru": r"срочно|экстренн\w+|до завтра",
    "zh": r"紧急|急用|很急|今天之内|明天之前",
    "ja": r"至急|緊急|今日中|明日まで",
    "ko": r"긴급|급합니다|급해요|시급|오늘까지|내일까지",
}
# They have asked before and nobody answered:
WAITED = {
    "en": r"still (?:no|not had an?|haven't had an?) (?:answer|reply|response)|still waiting"
    r"|no(?:body| one) (?:answers|replies|answered|replied|has answered|has replied)"
    r"|(?:second|third|fourth|2nd|3rd|4th) time (?:i|that i)\b",
    "de": r"immer noch keine (?:antwort|rückmeldung)|warte (?:immer noch|noch immer|seit)"
    r"|zum (?:zweiten|dritten|vierten) mal|niemand antwortet",
    "fr": r"toujours (?:pas|aucune) (?:de |eu de )?réponse|attends (?:toujours|depuis)"
    r"|(?:deuxième|troisième) fois que|personne ne répond",
    "es": r"(?:sigo|aún|todavía) sin (?:ninguna )?respuesta|sigo esperando|(?:segunda|tercera) vez que"
    r"|nadie (?:responde|contesta)",
    "it": r"ancora nessuna risposta|(?:sto )?ancora aspettando|(?:seconda|terza) volta che|nessuno risponde",
    "pt": r"ainda sem resposta|continuo (?:à espera|esperando)|(?:segunda|terceira) vez que|ninguém responde",
    "nl": r"nog steeds geen (?:antwoord|reactie)|wacht (?:al|nog steeds)|voor de (?:tweede|derde) keer",
    "pl": r"nadal (?:nie ma|brak) odpowiedzi|nadal czekam|(?:drugi|trzeci) raz piszę|nikt nie odpowiada",
    "ru": r"до сих пор нет ответа|всё ещё жду|(?:второй|третий) раз пишу|никто не отвечает",
    "zh": r"还没(?:有)?(?:回复|答复)|第[二三四]次|没人(?:回复|理)",
    "ja": r"まだ返(?:事|信)|返(?:事|信)が(?:ない|ありません|来)|[2-4二三四]回目",
    "ko": r"아직(?:도)? ?답|답변이 없|[2-4두세네] ?번째",
}
# They go elsewhere with it:
LEGAL = {
    "en": r"lawyer|solicitor|legal action|chargeback|small claims",
    "de": r"(?:rechts)?anw[aä]lt\w*|rechtliche schritte|verbraucherzentrale|mahnbescheid",
    "fr": r"mon avocat|mise en demeure|action en justice|voie judiciaire",
    "es": r"mi abogad[oa]|acciones legales|hoja de reclamaciones",
    "it": r"mi[oa] avvocat[oa]|vie legali|azione legale",
    "pt": r"meu advogado|minha advogada|ação judicial|procon",
    "nl": r"mijn advocaat|juridische stappen",
    "pl": r"adwokat\w*|prawnik\w*|na drogę sądową",
    "ru": r"адвокат\w*|юрист\w*|в суд\b",
    "zh": r"律师|起诉|消费者协会",
    "ja": r"弁護士|訴訟|消費者センター",
    "ko": r"변호사|소송|소비자원",
}
# They say that it can wait:
NO_HURRY = {
    "en": r"no (?:rush|hurry)|(?:not|isn't|nothing) (?:that |very |really )?urgent|take your time"
    r"|whenever you (?:have|get|find) (?:the |some )?(?:time|a (?:moment|chance|minute))",
    "de": r"nicht (?:so |sehr )?(?:dringend|eilig)|eilt nicht|keine eile|hat (?:noch )?zeit",
    "fr": r"pas (?:très |si )?urgent|rien d'urgent|pas pressée?|quand vous (?:avez|aurez) le temps",
    "es": r"no es (?:muy |tan )?urgente|no corre prisa|sin prisa|cuando tengan tiempo",
    "it": r"non è (?:molto |così )?urgente|nessuna fretta|senza fretta|quando avete tempo",
    "pt": r"não é (?:muito |tão )?urgente|sem pressa|quando (?:puder|tiver tempo)",
    "nl": r"niet (?:zo |heel )?dringend|geen haast",
    "pl": r"nie(?: jest)? pilne|bez pośpiechu",
    "ru": r"не срочно|без спешки|не к спеху",
    "zh": r"不(?:是很)?急|不着急",
    "ja": r"急ぎません|急いでいません|急ぎではありません",
    "ko": r"급하지 않|천천히 ",
}

# Words of a sentiment. A pleased word after a word of denial is an unhappy one.
UNHAPPY = {
    "en": r"angry|annoy(?:ed|ing)|awful|terrible|horrible|disappoint(?:ed|ing)|frustrat(?:ed|ing)|furious"
    r"|unacceptable|ridiculous|useless|worst|fed up|rude|scam|disgust(?:ed|ing)|waste of (?:time|money)",
    "de": r"ärgerlich|verärgert|enttäuscht|enttäuschend|frustriert|wütend|sauer|unverschämt\w*|inakzeptabel"
    r"|katastrophe|furchtbar|schrecklich|frechheit|zumutung|abzocke|schlechteste\w*",
    "fr": r"en colère|énervée?|déçue?s?|décevante?|frustrée?|furieu(?:x|se)|inacceptable|ridicule|honteu(?:x"
    r"|se)"
    r"|scandaleu(?:x|se)|arnaque|nulle?|horrible|inadmissible",
    "es": r"enfadad[oa]|enojad[oa]|molest[oa]|decepcionad[oa]|decepcionante|frustrad[oa]|furios[oa]"
    r"|inaceptable"
    r"|ridícul[oa]|vergonzos[oa]|estafa|pésim[oa]|horrible|hart[oa]",
    "it": r"arrabbiat[oa]|delus[oa]|deludente|frustrat[oa]|furios[oa]|inaccettabile|ridicol[oa]|vergognos[oa]"
    r"|truffa|pessim[oa]|orribile|stuf[oa]",
    "pt": r"irritad[oa]|chatead[oa]|decepcionad[oa]|desiludid[oa]|frustrad[oa]|furios[oa]|inaceitável"
    r"|ridícul[oa]|vergonha|golpe|péssim[oa]|horrível",
    "nl": r"boos|geïrriteerd|teleurgesteld|gefrustreerd|woedend|onacceptabel|belachelijk|schandalig"
    r"|oplichting|waardeloos|verschrikkelijk",
    "pl": r"zł[ya]|zdenerwowan\w+|rozczarowan\w+|sfrustrowan\w+|wściekł\w+|skandal\w*|niedopuszczaln\w+"
    r"|oszustwo|okropn\w+|beznadziejn\w+",
    "ru": r"злюсь|возмущ[её]н\w*|разочарован\w*|безобразие|ужасн\w+|неприемлем\w*|обман|отвратительн\w+",
    "zh": r"生气|失望|愤怒|太差|糟糕|垃圾|骗子|无法接受|受够",
    "ja": r"腹が立|がっかり|失望|最悪|ひどい|許せ|詐欺|不満",
    "ko": r"화가 ?나|실망|짜증|최악|어이없|사기|불만",
}
PLEASED = {
    "en": r"(?:i|we|really) love[ds]?|excellent|perfect(?:ly)?|awesome|fantastic|wonderful|amazing|happy"
    r"|delighted"
    r"|impressed|brilliant|satisfied|well done",
    "de": r"begeistert|ausgezeichnet|perfekt|wunderbar|zufrieden|glücklich|großartig\w*|klasse",
    "fr": r"génial\w*|excellente?|parfait\w*|ravie?s?|satisfaite?s?|contente?s?|formidable|magnifique",
    "es": r"genial|excelente|perfect[oa]|encantad[oa]|maravillos[oa]|fantástic[oa]|content[oa]|satisfech[oa]",
    "it": r"ottim[oa]|eccellente|perfett[oa]|fantastic[oa]|meraviglios[oa]|content[oa]|soddisfatt[oa]|felice",
    "pt": r"ótim[oa]|excelente|perfeit[oa]|maravilhos[oa]|fantástic[oa]|content[ea]|satisfeit[oa]|adorei"
    r"|feliz",
    "nl": r"geweldig|uitstekend|perfect|fantastisch|tevreden|blij|prachtig",
    "pl": r"świetn\w+|doskonał\w+|idealn\w+|wspaniał\w+|zadowolon\w+|szczęśliw\w+",
    "ru": r"отличн\w+|прекрасн\w+|замечательн\w+|довол(?:ен|ьна|ьны)|рад[аы]?|великолепн\w+",
    "zh": r"太好了|很好|满意|喜欢|完美|很棒",
    "ja": r"素晴らし|最高|満足|気に入|完璧",
    "ko": r"훌륭|최고|만족|완벽|마음에 들",
}
DENIALS = frozenset(
    [
        "not",
        "never",
        "no",
        "nothing",
        "isn't",
        "wasn't",
        "aren't",
        "don't",
        "doesn't",
        "didn't",
        "can't",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "nie",
        "niemals",
        "pas",
        "jamais",
        "aucun",
        "aucune",
        "nunca",
        "ni",
        "non",
        "mai",
        "não",
        "nem",
        "niet",
        "geen",
        "nooit",
        "nie",
        "nigdy",
        "не",
        "нет",
        "никогда",
    ]
)
