"""Have the local model look words up before it makes numbers of what it finds, not afterwards. Pure.

The model's file keeps its 30,522 word vectors as bytes, each with a scale. As it stands, the whole table is
made floating-point numbers when the session is opened: 33 MB more that stay, and 85 more meanwhile. Looked up
first, the same numbers are made for a text's own words alone. An ONNX file is a protocol buffer; of it, only
the order of these few nodes is changed.
"""

from collections.abc import Iterable, Iterator, Mapping

TABLE = b"inner.embeddings.word_embeddings.weight"
BYTES, FLOATS, SCALE = TABLE + b"_q", TABLE + b"_f", TABLE + b"_scale"
WORDS = b"input_ids"
# What is looked up, under names of its own.
FOUND, AS_FLOATS, FOUND_SCALE = TABLE + b"_found", TABLE + b"_found_f", TABLE + b"_found_scale"

# Numbers of fields: the graph of a model, the nodes of a graph, what a node takes, gives and is called.
GRAPH, NODE = 7, 1
INPUT, OUTPUT, NAME = 1, 2, 3
# How a field is written: as a number, or as bytes with their length.
NUMBER, LENGTH = 0, 2
FIXED = {1: 8, 5: 4}

Field = tuple[int, int, bytes]  # its number, how it is written, and what it holds


def looked_up_first(model: bytes) -> bytes:
    """The same model. Raises ValueError for one that is built in another way."""
    return _joined(
        (number, kind, _graph(held) if number == GRAPH else held) for number, kind, held in _fields(model)
    )


def _graph(graph: bytes) -> bytes:
    fields = list(_fields(graph))
    cast, scale, look_up = (_only(fields, one) for one in (BYTES, FLOATS, TABLE))
    *_, embedding = _named(look_up, OUTPUT)
    instead = [
        _node(look_up, [BYTES, WORDS], FOUND),
        _node(look_up, [SCALE, WORDS], FOUND_SCALE),
        _node(cast, [FOUND], AS_FLOATS),
        _node(scale, [AS_FLOATS, FOUND_SCALE], embedding),
    ]
    gone = (cast, scale, look_up)
    rest = [one for one in fields if one[0] != NODE or one[2] not in gone]
    first = next(place for place, one in enumerate(rest) if one[0] == NODE)
    return _joined([*rest[:first], *((NODE, LENGTH, one) for one in instead), *rest[first:]])


def _only(fields: Iterable[Field], taken: bytes) -> bytes:
    """The one node that takes this."""
    found = [held for number, _, held in fields if number == NODE and taken in _named(held, INPUT)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} nodes of the model take {taken.decode()}, not one.")
    return found[0]


def _named(node: bytes, what: int) -> list[bytes]:
    return [held for number, _, held in _fields(node) if number == what]


def _node(like: bytes, takes: Iterable[bytes], gives: bytes) -> bytes:
    """One that does the same with something else."""
    kept = [one for one in _fields(like) if one[0] not in (INPUT, OUTPUT, NAME)]
    names: Mapping[int, Iterable[bytes]] = {INPUT: takes, OUTPUT: [gives], NAME: [gives]}
    return _joined([*((what, LENGTH, one) for what, told in names.items() for one in told), *kept])


def _fields(message: bytes) -> Iterator[Field]:
    place = 0
    while place < len(message):
        tag, place = _number(message, place)
        begin, kind = place, tag & 7
        if kind == NUMBER:
            _, place = _number(message, place)
        elif kind == LENGTH:
            length, begin = _number(message, place)
            place = begin + length
        else:
            place += FIXED[kind]
        yield tag >> 3, kind, message[begin:place]


def _joined(fields: Iterable[Field]) -> bytes:
    parts: list[bytes] = []
    for number, kind, held in fields:
        parts += [_written(number << 3 | kind), _written(len(held)) if kind == LENGTH else b"", held]
    return b"".join(parts)


def _number(message: bytes, place: int) -> tuple[int, int]:
    """Seven bits a byte, the lowest first; and where what follows begins."""
    found = shift = 0
    while True:
        byte = message[place]
        found |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return found, place


def _written(number: int) -> bytes:
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])
