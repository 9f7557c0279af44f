"""Read CSV and TSV: questions and answers become sections, any other table stays one. Pure."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from kb.extract import html, pieces
from kb.extract.result import Reading, Unreadable

# What the columns are called, in the languages that such exports come in.
ASKED = """
    question questions q frage fragen pregunta preguntas domanda domande pergunta perguntas vraag vragen
    fråga frågor spørgsmål spørsmål kysymys kérdés otázka otázky pytanie întrebare soru вопрос въпрос питання
    ερώτηση שאלה سؤال سوال प्रश्न คำถาม 问题 問題 問い 質問 질문
"""
# These head other things as well: they count beside a column of answers, if nothing above is there.
NAMED = "title titel titre título titolo subject betreff prompt utterance"
ANSWERED = """
    answer answers a antwort antworten réponse reponse réponses respuesta respuestas risposta risposte
    resposta respostas antwoord antwoorden svar vastaus válasz odpověď odpoveď odpowiedź răspuns cevap yanıt
    ответ отговор відповідь απάντηση תשובה إجابة جواب پاسخ उत्तर คำตอบ 答案 回答 答え 답변 대답
    body content inhalt contenu
    contenido contenuto reply response resolution solution lösung text
"""
SURE_QUESTION = frozenset(ASKED.split())
QUESTION = SURE_QUESTION | frozenset(NAMED.split())
ANSWER = frozenset(ANSWERED.split())
QUESTION_MARK = re.compile(r"[?？؟;]\s*$")
TAG = re.compile(r"</?(?:p|br|div|ul|ol|li|a|strong|b|em|table|h[1-6]|span)\b[^<>]{0,500}>", re.I)
DELIMITER_TOLD = re.compile(r"sep=([^\r\n\"])\r?\n", re.I)
DELIMITERS = ",;\t|"
SAMPLE = 64 * 1024
MOST_ROWS = 200_000
MOST_ASKED_IN_WORDS = 60
# Of a table without such names, so many of one column's cells must ask something.
SHARE_OF_QUESTIONS = 0.6

Row = list[str]


def read(text: str, name: str = "") -> Reading:
    rows = [row for row in _rows(text) if any(cell.strip() for cell in row)]
    if not rows:
        return Reading(text="")
    found = _columns(rows)
    if found is None:
        return Reading(text=pieces.table(rows))
    asked, answered, header = found
    told = rows[0] if header else []
    sections = (_section(row, asked, answered, told) for row in rows[bool(header) :])
    return Reading(text=pieces.joined(sections))


def _rows(text: str) -> Iterator[Row]:
    csv.field_size_limit(10_000_000)
    sign, told = _delimiter(text), DELIMITER_TOLD.match(text)
    body = io.StringIO(text[told.end() :] if told else text, newline="")
    try:
        for number, row in enumerate(csv.reader(body, delimiter=sign)):
            if number >= MOST_ROWS:
                raise Unreadable(f"The table has more than {MOST_ROWS:,} rows; split it.")
            yield row
    except csv.Error as error:
        raise Unreadable(
            "The table can't be read: a quotation mark may be missing; save it again."
        ) from error


def _delimiter(text: str) -> str:
    """The sign that cuts the first rows into the same number of cells, and the most of them."""
    if told := DELIMITER_TOLD.match(text):
        return told[1]
    # Of one column, the first row has no sign to cut at; those further down belong to its sentences.
    first = text.lstrip().partition("\n")[0]
    used = [sign for sign in DELIMITERS if sign in first]
    return max(used, key=lambda sign: _evenness(text[:SAMPLE], sign), default="\x1f")


def _evenness(sample: str, sign: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if row][:50]
    except csv.Error:
        return 0.0, 0
    usual = max(set(widths), key=widths.count, default=1)
    return (widths.count(usual) / len(widths), usual) if usual > 1 else (0.0, 0)


def _columns(rows: Sequence[Row]) -> tuple[int, int, bool] | None:
    """Where the questions and the answers stand, and whether the first row names the columns."""
    names = [_name(cell) for cell in rows[0]]
    asked = (
        _place(names, SURE_QUESTION) if _place(names, SURE_QUESTION) is not None else _place(names, QUESTION)
    )
    answered = _place(names, ANSWER, besides=asked)
    if asked is not None and answered is not None:
        return asked, answered, True
    return _by_shape(rows)


def _name(cell: str) -> str:
    return " ".join(re.sub(r"[_\W]+", " ", cell.casefold()).split())


def _place(names: Sequence[str], known: frozenset[str], besides: int | None = None) -> int | None:
    """A column called so, else one whose name has such a word in it: “Customer question”, “question_de”."""
    others = [(place, name) for place, name in enumerate(names) if place != besides]
    whole = (place for place, name in others if name in known)
    part = (
        place
        for place, name in others
        if len(name.split()) < 4 and known.intersection(name.split()) - {"a", "q"}
    )
    return next(whole, next(part, None))


def _by_shape(rows: Sequence[Row]) -> tuple[int, int, bool] | None:
    """Two columns of text, of which one asks and the other does not."""
    if len(rows) < 2 or max(map(len, rows)) != 2:
        return None
    for asked, answered in ((0, 1), (1, 0)):
        body = [row for row in rows if len(row) == 2]
        asking = sum(bool(QUESTION_MARK.search(row[asked])) for row in body)
        answering = sum(
            bool(row[answered].strip()) and not QUESTION_MARK.search(row[answered]) for row in body
        )
        if asking >= SHARE_OF_QUESTIONS * len(rows) and answering >= SHARE_OF_QUESTIONS * len(rows):
            return asked, answered, not QUESTION_MARK.search(rows[0][asked])
    return None


def _section(row: Row, asked: int, answered: int, names: Sequence[str]) -> str:
    """A question above its answer; what else the row says stands below it under its name."""
    question, answer = _cell(row, asked), _cell(row, answered)
    others = [
        f"{name.strip()}: {' '.join(_cell(row, place).split())}"
        for place, name in enumerate(names)
        if place not in (asked, answered) and name.strip() and _cell(row, place).strip()
    ]
    # A cell beyond the columns is what follows a sign that should have stood in quotation marks.
    beyond = row[max(len(names), asked + 1, answered + 1) :]
    others += [" ".join(cell.split()) for cell in beyond if cell.strip()]
    said = [_as_text(answer), pieces.paragraph("\n".join(others)) if others else ""]
    heads = html.words(question) if TAG.search(question) else question
    if len(heads.split()) > MOST_ASKED_IN_WORDS:
        return pieces.joined([pieces.paragraph(heads), *said])
    return pieces.joined([pieces.heading(2, heads), *said])


def _cell(row: Row, place: int) -> str:
    return row[place] if place < len(row) else ""


def _as_text(answer: str) -> str:
    """Exports keep answers as HTML, or as Markdown, which stays."""
    return html.to_markdown(answer, pictures=False).strip() if TAG.search(answer) else answer.strip()
