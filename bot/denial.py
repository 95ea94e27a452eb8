"""What denies, forbids or withdraws: 'not allowed', 'Se prohíbe', 'Old rules (no longer valid)'."""

import re
from itertools import islice

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
_SUPERSEDED = (
    r"outdated|obsolet\w+|superseded|repealed|deprecated|abolished|revoked|discontinued|invalid|expired"
    r"|derogad[oa]s?|caducad[oa]s?|anulad[oa]s?|sustituid[oa]s?|revocad[oa]s?|desactualizad[oa]s?|inválid[oa]s?"
    r"|revogad[oa]s?|substituíd[oa]s?|desatualizad[oa]s?|expirad[oa]s?|descontinuad[oa]s?|abolid[oa]s?"
)
_ENDED = (
    r"withdrawn|cancelled|canceled|archived?|retired|replaced|drafts?|rejected|historical"
    r"|cancelad[oa]s?|archivad[oa]s?|borrador(?:es)?|vencid[oa]s?|rechazad[oa]s?|históric[oa]s?|retirad[oa]s?"
    r"|arquivad[oa]s?|rascunhos?|rejeitad[oa]s?"
)
_WITHDRAWN = re.compile(rf"{_SUPERSEDED}|{_ENDED}")
_WITHDRAWN_AS_SUCH = re.compile(
    rf"^\W*(?:{_SUPERSEDED})\b|(?<!\bas )(?<!\bcomo )\b(?:{_SUPERSEDED}|{_ENDED})"
    r"(?=\W*$|\s*[^\w\s'\"\u2019]|\s+(?:in|on|since|from|by|until|en|el|desde|por|em|desde|hasta|até)\b|\s+\d)"
)
"""'Superseded in 2024' and 'Stitching (deprecated)', not 'Delete an archived page'."""
_FORMER = re.compile(
    r"old|former|previous|past|antigu[oa]s?|anterior(?:es)?|antig[oa]s?|anteriores|velh[oa]s?|viej[oa]s?"
)
_RULES = re.compile(
    r"rules?|polic(?:y|ies)|rates?|limits?|prices?|versions?|plans?|procedures?|regulations?|terms|tariffs?|regime|scheme"
    r"|reglas?|normas?|políticas?|tarifas?|límites?|precios?|versi(?:ón|ones)|procedimientos?|reglamentos?|régimen"
    r"|regras?|limites?|preços?|vers(?:ão|ões)|procedimentos?|regulamentos?"
)
_DENIES = frozenset("not no never cannot nunca jamás não jamais".split())
"""A 'no' counts only before what it takes away: in Portuguese it means 'in the'."""
_LEAVES = re.compile(
    r"allow\w*|permit\w*|valid\w*|válid\w*|accept\w*|acept\w*|inclu\w+|cover\w*|pa(?:y|id)|reimburs\w*|vigentes?"
    r"|cubr\w+|cubiert\w+|pag\w+|reembols\w+|puede\w*|debe\w*|pode\w*|deve\w*|aplica\w*|vale\w*|hacer|fazer|do|done"
    r"|support\w*|appl(?:y|ies|icable)|approv\w*|authori[sz]ed|eligible|claim\w*|used?|bring|book|bill|buy|wear|share|take"
    r"|offer\w*|available|force|effect|vigor|aprob\w+|aprov\w+|autoriza\w+|disponib\w+|disponív\w+|us[ae]\w*|traer|trazer"
)
"""What is denied by a 'not' that governs what follows: 'not paid', unlike 'not limited to'."""
_STARTS = re.compile(
    r"\W*(?:(?:please )?do not (?!forget|worry|hesitate)|do n?.?ts\b|don.?ts\b|never |nunca |jamás |jamais )"
)
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
    """Say whether a text tells anywhere of something that is no longer, or not yet, in force."""
    lower = spelled(text)
    return withdrawn(text) or bool(_NO_LONGER.search(lower)) or any(map(_WITHDRAWN.fullmatch, _WORD.findall(lower)))


def withdrawn(heading: str) -> bool:
    """Say whether a heading or announcement tells that what stands below it is no longer, or not yet, in force."""
    lower = spelled(heading)
    words = _WORD.findall(lower)
    if not _CONDITIONAL.isdisjoint(words):
        return False
    if any(map(_RULES.fullmatch, words)) and any(
        _FORMER.fullmatch(word) or _WITHDRAWN.fullmatch(word) for word in words
    ):
        return True
    ended = any(_leaves(lower[match.end() :]) for match in _NO_LONGER.finditer(lower))
    return ended or bool(_WITHDRAWN_AS_SUCH.search(lower))


def governs(heading: str) -> bool:
    """Say whether a heading or announcement denies, forbids or withdraws what stands below it.

    'If you do not feel well' denies nothing of what is to be done then, nor does 'including but not limited to'.
    """
    lower = spelled(heading)
    words = _WORD.findall(lower)
    if withdrawn(heading) or any(map(_FORBIDS.fullmatch, words)):
        return True
    denied = [
        place
        for place, word in enumerate(words)
        if word in _DENIES and _leaves(" ".join(words[place + 1 : place + 1 + _NEAR]))
    ]
    if denied:
        return _CONDITIONAL.isdisjoint(words[: denied[0]])
    return bool(_STARTS.match(lower))


def _leaves(after: str) -> bool:
    """Say whether one of the next few words is what a 'not' takes away."""
    return any(_LEAVES.fullmatch(word[0]) for word in islice(_WORD.finditer(after), _NEAR))
