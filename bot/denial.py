"""What denies, forbids or withdraws: 'not allowed', 'Se prohíbe', 'Old rules (no longer valid)'."""

import re

NEGATIONS = {
    "en": frozenset("not no never none nobody nothing neither nor cannot without".split()),
    "es": frozenset("no nunca jamás nadie nada ningún ninguna ninguno ni sin tampoco".split()),
    "pt": frozenset("não nunca jamais ninguém nada nenhum nenhuma nem sem tampouco".split()),
}
EXCEPTIONS = frozenset("except unless excepting unlike excepto salvo exceto".split())
"""What stands behind them is the opposite of what stands before."""
ONLY = frozenset("only solely exclusively solo sólo solamente únicamente só somente apenas exclusivamente".split())
"""What follows them is all that a statement holds for."""
_FORBIDS = re.compile(
    r"forb(?:id(?:s|den|ding)?|ade)|prohibit\w*|bann(?:ed|ing)|bans?|disallow\w*|exclud\w*|ineligible|unacceptable|illegal"
    r"|prohib\w+|prohíb\w+|proib\w+|proíb\w+|vedad[oa]s?|exclu[iíy]\w*|ilegal(?:es)?|ilegais"
)
_WITHDRAWN = re.compile(
    r"outdated|obsolet\w+|superseded|withdrawn|repealed|deprecated|expired|abolished|revoked|cancelled|canceled|archived?"
    r"|discontinued|retired|replaced|drafts?|rejected|invalid|historical"
    r"|derogad[oa]s?|caducad[oa]s?|anulad[oa]s?|sustituid[oa]s?|revocad[oa]s?|cancelad[oa]s?|desactualizad[oa]s?"
    r"|archivad[oa]s?|borrador(?:es)?|vencid[oa]s?|rechazad[oa]s?|inválid[oa]s?|históric[oa]s?|retirad[oa]s?"
    r"|revogad[oa]s?|substituíd[oa]s?|desatualizad[oa]s?|arquivad[oa]s?|rascunhos?|expirad[oa]s?|rejeitad[oa]s?"
    r"|descontinuad[oa]s?|abolid[oa]s?"
)
_FORMER = re.compile(
    r"old|former|previous|past|antigu[oa]s?|anterior(?:es)?|antig[oa]s?|anteriores|velh[oa]s?|viej[oa]s?"
)
_RULES = re.compile(
    r"rules?|polic(?:y|ies)|rates?|limits?|prices?|versions?|plans?|procedures?|regulations?|terms|tariffs?|regime|scheme"
    r"|reglas?|normas?|políticas?|tarifas?|límites?|precios?|versi(?:ón|ones)|procedimientos?|reglamentos?|régimen"
    r"|regras?|limites?|preços?|vers(?:ão|ões)|procedimentos?|regulamentos?"
)
_CLEARLY = frozenset("not never cannot nunca jamás não jamais".split())
_LEAVES = re.compile(
    r"longer|allow\w*|permit\w*|valid\w*|válid\w*|accept\w*|acept\w*|inclu\w+|cover\w*|pa(?:y|id)|reimburs\w*|vigentes?"
    r"|cubr\w+|cubiert\w+|pag\w+|reembols\w+|puede\w*|debe\w*|aplica\w*|vale\w*|está\w*|hacer|suppor\w+|appl(?:y|ies|icable)"
)
"""What follows a 'no' that denies; in Portuguese the word means 'in the'."""
_CONDITIONAL = frozenset(
    "if when why how unless whether lest si cuando cómo cuándo se quando como porque caso should".split()
)
_NO_LONGER = re.compile(r"\b(?:no longer|not any ?more|no more|ya no|já não)\b")
_WORD = re.compile(r"[^\W_]+")
_NEAR = 3


def spelled(text: str) -> str:
    """Return the text in lower case with its contracted negations spelled out: aren't, can't."""
    lower = text.casefold().replace("\u2019", "'")
    return re.sub(r"n't\b", " not", re.sub(r"\bcan't\b", "can not", re.sub(r"\bwon't\b", "will not", lower)))


def denies(text: str, language: str) -> bool:
    """Say whether something is said in the negative; what is not forbidden is not."""
    words = _WORD.findall(spelled(text))
    negations = NEGATIONS.get(language, NEGATIONS["en"])
    denied = [place for place, word in enumerate(words) if word in negations]
    forbidden = [place for place, word in enumerate(words) if _FORBIDS.fullmatch(word)]
    undone = [place for place in denied if any(0 < other - place <= _NEAR for other in forbidden)]
    left = [place for place in forbidden if not any(0 < place - other <= _NEAR for other in undone)]
    return len(denied) > len(undone) or bool(left)


def without_no_longer(text: str) -> str:
    """Return a text without the words that only say that its rule has ended."""
    return _NO_LONGER.sub(" ", spelled(text))


def forbids(word: str) -> bool:
    """Say whether a word forbids or leaves out."""
    return bool(_FORBIDS.fullmatch(word))


def withdraws(text: str) -> bool:
    """Say whether a text tells that something is no longer, or not yet, in force."""
    words = _WORD.findall(spelled(text))
    if _NO_LONGER.search(spelled(text)):
        return True
    former = any(_FORMER.fullmatch(word) for word in words) and any(_RULES.fullmatch(word) for word in words)
    return former or any(_WITHDRAWN.fullmatch(word) for word in words)


def governs(heading: str) -> bool:
    """Say whether a heading or announcement denies, forbids or withdraws what stands below it.

    'If you do not feel well' denies nothing of what is to be done then.
    """
    words = _WORD.findall(spelled(heading))
    if withdraws(heading) or any(_FORBIDS.fullmatch(word) for word in words):
        return True
    first = next((place for place, word in enumerate(words) if word in _CLEARLY), None)
    if first is None:
        first = next((place for place, word in enumerate(words) if word == "no" and _denied(words, place)), None)
    return first is not None and _CONDITIONAL.isdisjoint(words[:first])


def _denied(words: list[str], place: int) -> bool:
    return any(_LEAVES.fullmatch(word) for word in words[place + 1 : place + 1 + _NEAR])
