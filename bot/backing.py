"""How far one statement of a document backs a sentence: what differs in a number, a name or a 'not' backs nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.denial import EXCEPTIONS, ONLY, denies, forbids, governs, withdrawn, withdraws, without_no_longer
from bot.opposites import OBLIGATION, QUANTITIES, contradicted, periods, sides
from bot.reading import Clause, Word, clauses, numbered, whole
from bot.sentences import Statement, is_excerpt
from bot.terms import coverage

_RARE = 0.12
"""A word that weighs this much and is not stated says something else: cats for dogs."""
_RARE_NAME = 0.06
_RARE_ELSEWHERE = 0.07
"""The same for a word that another statement of the passage holds: the nurse of the next row."""
_CHANGES = 0.05
"""The same for a word that stands where the statement has another one."""
_LITTLE = 0.02
_PHRASING = frozenset(
    "according provide provides provided stated states says mentioned listed specified following document documents "
    "policy policies passage information handbook receive receives entitled employee employees "
    "según documento documentos indica establece política información empleado empleados "
    "segundo documentos política informação funcionário funcionários colaborador colaboradores "
    "not required needed necessary allowed permitted included forbidden prohibited mandatory "
    "approximately currently".split()
)
"""Words that put a statement in other words; what they change is checked as a 'not' or an opposite is."""
_YOU = frozenset("you your yours we our us they their usted ustedes tú tu su sus você vocês seu seus sua suas".split())
_BY = frozenset("by por pelo pela pelos pelas".split())
_ROLES = frozenset("to in at on for from with of a en de con para em no na nos nas ao com".split())
_PEOPLE = frozenset("employee employees empleado empleados funcionário funcionários colaborador colaboradores".split())


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a statement."""

    headings: str
    others: frozenset[str]
    """The stems of the passage's other statements and its own."""


def backing(sentence: str, statement: Statement, around: Surroundings, language: str) -> float:
    """Return the share of a sentence's weight that a statement holds, 0 where the two differ in what matters."""
    said, stated = whole(sentence, language), whole(statement.text, language)
    if not said.words:
        return 0.0
    spoken = [word.text for word in said.words]
    if spoken == [word.text for word in stated.words]:
        return 1.0
    if not _governed(sentence, statement.under, language):
        return 0.0
    body = statement.text[len(statement.under) :].strip()
    if spoken == [word.text for word in whole(body, language).words] or is_excerpt(sentence, statement):
        return 1.0
    parts = _parts(statement, body, language)
    context = whole(f"{statement.under}. {around.headings}", language)
    added = [word for word in _added(said, stated, context) if word.binding or not _phrasing(word, stated, context)]
    if (
        any(_says_else(word, around) for word in added)
        or _substituted(said, stated, added)
        or not _numbers_agree(sentence, statement, body, language)
        or not _sides_agree(sentence, said, stated, context, language)
        or not _denials_agree(sentence, statement.under, parts, language)
        or not _within(said, stated)
        or _reversed(said, stated, row=bool(statement.cells))
    ):
        return 0.0
    held = frozenset(word.stem for word in (*stated.words, *context.words))
    wanted = {word.stem: word.weight for word in said.words if word.stem in held or word in added}
    return coverage(wanted, held) if any(word.stem in wanted for word in stated.words) else 0.0


def _governed(sentence: str, under: str, language: str) -> bool:
    """Say whether a sentence tells what the heading or announcement above its statement does to it."""
    if withdrawn(under):
        return withdraws(sentence)
    return not governs(under) or governs(sentence) or denies(sentence, language)


def _parts(statement: Statement, body: str, language: str) -> list[Clause]:
    """Return what can be denied each on its own."""
    if statement.cells:
        return [whole(cell, language) for cell in statement.cells]
    announced = [whole(statement.under, language)] if statement.under and not governs(statement.under) else []
    return [*announced, *clauses(body, language, strong=True)]


def _added(said: Clause, stated: Clause, context: Clause) -> list[Word]:
    """Return the words of a sentence that neither its statement nor the headings hold."""
    held = {word.stem for word in (*stated.words, *context.words)}
    return [word for word in said.words if word.stem not in held]


def _phrasing(word: Word, stated: Clause, context: Clause) -> bool:
    """Say whether a word only puts a statement in other words; what it changes is checked elsewhere."""
    if word.text in _PEOPLE:
        return any(one.text in _YOU for one in stated.words)
    same = sides([word.text]) & (stated.sides | context.sides)
    return word.text in _PHRASING or forbids(word.text) or bool(same)


def _says_else(word: Word, around: Surroundings) -> bool:
    limit = _RARE_NAME if word.named else _RARE_ELSEWHERE if word.stem in around.others else _RARE
    return word.binding or word.weight >= limit


def _substituted(said: Clause, stated: Clause, added: Sequence[Word]) -> bool:
    """Say whether a word has taken the place of one of the statement, between the same neighbours: the red door."""
    places = {(before, after): word for before, word, after in _between(stated)}
    spoken = {word.stem for word in said.words}
    return any(
        word in added and word.weight >= _CHANGES and other.weight >= _CHANGES and other.stem not in spoken
        for before, word, after in _between(said)
        if (other := places.get((before, after))) is not None
    )


def _between(clause: Clause) -> Iterator[tuple[str, Word, str]]:
    """Yield each word with the stems of its neighbours."""
    stems = ["", *(word.stem for word in clause.words), ""]
    yield from zip(stems, clause.words, stems[2:], strict=False)


def _numbers_agree(sentence: str, statement: Statement, body: str, language: str) -> bool:
    """Say whether each number stands in the same order and with the same words as in the statement."""
    cells = [whole(cell, language) for cell in statement.cells]
    stated = numbered(cells or list(clauses(body, language)))
    if not any(part.numbers for part in stated):
        return True
    if not _same_units(whole(sentence, language), whole(body, language)):
        return False
    return all(_placed(part, stated, whole_row=bool(cells)) for part in numbered(clauses(sentence, language)))


def _same_units(said: Clause, stated: Clause) -> bool:
    """Say whether what follows a number is not what follows another number: two years, five days."""
    following = list(_followed(stated))
    for number, unit in _followed(said):
        units = [after for one, after in following if one == number]
        if units and unit not in units and any(after == unit for _, after in following):
            return False
    return True


def _followed(clause: Clause) -> Iterator[tuple[str, str]]:
    for word, after in zip(clause.words, clause.words[1:], strict=False):
        if word.text in clause.numbers and not after.binding and after.weight >= _LITTLE:
            yield word.text, after.stem


def _placed(said: Clause, stated: Sequence[Clause], *, whole_row: bool) -> bool:
    """Say whether the numbers of a clause may be those of the statement's clauses that its words belong to."""
    homes: list[Clause] = []
    for number in said.numbers:
        among = [part for part in stated if number in part.numbers]
        good = [part for part in among if _belongs(said, part, stated)]
        if among and not good:
            return False
        homes += good[:1]
    for part in stated:
        mine = [number for number in said.numbers if part in homes and number in part.numbers]
        if not _in_order(mine, part.numbers):
            return False
    order = [stated.index(part) for part in homes]
    foreign = [part for part in stated if part.numbers and part not in homes]
    own = frozenset().union(*(part.telling for part in homes)) if homes else frozenset()
    for part in foreign:
        told = part.telling if whole_row or part is not stated[0] else _behind_number(part)
        shared = frozenset().union(*(other.telling for other in stated if other is not part))
        if homes and said.telling & (told - own - shared):
            return False
    return whole_row or order == sorted(order)


def _belongs(said: Clause, part: Clause, stated: Sequence[Clause]) -> bool:
    """Say whether a clause names what tells a part of the statement from the others, and not its opposite."""
    others = [other for other in stated if other is not part and other.numbers]
    if contradicted(said.sides, part.sides):
        return False
    own = part.telling - frozenset().union(*(other.telling for other in others))
    return not others or not own or bool(own & said.telling)


def _behind_number(part: Clause) -> frozenset[str]:
    """Return what tells about the first number of a statement; what stands before it may hold for all of them."""
    first = next(place for place, word in enumerate(part.words) if word.text in part.numbers)
    return frozenset(word.stem for word in part.words[first:] if word.telling)


def _in_order(said: Sequence[str], stated: Sequence[str]) -> bool:
    rest = iter(stated)
    return all(number in rest for number in said)


def _sides_agree(sentence: str, said: Clause, stated: Clause, context: Clause, language: str) -> bool:
    """Say whether no opposite is said, and no number is compared that the statement only names."""
    there = stated.sides | context.sides
    checked = said.sides
    if denies(sentence, language):
        checked = frozenset(side for side in checked if side[0] != OBLIGATION)
    if contradicted(checked, there) or not _periods_agree(said, stated, context):
        return False
    return not any(
        side[0] < QUANTITIES and side not in there and said.compares(place)
        for place, word in enumerate(said.words)
        for side in sides([word.text])
    )


def _periods_agree(said: Clause, stated: Clause, context: Clause) -> bool:
    """Say whether no period stands in another one's place; a further one may: 25 days a year."""
    spoken = periods(word.text for word in said.words)
    there = periods(word.text for word in stated.words)
    return spoken <= there | periods(word.text for word in context.words) or there <= spoken


def _denials_agree(sentence: str, under: str, parts: Sequence[Clause], language: str) -> bool:
    """Say whether what a sentence denies is what the statement denies, part by part.

    The parts that a clause speaks of are those that hold its words; clauses and parts that hang together are
    compared together.
    """
    if withdrawn(under):
        sentence = without_no_longer(sentence)
    elif governs(under):
        return True
    groups: list[tuple[set[int], bool]] = []
    for clause in clauses(sentence, language):
        spoken = _spoken(clause, parts, language)
        denied = denies(clause.text, language)
        if not spoken and not denied:
            continue
        if not spoken:
            spoken = set.union(*(places for places, _ in groups)) if groups else set(range(len(parts)))
        for group in [group for group in groups if group[0] & spoken]:
            groups.remove(group)
            spoken, denied = spoken | group[0], denied or group[1]
        groups.append((spoken, denied))
    return all(denied == any(denies(parts[at].text, language) for at in places) for places, denied in groups)


def _spoken(clause: Clause, parts: Sequence[Clause], language: str) -> set[int]:
    """Return the places of the parts that a clause speaks of, by its telling words where it has any."""
    held = [{word.stem for word in part.words} for part in parts]
    telling: list[set[int]] = []
    others: list[set[int]] = []
    for word in clause.words:
        places = {at for at, stems in enumerate(held) if word.stem in stems}
        if places and word.weight >= _LITTLE and not denies(word.text, language):
            (telling if word.telling or word.binding else others).append(places)
    found = telling or others
    return set().union(*([places for places in found if len(places) == 1] or found))


def _within(said: Clause, stated: Clause) -> bool:
    """Say whether a sentence that leaves out an exception, or an 'only', speaks of what the statement holds for."""
    spoken = {word.stem for word in said.words}
    texts = [word.text for word in said.words]
    for place, word in enumerate(stated.words):
        if word.text in ONLY and ONLY.isdisjoint(texts):
            restricted = next((after.stem for after in stated.words[place:] if after.telling), "")
            if restricted and restricted not in spoken:
                return False
        if word.text in EXCEPTIONS and EXCEPTIONS.isdisjoint(texts):
            # At the beginning of a sentence the exception ends before its verb, wherever that is.
            last = len(stated.words) if place else 3
            before = {one.stem for one in stated.words[:place]}
            excepted = {one.stem for one in stated.words[place:last] if one.telling or one.binding} - before
            if excepted & spoken:
                return False
    return True


def _reversed(said: Clause, stated: Clause, *, row: bool) -> bool:
    """Say whether two things have changed their places around a third: who reports to whom."""
    if row or _BY.isdisjoint(word.text for word in said.words) != _BY.isdisjoint(word.text for word in stated.words):
        return False
    order = {word.stem: place for place, word in reversed(list(enumerate(stated.words)))}
    telling = [at for at, word in enumerate(said.words) if word.stem in order and (word.telling or word.named)]
    places = [order[said.words[at].stem] for at in telling]
    return any(
        one > two > three and not _same_role(said, at, stated, one)
        for at, one, two, three in zip(telling, places, places[1:], places[2:], strict=False)
    )


def _same_role(said: Clause, place: int, stated: Clause, other: int) -> bool:
    """Say whether a word that has moved took its preposition along: in Rome it is allowed, it is allowed in Rome."""
    role = {word.text for word in said.words[max(0, place - 2) : place]} & _ROLES
    return bool(role & {word.text for word in stated.words[max(0, other - 2) : other]})
