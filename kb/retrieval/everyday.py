"""What people ask anywhere: a question that is answered here is nearer to its answer than such questions are.

The topics name lines of business and matters of daily life; none is taken out or added for the sake of a
labelled set. What they find in a knowledge base is what questions without an answer find: the more passages
there are, the nearer is the nearest. And they tell the scale of a model's cosines, and of one question's.
Beside them stand questions as people write them to others (kb.retrieval.anywhere): what is near to those of
them that find nothing here is likely meant for somebody else, too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
from django.db import connection

from kb.models import EmbeddingModel
from kb.retrieval.ageing import age
from kb.retrieval.anywhere import QUESTIONS
from kb.retrieval.nearest import best_cosines, best_in_sample
from kb.retrieval.once import Turns, UnderWay
from kb.retrieval.reach import magnitude
from kb.retrieval.scope import Scope
from llm.embed import Embedder, Vectors
from llm.errors import ModelError

log = logging.getLogger(__name__)

# Every second topic is looked up among the passages.
LOOKED_UP = slice(None, None, 2)
# Seconds until a model that could not be asked for the topics is asked again.
PAUSE = 60.0
# A question that finds so much more than others do, in spreads, is one that is answered here.
AT_HOME = 2.0
# Seconds that a search waits while another one asks an endpoint for them: it may take much longer.
PATIENCE = 5.0
# So many of the questions elsewhere that are nearest are looked at.
NEAREST = 3
# What was found is kept for so many scopes.
MOST_KEPT = 1_000

TOPICS = """
open a bank account and order a bank card
a card payment was declined or charged twice
transfer money to another person and exchange currencies
withdraw cash at an ATM and change the PIN
apply for a loan, a mortgage or a credit card
interest rates, savings and investing in shares
file an insurance claim after an accident
prices of health insurance plans
do my income tax return
book a flight and check in with luggage
the status of a delayed or cancelled flight
book a hotel room or a holiday apartment
visa and passport to travel abroad
train and bus timetable and tickets
rent a car and traffic on the road
repair of a car engine, tyres and fuel
directions and places near me
mobile phone contract, data and roaming
slow internet connection and router at home
electricity, gas and water bill
order goods from an online shop
track a parcel that has not arrived
return an item and get the money back
sizes, colours and materials of clothes
discounts, vouchers and gift cards
opening hours and location of a store
make a reservation at a restaurant
recipes, ingredients and cooking
calories, vitamins and a healthy diet
exercise, training and losing weight
symptoms of an illness and what medicine to take
appointment with a doctor or a dentist
pregnancy, babies and bringing up children
sleep, stress and mental health
skin care, hair and cosmetics
admission to a university and its courses
homework and exams at school
apply for a job, salary and interviews
holidays, sick leave and payroll of employees
rent a flat or sell a house
furniture, mattresses and decorating a room
plants, gardening and the lawn
dogs, cats and other pets
wild animals and how they live
physics, chemistry and mathematics
planets, stars and space travel
history, wars and famous people of the past
geography, capitals and population of countries
politics, elections and the government
laws, courts and lawyers
religion, philosophy and the meaning of life
weather forecast, rain and temperature
sports teams, results and players
movies, actors and television shows
music, songs and concerts
books, authors and poems
video games and consoles
computers, printers and other devices
install, update and configure software
an error message and a crash of a program
programming, databases and web development
create an account, sign in and forgotten password
e-mail, spam and messages
photos, videos and cameras
privacy, hackers and viruses
social networks, friends and followers
dating, marriage and weddings
birthday, party and presents
jokes, small talk and how are you
are you a human or a robot
set an alarm, a timer or a reminder
the time, the date and the calendar
translate a word into another language
spelling, grammar and the meaning of a word
news of today
the military, soldiers and weapons
police, crime and emergencies
donate to a charity
subscribe to a newspaper or a streaming service
cancel a subscription or a membership
complain about bad service
speak to a human agent
thank you and goodbye
elderly people, pensions and retirement
funerals, inheritance and wills
art, museums and painting
cleaning, laundry and the household
building, tools and repairs at home
bitcoin and other crypto currencies
business, marketing and customers
""".strip().splitlines()


@dataclass(frozen=True)
class Topics:
    """The topics, and the questions that people ask anywhere, in one model's space."""

    vectors: Vectors
    questions: Vectors
    apart: float  # the cosine of two topics, on average
    spread: float  # how much those differ
    usual: float  # how near a question is to those of the others that are nearest: half of them less

    @classmethod
    def of(cls, vectors: Vectors, questions: Vectors) -> Topics:
        cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
        among = questions @ questions.T - 2 * np.eye(len(questions), dtype=np.float32)
        spread, usual = max(float(cosines.std()), 1e-3), float(np.median(_nearest(among)))
        return cls(vectors, questions, float(cosines.mean()), spread, usual)

    def by_chance(self, here: Here) -> float:
        """What a question finds that is not answered here: halfway from one topic to what topics find here.

        Not all the way: more topics find something with every subject that is added, and a question about
        another one doesn't.
        """
        return (self.apart + here.found) / 2

    def spread_of(self, question: Vectors) -> float:
        """How much a question's cosines with them differ, in spreads.

        The best of many cosines is the higher by chance, the more they differ. And who asks about an everyday
        matter is near to some topics and far from the others.
        """
        return float((self.vectors @ question).std()) / self.spread

    def foreign(self, question: Vectors, here: Here) -> float:
        """How near a question is to those that are not answered here, above what is usual, in spreads."""
        elsewhere = self.questions[here.elsewhere]
        if not len(elsewhere):
            return 0.0
        return (float(_nearest((elsewhere @ question)[None, :])[0]) - self.usual) / self.spread


@dataclass(frozen=True)
class Here:
    """What topics and questions find in a scope."""

    found: float  # the cosine of the nearest passage: of half of the topics at most this
    elsewhere: Sequence[int]  # the questions that are not answered here


def _nearest(cosines: Vectors) -> Vectors:
    """In each row the mean of the highest."""
    nearest: Vectors = np.sort(cosines, axis=1)[:, -NEAREST:].mean(axis=1)
    return nearest


def topics(maker: Embedder, model: EmbeddingModel) -> Topics | None:
    """Made once in a process; None while the model can't be asked, or answers another search slowly."""
    space = (model.pk, model.name, model.base_url, model.query_prefix, model.dimensions)
    turn = _asking.of(space)
    if space not in _known and turn.acquire(timeout=PATIENCE if model.base_url else -1):
        try:
            if space not in _known and _paused.get(space, 0.0) < time.monotonic():
                _ask(maker, space)
        finally:
            turn.release()
    return _known.get(space)


def _ask(maker: Embedder, space: Hashable) -> None:
    try:
        vectors = maker.examples([*TOPICS, *QUESTIONS])
        _known[space] = Topics.of(vectors[: len(TOPICS)], vectors[len(TOPICS) :])
    except ModelError as error:
        log.warning("Judging by words alone whether the hits answer: %s", error)
        _paused[space] = time.monotonic() + PAUSE


# By all that says which model it is: one that was removed may be started again with other dimensions.
_known: dict[Hashable, Topics] = {}
_paused: dict[Hashable, float] = {}
# Each space by one thread: all of them come here just after the active model was changed.
_asking = Turns(MOST_KEPT)


def here(known: Topics, scope: Scope, model: EmbeddingModel) -> Here:
    """Measured once in a while, by one thread, and when the passages have doubled."""
    database = str(connection.settings_dict["NAME"])
    key = _Asked(database, model.pk, model.name, scope, age(model), magnitude(model, scope))
    if (kept := _here.get(key)) is not None:
        return kept

    def measured() -> Here:
        if (kept := _here.get(key)) is None:
            if len(_here) >= MOST_KEPT:
                _here.clear()
            kept = _here[key] = _measured(known, scope, model)
        return kept

    return _measuring.found(key, measured)


def measured_for(model: EmbeddingModel) -> list[Scope]:
    """The scopes in which this process has searched with a model of late."""
    database = str(connection.settings_dict["NAME"])
    ours = [asked.scope for asked in list(_here) if (asked.database, asked.model) == (database, model.pk)]
    return list(dict.fromkeys(ours))


def _measured(known: Topics, scope: Scope, model: EmbeddingModel) -> Here:
    topics = known.vectors[LOOKED_UP]
    found = best_cosines(scope, model, topics)
    cosines = np.array(best_in_sample(scope, model, known.questions), np.float32)
    answered = cosines >= np.median(cosines) + AT_HOME * known.spread
    return Here(median([*found, *[0.0] * (len(topics) - len(found))]), np.flatnonzero(~answered).tolist())


class _Asked(NamedTuple):
    """Where topics and questions were looked up, and what the answer depends on."""

    database: str
    model: int
    name: str
    scope: Scope
    age: int
    magnitude: int


_here: dict[_Asked, Here] = {}
_measuring = UnderWay()
