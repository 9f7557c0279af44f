"""What claims nothing needs no proof; whatever holds a claim does."""

import pytest

from support import evidence
from support.evidence import Offered
from support.evidence.courtesies import LONGEST, claims_nothing, opens
from support.models import Verdict

COURTEOUS = """
Thank you for contacting Acme support.
Thank you for contacting the Acme team.
Thank you for shopping with Acme.
Merci d'avoir contacté le support Acme.
Gracias por contactar con el soporte de Acme.
Grazie per aver contattato l'assistenza Acme.
Obrigado pelo contato com o suporte da Acme.
Vielen Dank für die Kontaktaufnahme mit dem Acme Kundenservice.
Bedankt voor het contact opnemen met de klantenservice van Acme.
Hi Carol,
Hello!
**Hi Carol** 👋
Thank you for contacting us.
Thanks for your message, Carol!
Hi Carol, thanks for reaching out and for your patience.
I'm sorry to hear that.
Sorry to hear you're having trouble with the charger.
We apologise for the delay.
I understand how frustrating this must be.
If you have any further questions, please let me know.
Please don’t hesitate to contact us again.
I'm happy to help!
Have a great day!
Kind regards, Alice
The Veloride Team
Is there anything else I can help you with?
Could you please send us your order number?
Which model do you have?
Do you use the app or the website?
Guten Tag Frau Müller,
Vielen Dank für Ihre Nachricht.
Es tut uns leid.
Welches Modell verwenden Sie?
Bei weiteren Fragen stehen wir Ihnen gerne zur Verfügung.
Mit freundlichen Grüßen
Hola Carlos,
Gracias por escribirnos.
Lamentamos las molestias.
Si tiene otra pregunta, no dude en contactarnos.
Saludos cordiales
Bonjour Madame,
Merci pour votre message.
Nous sommes désolés pour ce désagrément.
N'hésitez pas à nous contacter.
Cordialement
Thanks so much for reaching out to us today!
Thank you for your patience and understanding.
Sorry for the delayed response.
Sure, happy to help!
Let us know if that works for you.
Thanks for the quick reply, Fred.
Thanks, Ahmed!
You're welcome, Carol.
Dear customer,
Hello Jean-Luc,
Bonjour Madame Dupont,
Estimada señora García:
The Wrenmoor Support Team
Viele Grüße, Ihr Wrenmoor Team
MIT FREUNDLICHEN GRÜSSEN
Natürlich, wir helfen Ihnen gerne weiter.
Wir entschuldigen uns für die Unannehmlichkeiten.
Es tut mir leid, dass Sie Probleme haben.
When did you place the order?
Which payment method did you use?
Which e-mail address is on your account?
Could you please tell me when the order was placed?
Could you please share a photo of the damage?
Do you want to return the bicycle or exchange it?
Is your router connected to the internet?
Könnten Sie uns bitte Ihre Bestellnummer mitteilen?
Haben Sie das Gerät neu gestartet?
If you need further assistance, please let us know.
If this does not help, just reply to this message.
Just reply to this message if you have any questions.
Looking forward to hearing from you.
I'm sorry to hear that your bike was stolen.
Sorry to hear that your order hasn't arrived yet.
I am sorry to hear that the range of your battery has dropped.
Here's how:
Please follow these steps:
To do this:
So gehen Sie vor:
Es tut mir leid zu hören, dass Ihr Fahrrad gestohlen wurde.
Voici comment faire :
¿Cuál es su número de pedido?
Siga estos pasos:
Dzień dobry Anna, dziękuję za wiadomość.
Dobrý den!
Med vänliga hälsningar
Большое спасибо за ваше обращение!
Merhaba, mesajınız için teşekkür ederiz.
您好，感谢您的来信。
ご不明な点がございましたら、お気軽にお問い合わせください。
안녕하세요!
مرحبا، شكرا لتواصلك معنا.
Avez-vous essayé de redémarrer l'appareil ?
Would you like to return it or exchange it?
Would you like more information?
Bedankt, April
Thank you for contacting us about your washing machine.
Thank you for your interest in our bikes.
Thank you for taking the time to share your feedback.
We appreciate you bringing this to our attention.
We really appreciate your patience while we look into this.
I'm sorry to hear that you're not satisfied with your purchase.
We're sorry for any inconvenience this may have caused.
I apologize for the delay in getting back to you.
Dear Ms. Brown, thank you for your email.
Vielen Dank, dass Sie uns kontaktiert haben.
Vielen Dank für Ihre Frage zu Ihrer Bestellung.
Es tut mir leid, dass Sie Probleme mit Ihrem Akku haben.
Wir bitten um Entschuldigung für die entstandenen Unannehmlichkeiten.
Gracias por su interés en nuestros productos.
Lamento que haya tenido problemas con su cuenta.
Merci d'avoir pris le temps de nous écrire.
Je suis désolée que vous rencontriez des problèmes avec votre compte.
Grazie per averci segnalato questo problema.
Ci scusiamo per il disagio causato.
Agradecemos a sua paciência.
Pedimos desculpas pelo transtorno.
Bedankt dat u contact met ons heeft opgenomen.
Onze excuses voor de late reactie.
We apologise for any inconvenience and thank you for your understanding.
Thanks for your patience, and sorry for the wait.
""".strip().splitlines()

CLAIMS = """
We will refund you.
Thanks, we will refund you.
Thank you, your refund is on its way.
I'm happy to refund you.
I'm happy to help you with a full refund.
Hello, refunds are free.
Sorry, you cannot get a refund.
Sorry that your warranty does not cover this.
Let me know if the 5 days are over.
Thanks for waiting, the price is lower.
Of course, you get a refund.
No problem, press the button.
Thanks, Unplug it.
Open Settings.
Unplug it?
Have you tried restarting it?
Could you restart the router?
Did you know that refunds are free?
Which charger do you have, since only the new one works?
Thank you for writing to help@example.org.
Yes.
Wir erstatten Ihnen das Geld.
Es tut uns leid, das geht nicht.
Gracias, su reembolso tarda cinco días.
Merci, vous serez remboursé.
Welcome to lifetime coverage
Sorry for closing your account.
Sorry to hear your bank declined the payment.
I hope this clarifies your entitlement to compensation.
Feel free to contact us if your compensation arrives late.
We appreciate your lifetime membership discount.
If the problem persists, call us.
Sorry to hear that your refund has not arrived.
Sorry to hear that your free battery is late.
Sorry to hear that your warranty is 3 years.
Here is how you get a refund:
Let me refund you.
Enjoy your lifetime coverage.
Good news!
Dzień dobry, zwrot jest bezpłatny.
Спасибо, деньги вернутся завтра.
您好，我们会退款给您。
Tack, Återbetald
Sorry to hear your refund was approved.
Here's how: call 555-0100.
If you need further assistance, call +1 555 0100 before Friday.
Thanks, your parcel arrives tomorrow.
Sorry for the inconvenience during the maintenance on Sunday.
Sorry about the delay till March.
Wir entschuldigen uns für die Störung am Montag.
Sorry for our negligence.
Sorry to hear about the data breach affecting your password.
Sorry to hear that you live outside our delivery area.
Thank you for your lifetime warranty.
Welcome Premium Member
Your Lifetime Warranty Team
""".strip().splitlines()

# After "Can I ignore the fee?" they are the answer.
ASSENTS = """
Absolutely!
Of course.
No problem.
Great!
Sure, no problem.
Hi Carol, of course.
Hi Carol, yes.
Of course, Yes.
Natürlich.
Claro que sí.
Bien sûr.
""".strip().splitlines()

# A word with a capital is a name behind greetings, thanks and closings, unless it tells what was done.
NO_NAMES = """
Sure, Approved.
Of course, Carol.
Certainly, Guaranteed.
Thanks, Paid
Best, Settled
Yours truly, Waived
Take care, Everything Refunded.
Hi Carol, Yes.
Hello Carol, Free
Danke, Genehmigt
Gracias, Aprobado
Merci, Remboursé
Hello order confirmed today.
Hello Refund Approved
Welcome bonus credited.
Welcome Bonus
Cheers, Fee Waived
Your account deleted team
The refund team
Your Refund Team
The Wrenmoor guarantee extended team
Hi Carol, Eligible.
Sincerely, Nonrefundable
Thank you, Tuesday
Hi Carol, Nope.
Thanks, Correct
Danke, Stimmt
Gracias, Cierto
Thanks for writing to help at example dot com.
""".strip().splitlines()

# Courtesies for something that happened, was paid, or is promised.
HAPPENED = """
Thank you for your payment of twenty euros.
Thank you for the hundred dollars.
Thank you for your free month of Premium.
Thank you for your order arriving tomorrow.
We apologize for charging you twice.
Please accept our apologies for double billing your card.
Sorry about the three days of waiting.
Sorry for the wrongly charged amount.
We are sorry about the cancelled account and lost money.
Happy to help with a full credit to your card.
We are happy to help with compensation of twenty euros.
Danke für Ihre Zahlung über zwanzig Euro.
Vielen Dank für Ihre fünfundzwanzig Euro.
Gracias por su pago de veinte euros.
Gracias por la devolución.
Merci pour votre paiement de vingt euros.
Merci pour le remboursement.
""".strip().splitlines()

# What somebody is sorry or grateful for happened, or is so: only what tells nothing needs no proof.
GRAVE_OR_FAVOURABLE = """
We are sorry about the fire.
Sorry about the asbestos.
We apologize for our defective product.
Sorry for the trouble with your waterproof jacket.
Sorry for the inconvenience caused by our bankruptcy.
Sorry to hear you caught fire.
Sorry to hear that you broke the seal.
Sorry to hear that your waterproof phone is damaged.
Thank you for choosing our waterproof bike.
Thank you for choosing the best bike.
Thank you for your interest in our dishwasher-safe bottle.
Thank you for your valid claim.
Thank you for your order with free shipping.
Thank you for contacting us in time.
Thank you for accepting our new terms.
Thank you for your consent.
Thank you for your patience during the recall.
We appreciate you cancelling in time.
We apologise for the delay and for the fire.
Thank you for your patience and we will refund you.
Thank you for your order in our closing sale.
Enjoy your waterproof bike!
Wir entschuldigen uns für den Brand Ihres Akkus.
Wir entschuldigen uns für die Verletzung.
Bitte entschuldigen Sie das Gift im Wasser.
Es tut uns leid, dass Ihr wasserdichtes Telefon nicht funktioniert.
Danke für Ihre pünktliche Rücksendung.
Danke für Ihre Zustimmung.
Vielen Dank für Ihr Interesse am sichersten Rad.
Lamentamos las molestias del incendio.
Le pedimos disculpas por la fuga de datos.
Gracias por elegir nuestra chaqueta impermeable.
Gracias por cumplir el plazo.
Nous sommes désolés pour l'incendie.
Toutes nos excuses pour la batterie dangereuse.
Merci pour votre retour dans les délais.
Merci d'avoir accepté le contrat.
Ci scusiamo per il furto di dati.
Grazie per la restituzione puntuale.
Lamentamos a explosão.
Obrigado pelo seu consentimento.
Onze excuses voor de brand.
Bedankt voor uw tijdige retour.
""".strip().splitlines()

TELLING_QUESTIONS = """
Haben Sie schon Ihr kostenloses Ersatzrad bestellt?
Have you received your replacement?
Do you have the dangerous model?
Do you want your money back within two days?
Would you like a full credit today?
Do you want compensation?
Is your account already cancelled?
Could you confirm your account was closed yesterday?
Could you confirm the refund?
Could you give us your password and PIN?
Could you send us the parcel within ten days?
How do your thirty days of coverage start?
Welche Gebühr haben Sie, die wir erlassen?
Haben Sie die zwanzig Euro schon zurück?
Ist Ihr Konto schon gekündigt?
¿Quiere su reembolso?
Souhaitez-vous un remboursement ?
Would you like a replacement?
Would you like us to ship a new battery?
""".strip().splitlines()


@pytest.mark.parametrize("sentence", COURTEOUS)
def test_courtesy_and_plain_question_need_no_proof(sentence: str) -> None:
    assert claims_nothing(sentence)


@pytest.mark.parametrize(
    "sentence",
    CLAIMS + ASSENTS + NO_NAMES + HAPPENED + GRAVE_OR_FAVOURABLE + TELLING_QUESTIONS,
)
def test_sentence_with_a_claim_needs_proof_however_courteous(sentence: str) -> None:
    assert not claims_nothing(sentence)


@pytest.mark.parametrize("head", ["Hi Carol", "Of course", "Natürlich", "Thank you"])
def test_before_a_claim_an_assent_says_nothing_either(head: str) -> None:
    assert opens(head)
    assert not opens(f"{head}, it is free")


@pytest.mark.parametrize(
    "head",
    [
        "If you have any questions",
        "Hi Carol – if this does not help",
        "Falls Sie noch Fragen haben",
        "Bei weiteren Fragen",
        "Mocht u nog vragen hebben",
        "Se tiver dúvidas",
        "Если у вас есть вопросы",
        "W razie pytań",
        "ご不明な点がございましたら",
    ],
)
def test_a_case_is_part_of_the_claim_that_holds_in_it(head: str) -> None:
    assert claims_nothing(head)
    assert not opens(head)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("No problem, refunds take five working days [1].", Verdict.MATCHES),
        ("Of course, refunds take nine working days [1].", Verdict.NO_MATCH),
        ("Of course [1].", Verdict.NO_MATCH),
        ("Of course, happy to help!", Verdict.NEEDS_NO_PROOF),
    ],
)
def test_an_assent_neither_proves_nor_costs_anything(said: str, verdict: Verdict) -> None:
    passage = Offered(1, "Refunds", "", "", "Refunds take five working days after the parcel has come back.")
    assert evidence.check(said, [passage], "en").sentences[0].verdict == verdict


@pytest.mark.parametrize(
    "words",
    [
        "thank you for " + "a " * 90,
        "thank you for your " + "message and " * 14,
        "which " * 33,
        "hi " * 60,
        "hi and " * 28,
    ],
)
def test_long_rows_of_polite_words_take_no_time(words: str) -> None:
    assert len(words) <= LONGEST
    claims_nothing(words)
    claims_nothing(words + "?")
