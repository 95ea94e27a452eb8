"""What kind of answer a question expects, and whether a text holds one: the taxonomy of Li and Roth (2002), coarse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.terms import fold, stem, stems, words

_AUXILIARIES = frozenset("does is was has".split())


class Kind(StrEnum):
    """A kind of answer."""

    COUNT = "count"
    AMOUNT = "amount"
    DURATION = "duration"
    TIME = "time"
    PERSON = "person"
    PLACE = "place"
    PERMISSION = "permission"
    PROCEDURE = "procedure"
    DEFINITION = "definition"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer that a question asks for."""

    kind: Kind
    units: frozenset[str] = frozenset()
    """Of a count: the stems of what is counted."""
    language: str = "en"


_ASKS = (
    (
        Kind.DURATION,
        (
            r"how (?:long|soon|fast|quickly)|how much (?:time|notice)|cuanto tiempo|quanto tempo"
            r"|what (?:is|s) (?:the|my|our) (?:\w+ ){0,3}(?:period|duration|length)"
        ),
    ),
    (
        Kind.TIME,
        (
            r"when|(?:what|which) (?:time|date|day|month|year)|until when|since when|what (?:is|s) the (?:\w+ ){0,3}"
            r"(?:deadline|date)|cuando|a que hora|(?:hasta )?que (?:dia|fecha)|quando|a que horas"
            r"|ate que (?:dia|data|hora)"
        ),
    ),
    (Kind.COUNT, r"how many (?P<en>\w+(?: \w+)?)|cuant[oa]s (?P<es>\w+)|quant[oa]s (?P<pt>\w+)"),
    (
        Kind.AMOUNT,
        (
            r"how (?:much|high|large|big|old|far|often|heavy|warm|cold)|what (?:percentage|share|amount|price|rate)"
            r"|(?:de )?cuant[oa]|(?:de )?quant[oa]|what (?:do|does|did) [\w ]{1,40}(?:cost|pay|earn|get)"
            r"|what (?:is|s|are) (?:the|my|our) (?:[\w-]+ ){0,4}"
            r"(?:limits?|price|cost|fee|rate|budget|allowance|salary|maximum|minimum|amount|percentage|number|per diem)"
        ),
    ),
    (Kind.PERSON, r"who|whom|whose|quien(?:es)?|quem"),
    (Kind.PLACE, r"where|in (?:what|which) (?:place|room|city|country)|adonde|donde|aonde|onde"),
    (
        Kind.PROCEDURE,
        (
            r"how (?:do|can|should|must|would|does|to)"
            r"|what (?:do|should|must|can) (?:i|we|you)(?: have to| need to)? do"
            r"|what (?:now|next|happens)|what to do|steps? to|como"
            r"|que (?:hago|hacemos|hay que hacer|debo hacer|tengo que hacer|pasa)"
            r"|o que (?:faco|fazer|devo fazer|fazemos|tenho de fazer|acontece)"
        ),
    ),
    (
        Kind.PERMISSION,
        (
            r"(?<=^)(?:can|may|could|must|should|do|does|am|are|is) "
            r"(?:i|we|you|one|they|employees?|it|the|an?|there|any\w*) \w+"
            r"|(?<=[,;.:] )(?:can|may|could|must|should|do|am) (?:i|we|one)"
            r"|(?:se )?pued[eo]n?|podemos|se permite|tengo que|debo|pode[m]?|posso|tenho (?:de|que)|devo"
        ),
    ),
    (
        Kind.DEFINITION,
        (r"what (?:is|are) (?!my|our|the)|what does \w+ mean|que es|que son|que significa|o que e|o que sao"),
    ),
)
"""Of those that a question holds, the one that stands first counts."""
_PATTERNS = tuple((kind, re.compile(rf"\b(?:{pattern})\b")) for kind, pattern in _ASKS)
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|half"
    r"|once|twice|both|none|several|third|quarter"
    r"|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|veinte|treinta|cuarenta"
    r"|cincuenta|sesenta|setenta|ochenta|noventa|cien(?:to)?s?|mil|millon(?:es)?|medio|media|mitad|tercio|ningun[oa]?|vari[oa]s"
    r"|dois|duas|quatro|sete|oito|nove|dez|quinze|vinte|trinta|meio|meia|um terco|nenhum)"
)
_NONE = re.compile(r"\bno \w")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(rf"\d|\b{_NUMBER_WORD}\b")
_TIME_UNIT = (
    r"(?:(?:working |calendar |business |consecutive |full )?"
    r"(?:minutes?|mins?|hours?|days?|weeks?|months?|years?|nights?)"
    r"|minutos?|horas?|dias?|semanas?|meses|mes|anos?|quincenas?|uteis|habiles|seguidos)"
)
_SPAN = re.compile(rf"(?:\d|\b{_NUMBER_WORD}\b)[\w.,-]*[ -](?:\w+ )?\b{_TIME_UNIT}\b")
_POINT = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[:h.]\d\d\b|\b(?:19|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:dia|el) \d"
    r"|\b(?:january|february|march|april|june|july|august|september|october|november|december|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre"
    r"|diciembre|lunes|martes|miercoles|jueves|viernes|sabado|domingo|janeiro|fevereiro|marco|maio|junho|julho|setembro"
    r"|outubro|novembro|dezembro|segunda|terca|quarta|quinta|sexta)s?\b|\b\d{1,2} may\b|\bmay \d{1,2}\b"
    r"|\bquarter|\bnoon\b"
)
_MONEY = re.compile(r"[€£$%]|\b(?:eur|euros?|gbp|pounds?|mxn|pesos?|usd|dollars?|percent)\b|\d ?%")
_WHO = re.compile(
    r"\b(?:managers?|heads?|officers?|directors?|controllers?|leads?|teams?|partners?|desk|board|panel|committee|department"
    r"|lawyers?|colleagues?|owner|assistant|doctor|supervisors?|staff|experts?|coordinators?|c[efto]o|it|hr"
    r"|jef[ea]s?|director[ae]s?|equipo|responsables?|brigada|recepcion|encargad[oa]s?|personas"
    r"|chefias?|diretor[ae]?s?|equipa|responsave(?:l|is)|rececao|direcao)\b|@|#"
)
_NAMED = re.compile(r"(?<=[a-záéíóúàâêôãõçñ,;:] )[A-ZÁÉÍÓÚ][\w'-]+")
_WHERE = re.compile(
    r"\b(?:in|at|on|under|behind|next to|opposite|outside|inside|to|from|en|junto|frente|detras|em|no|na|nos|nas"
    r"|ao lado)\b"
    r"|\w\.(?:example|com|org)\b|#\w"
)
_MAY = re.compile(
    r"\b(?:may|can|cannot|must|should|never|nobody|allowed|permitted|forbidden|prohibited|refused?|required?|needs?|needed"
    r"|have to|has to|only|up to|at most|unless|not|no|yes|always|free|fine|eligible|entitled|paid|"
    r"pued[eo]n?|debe[ns]?|hay que|prohibid[oa]s?|permit\w+|nunca|nadie|solo|hasta|se puede|"
    r"pode[m]?|deve[m]?|proibid[oa]s?|permitid[oa]s?|ninguem|nao|so|ate|tem de|aceites?)\b|n't\b"
)
_CASE = re.compile(r"(?:if|when|once|si|cuando|se|quando|caso)\b[^.;]{3,120},")
"""What to do in a case is told behind it."""
_STEP = re.compile(
    r"^(?:\W*(?:step|passo|paso) \d|first\b|then\b|next\b|please )|@"
    r"|\bextension\b|#\w|\bform\b|\b(?:in|through|via|using|by|con|por|em|na) [A-Z]"
)
_TELLS = re.compile(
    r"^(?:do|don't|never|write|tell|ask|call|send|report|hand|give|use|enter|book|take|bring|add|fill|go|open|check|choose|stop|leave"
    r"|contact|submit|click|apply|see|look|read|keep|make|put|get|turn|wait|answer|pay|claim|attach|create|update|run|follow"
    r"|log|sign|scale|roll|confirm|show|meet|speak|talk|email|mail|notify|inform|request|register|complete|select|set|install"
    r"|haz|avisa|llama|escribe|manda|envia|pide|deja|ve|usa|sube|contesta|revisa|marca|reserva|sal|toma|entra|lee|pregunta"
    r"|avisar|ligar|escrever|enviar|pedir|usar|ver|abrir|marcar|entregar|confirmar|registar|separar|parar|esperar|fazer)\b"
)
_IS = re.compile(
    r"\b(?:is|are|was|means?|makes?|stands for|refers? to|es|son|significa|e|sao|quer dizer)\b|^[^,.;]{2,40}: "
)


def expected(question: str, language: str) -> Expected:
    """Return what kind of answer a question asks for."""
    plain = re.sub(r"\W+$|^\W+", "", fold(question).replace("'", " "))
    found = [(match.start(), kind, match) for kind, pattern in _PATTERNS if (match := pattern.search(plain))]
    if not found:
        return Expected(Kind.ANY, frozenset(), language)
    _, kind, match = min(found, key=lambda one: one[0])
    return Expected(kind, frozenset(_counted(match, language)), language)


def _counted(match: re.Match[str], language: str) -> Iterator[str]:
    """Yield the stem of what is counted: of 'study days' and 'people work' the days and the people."""
    for name in match.groupdict().values():
        if name:
            first, *others = words(name)
            yield stem(
                others[0] if others and others[0].endswith("s") and others[0] not in _AUXILIARIES else first, language
            )


def holds(wanted: Expected, text: str) -> float:
    """Return how well a text can hold the kind of answer that is wanted, from 0 to 1."""
    return _HOLDS[wanted.kind](wanted, text, fold(text))


def _count(wanted: Expected, text: str, plain: str) -> float:
    none = wanted.language == "en" and _NONE.search(plain)
    figure = 1.0 if _DIGIT.search(plain) else 0.8 if none or _NUMBER.search(plain) else 0.0
    return figure if wanted.units & stems(text, wanted.language) else figure / 2


def _amount(wanted: Expected, text: str, plain: str) -> float:
    del wanted, text
    return 1.0 if _NUMBER.search(plain) and _MONEY.search(plain) else 0.7 if _NUMBER.search(plain) else 0.0


def _duration(wanted: Expected, text: str, plain: str) -> float:
    del wanted, text
    return 1.0 if _SPAN.search(plain) else 0.4 if _POINT.search(plain) else 0.0


def _time(wanted: Expected, text: str, plain: str) -> float:
    del wanted, text
    return 1.0 if _POINT.search(plain) else 0.7 if _SPAN.search(plain) else 0.0


def _person(wanted: Expected, text: str, plain: str) -> float:
    del wanted
    return 1.0 if _WHO.search(plain) else 0.7 if _NAMED.search(text) else 0.0


def _place(wanted: Expected, text: str, plain: str) -> float:
    del wanted
    return 1.0 if _WHERE.search(plain) else 0.5 if _NAMED.search(text) else 0.0


def _permission(wanted: Expected, text: str, plain: str) -> float:
    del wanted, text
    return 1.0 if _MAY.search(plain) else 0.0


def _procedure(wanted: Expected, text: str, plain: str) -> float:
    del wanted
    told = any(_TELLS.match(part.strip()) for part in re.split(r"[.:;,]\s|\)\s", plain))
    return 1.0 if told else 0.7 if _STEP.search(text) or _CASE.match(plain) else 0.0


def _definition(wanted: Expected, text: str, plain: str) -> float:
    del wanted, text
    return 1.0 if _IS.search(plain) else 0.0


def _any(wanted: Expected, text: str, plain: str) -> float:
    del wanted, text, plain
    return 0.0


_HOLDS = {
    Kind.COUNT: _count,
    Kind.AMOUNT: _amount,
    Kind.DURATION: _duration,
    Kind.TIME: _time,
    Kind.PERSON: _person,
    Kind.PLACE: _place,
    Kind.PERMISSION: _permission,
    Kind.PROCEDURE: _procedure,
    Kind.DEFINITION: _definition,
    Kind.ANY: _any,
}
