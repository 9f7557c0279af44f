"""Words that a question in a language has without being about them. Pure data, written by hand.

They count little in a question and as always in a passage, so a list may change without indexing anew.
Without a list, how rare a word is decides alone.
"""

COMMON_WORDS = {
    "de": """
        aber alle als also am an auch auf aus bei beim bin bis bitte da damit dann das dass dem den
        denn der des die dies diese dieser dieses dir doch du durch ein eine einem einen einer eines
        er es etwas euch für gibt habe haben hallo hat hatte ich ihm ihn ihnen ihr ihre im in ins
        ist ja jetzt kann kein keine können man mein meine meinem meinen meiner mich mir mit muss
        müssen nach nicht noch nun nur ob oder ohne schon sein seine sich sie sind so soll sollte
        sollten um und uns unser unsere unter vom von vor wann war waren warum was wegen weil welche
        welchem welchen welcher welches wenn wer werde werden wie wieso will wir wird wo wo wurde
        würde zu zum zur über
    """,
    "en": """
        a about am an and any are as at be been but by can could did do does doing done for from get
        had has have he hello her hi his how i if in into is it its just me my need no not of on or
        our please she should so some thank thanks than that the their them then there these they
        this those to us was we were what when where which who whom whose why will with would you
        your
    """,
    "es": """
        a al algo ante aunque como con cual cuando cuanto de debe debo del desde donde e el ella
        ellos en entre era es esa ese eso esta estaba estar este esto estos estoy favor fue gracias
        ha hace hacer han hasta hay he hola la las le les lo los me mi mis muy más ni no nos o para
        pero por porque puede puedo que quien qué quiero se sea ser si sin sobre son soy su sus
        también te tengo tiene tu tus un una uno unos y ya yo él cómo cuál cuándo cuánto dónde sí
    """,
    "fr": """
        a ai alors au aucun aussi aux avec avez avoir avons bonjour c ce cela ces cet cette comme
        comment dans de depuis des dois doit donc du d elle elles en est et eu faire fait faut il
        ils j je l la le les leur leurs lui m ma mais me merci mes moi mon même n ne nos notre nous
        on ont ou où par pas peut peux plus pour pourquoi puis puis-je quand que quel quelle quelles
        quels qui quoi qu s sa sans se sera ses si son sont suis sur t ta te tes toi ton tous tout
        toute très tu un une veux vos votre vous y à été être
    """,
    "it": """
        a ai al alla alle anche avere c che chi ci ciao come con cosa così cui da dal dalla dei del
        della delle di dove dopo e ed era essere fa fare gli grazie ha hai hanno ho i il in io l la
        le lei lo loro lui ma me mi mia mie miei mio ne nei nel nella noi non nostro o per perché
        però più posso può qual quale quali quando quanto quello questa queste questi questo se sei
        si sia sono su sua sul sulla suo tra tu tua tuo un una uno vi voglio voi vorrei è
    """,
    "nl": """
        aan al alle als ben bij daar dan dat de der deze die dit doe doen door een en er geen haar
        had heb hebben heeft hem het hier hij hoe hun ik in is je jij jouw kan kun kunnen maar me
        mee meer met mij mijn moet moeten naar niet nog nu of om ons ook op over te toch tot u uit
        uw van veel voor waar waarom wanneer was wat we welke werd wie wij wil worden wordt ze zich
        zij zijn zo zonder zou
    """,
    "pt": """
        a ao aos as até com como da das de dela dele depois do dos e ela ele eles em entre era essa
        esse esta estar este está eu fazer foi há isso isto já lhe mais mas me meu meus minha muito
        na nas nem no nos nosso não o obrigado olá onde os ou para pela pelo por porque posso pode
        qual quais quando quanto que quem quero se sem ser seu seus sobre sou sua são também te tem
        tenho ter um uma umas uns você vocês à é
    """,
    "zh": """
        我 我的 你 你的 您 的 了 吗 呢 什么 甚么 怎么 怎样 如何 为什么 哪里 哪个 哪些 是否
        可以 能否 不能 是不是 有没有 需要 应该 请问 请 这个 那个 如果 怎么办 多少 多久 我想 想要
        我要 没有
    """,
}
