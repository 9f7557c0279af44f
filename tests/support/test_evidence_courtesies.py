"""What claims nothing needs no proof; whatever holds a claim does."""

import pytest

from support.evidence.courtesies import LONGEST, claims_nothing

COURTEOUS = """
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
""".strip().splitlines()


@pytest.mark.parametrize("sentence", COURTEOUS)
def test_courtesy_and_plain_question_need_no_proof(sentence: str) -> None:
    assert claims_nothing(sentence)


@pytest.mark.parametrize("sentence", CLAIMS)
def test_sentence_with_a_claim_needs_proof_however_courteous(sentence: str) -> None:
    assert not claims_nothing(sentence)


@pytest.mark.parametrize("words", ["thank you for " + "a " * 90, "which " * 33, "hi " * 60])
def test_long_rows_of_polite_words_take_no_time(words: str) -> None:
    assert len(words) <= LONGEST
    claims_nothing(words)
    claims_nothing(words + "?")
