"""Questions that people ask other help desks, and everybody: a few of each line of business and walk of life.

As those write who want something, so that a question of theirs is near to one of these in tone as well. None
is taken out or added for the sake of a labelled set; which of them are answered here is found out in each
knowledge base (kb.retrieval.everyday).
"""

QUESTIONS = """
How do I open a current account?
What documents do I need to become a customer of your bank?
My debit card has not come in the mail yet
I can't find my credit card anywhere, please block it
Can I choose the number for my card at the cash machine?
The ATM kept my card
The machine gave me less cash than it says on my statement
My card was refused at the supermarket
Someone used my card for a purchase that I don't know
Why does my card expire and when do I get the next one?
Can I add my card to my phone's wallet?
I would like a second card for my husband
Which currencies can I keep in my account?
What exchange rate do I get when I pay abroad?
How long until a wire transfer reaches another country?
I sent money to the wrong account number
Cancel the payment I made this morning
My salary has not been credited yet
Why is there a fee on my statement?
I was billed two times by the same shop
The shop says they refunded me but the money isn't there
How do I add money to my account?
What is the most I can withdraw in a day?
How do I stop a direct debit?
Can I pay with a cheque?
My balance is wrong after a deposit
What interest do you pay on savings?
How much can I borrow for a house?
Am I eligible for a personal loan?
How do I improve my credit score?
When is my next loan payment due?
How do I close my bank account?
Is it a good time to buy shares?
How do I sell my bitcoin?
What is the price of gold today?
How much is my pension going to be?
How do I file a claim for a broken windshield?
Does my policy cover water damage?
How much is car insurance for a new driver?
Which dentists take my insurance?
When is my tax return due?
Can I deduct my home office?
Where is my tax refund?
How many bags may I take on the plane?
My flight was cancelled, who pays for the hotel?
Can I choose my seat when I check in?
Can I change the name on my ticket?
Do I need a visa for Japan?
How long does it take to get a new passport?
What can I do in Rome in two days?
Book me a room with a sea view
Is breakfast included in the room rate?
At what time do I have to check out?
When does the next train leave?
How do I get to the airport from the city centre?
Is there a lot of traffic on the motorway?
How do I rent a car at the airport?
My rental car has a scratch that I didn't make
What pressure do my tyres need?
How often should I change the oil?
My car makes a strange noise when I brake
How do I jump start a car?
How do I renew my driving licence?
How do I pay a speeding fine?
How much data is left in my phone plan?
Does my plan work in other countries?
How do I keep my phone number with a new company?
My SIM card has no signal
The internet at home is very slow this evening
Which lights should be on at my router?
There's nothing but static on my TV
How do I watch the match live?
My power bill is twice as high as last month
How do I read my gas meter?
When is the rubbish collected on my street?
My landlord won't return my deposit
How do I file for divorce?
Do I need a lawyer to make a will?
How do I register to vote?
Who won the last election?
How do I appeal against a court decision?
Where do I apply for unemployment benefits?
How many days of leave do I have this year?
How do I ask my boss for a raise?
What should I write in a cover letter?
When are the exams this term?
How do I enroll in an evening course?
What grade do I need to pass?
Which school is my address assigned to?
Explain photosynthesis to me
What is the square root of 144?
How many ounces are in a pound?
How do you say thank you in Korean?
What's the capital of Australia?
How old is the universe?
Who invented the telephone?
How tall is the highest mountain?
What causes earthquakes?
How do vaccines work?
What does this word mean?
Who wrote this poem?
When did the second world war end?
How many people live in India?
What does it mean to be free?
Is there life on other planets?
Why is the sky blue?
Which language has the most speakers?
What's the weather going to be tomorrow?
Set an alarm for six in the morning
Remind me to call my mother
Add milk to my shopping list
Play some jazz
Turn off the lights in the kitchen
Tell me a joke
What's your name and how old are you?
Are you a robot?
What time is it in London?
Send a text to my brother
What song is this?
Which movie should I watch tonight?
Who plays the lead in that new series?
What are the best books of this year?
How do I beat the last level?
My console doesn't read the disc
Who won the game last night?
How many players are in a hockey team?
How do I train for a marathon?
How many calories are in a banana?
What exercises are good for my back?
I have had a headache for three days
What are the side effects of this medicine?
Can I take aspirin when I am pregnant?
How do I make an appointment with the doctor?
When do I get the results of my blood test?
Do I need a prescription for this cream?
How do I lower my blood pressure?
Why do I feel tired all the time?
How do I deal with stress?
My baby doesn't sleep at night
When should a child start to read?
What shall I give my girlfriend for her birthday?
How do I tell a friend that I'm angry?
How do I meet new people?
What star sign am I?
How do I plan a wedding on a small budget?
What do you say at a funeral?
How long do I boil an egg?
What can I cook with chicken and rice?
Can I use butter instead of oil?
Is this mushroom safe to eat?
Which wine goes with fish?
Is there a good Thai restaurant near here?
Book a table for four tonight
Where's the food that I ordered an hour ago?
My pizza arrived cold
Do you have anything vegan?
My dog won't eat
How often should a cat see the vet?
How do I teach a puppy to sit?
When do I plant tomatoes?
How do I get rid of ants?
Why are the leaves of my plant yellow?
What color should I paint the bedroom?
How do I fix a dripping tap?
Which drill do I need for concrete?
How do I get red wine out of a carpet?
My washing machine doesn't drain
The fridge is making a loud noise
Which size should I order?
Do these shoes run small?
Is this jacket waterproof?
When will you have this in stock again?
My parcel shows as delivered but it isn't here
Can I still change my delivery address?
I got the wrong item in my order
How do I send this back for a refund?
The zip broke after a week, is there a warranty?
My discount code doesn't work at the checkout
Do you ship to Canada?
Do you have a store near me and when does it open?
Can I pay in instalments?
Can I get an invoice with my company's name?
How much is a stamp for a letter abroad?
How do I redeem a gift card?
How do I cancel my subscription?
Can I share my membership with my family?
How do I download music to listen offline?
How do I turn off notifications?
Who can see the photos I post?
How do I block someone who writes to me?
How do I get more followers?
How do I make a video call with several people?
My laptop doesn't turn on
My screen is cracked, what is a repair?
Which phone has the best camera?
How do I free up space on my phone?
My printer isn't found by the computer
How do I make a bold heading in a document?
How do I sum a column in a spreadsheet?
How do I undo a commit in git?
Why is my Python loop so slow?
My API key returns a 403
How do I restore a database from a backup?
How do I set up my own web site?
How do I hack into someone's computer?
Is this e-mail a scam?
How do I start a small business?
How do I get more customers?
What does it cost to register a trademark?
How do I hire someone part-time?
How do I write a good press release?
Is it true what they say on the news?
What do people think of the president?
Who is the richest person in the world?
How do I donate to the victims of the flood?
Where can I volunteer at the weekend?
How do I become a nurse?
How do I adopt a child?
Who is my neighbour allowed to call about noise?
How much is a house in this area?
Is the flat still available to view?
How do I move my furniture to another city?
What do I need for a camping trip?
When is high tide?
Is the museum open on Mondays?
Two tickets for the concert on Friday, please
How do I draw a face?
How do I tune a guitar?
What does my dream mean?
Who made the first film with sound?
""".strip().splitlines()
