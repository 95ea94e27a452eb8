"""Words that say the opposite of one another, over and under, and words that say the same number or money."""

from collections.abc import Iterable

Side = tuple[int, int]
"""The place of a pair of opposites, and 0 or 1: which of the two is said."""

QUANTITIES = 2
"""The pairs before this place compare numbers: they say something about the number beside them."""
OBLIGATION = 3
"""The place of must and may, which under a 'not' say the same."""
_PAIRS = """
over above more longer greater higher larger beyond exceed exceeds exceeding más superior superiores mayor mayores
encima excede exceden supera superan superen mais acima maior maiores excedem ultrapassa ultrapassam ultrapasse |
under below less fewer lower shorter smaller menos inferior inferiores menor menores debajo abaixo

minimum minimal least min mínimo mínima mínimos mínimas | maximum maximal most max upto máximo máxima máximos
máximas

before prior earlier antes previo previa prévio | after afterwards later después tras luego depois após

must required require requires need needs needed necessary mandatory compulsory obligatory obliged shall debe deben
deberá deberán obligatorio obligatoria obligatorios obligatorias necesario necesaria requiere requieren necesita
necesitan deve devem deverá deverão obrigatório obrigatória necessário necessária precisa precisam exige exigem |
may can could optional possible allowed permitted allow allows permit permits entitled eligible puede pueden podrá
podrán opcional opcionales posible permitido permitida permitidos permitidas permite pode podem poderá poderão
opcionais possível permitidos permitem

since starting desde partir | until till hasta até

open opens opened opening abre abren abrir abierto abierta abiertos abiertas apertura abrem aberto aberta abertos
abertas abertura | close closes closed closing shut shuts cierra cierran cerrar cerrado cerrada cerrados cerradas
cierre fecha fecham fechar fechado fechada fechados fechadas fechamento

start starts begin begins starting empieza empiezan comienza comienzan inicia inician começa começam iniciam | end
ends finish finishes expire expires termina terminan finaliza finalizan vence vencen terminam acaba acabam

full completo completa | part partial parcial

all every each everyone everybody todos todas todo toda cada | some few most certain algunos algunas alguns algumas

most mayoría maioria | few pocos pocas poucos poucas

we us nosotros nós | you usted ustedes você vocês

first primer primero primera primeiro primeira | last final último última últimos últimas

high alto alta altos altas | low bajo baja bajos bajas baixo baixa

early temprano cedo | late tarde

long largo larga longo longa | short corto corta curto curta

new nuevo nueva nuevos nuevas novo nova novos novas | old antiguo antigua antigos antigas velho velha

large big grande grandes | small little pequeño pequeña pequeno pequena

inside indoors dentro | outside outdoors fuera fora

internal interno interna internos internas | external externo externa externos externas

left izquierda izquierdo esquerda esquerdo | right derecha derecho direita direito

up arriba | down abajo

increase increases increased rise rises aumenta aumentan aumentam | decrease decreases decreased fall falls reduced
reduce reduces disminuye disminuyen diminui diminuem

paid pays remunerado remunerada | unpaid

day día dia | night noche noite

morning mañana manhã | afternoon evening tarde

weekday weekdays laborables úteis | weekend weekends

arrive arrives arrival llegada llegadas chegada | leave leaves departure salida salidas saída saídas

gross bruto bruta | net neto neta líquido líquida

male men man hombres hombre homens homem | female women woman mujeres mujer mulheres mulher
"""
"""One pair of opposites a paragraph, in all languages at once: few words of one are the opposite in another."""
_SIDES: dict[str, frozenset[Side]] = {}
for _place, _pair in enumerate(_PAIRS.split("\n\n")):
    for _side, _words in enumerate(_pair.split("|")):
        for _word in _words.split():
            _SIDES[_word] = _SIDES.get(_word, frozenset()) | {(_place, _side)}

_NUMBERS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete "
    "dezoito dezenove vinte",
}
_MORE_NUMBERS = {
    "en": {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
    "es": {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
           "cien": 100, "mil": 1000},
    "pt": {"duas": 2, "trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80,
           "noventa": 90, "cem": 100, "mil": 1000},
}  # fmt: skip
_VAGUE = frozenset({"um", "uno"})
"""They are articles more often than numbers."""
_DIGITS: dict[str, dict[str, str]] = {
    language: {word: str(value) for value, word in enumerate(listed.split()) if word not in _VAGUE}
    | {word: str(value) for word, value in _MORE_NUMBERS[language].items()}
    for language, listed in _NUMBERS.items()
}
_MONEY = {
    "eur": "euro", "euros": "euro", "gbp": "pound", "pounds": "pound", "libra": "pound", "libras": "pound",
    "usd": "dollar", "dollars": "dollar", "dólar": "dollar", "dólares": "dollar", "pesos": "peso", "brl": "real",
    "reais": "real", "chf": "franc", "francs": "franc",
}  # fmt: skip
MONEY = frozenset(_MONEY.values()) | {"percent"}
_PERIODS = {
    "minute": "minute minutes minuto minutos",
    "hour": "hour hours hourly hora horas",
    "day": "day days daily día días diario diaria dia dias diário diária",
    "week": "week weeks weekly semana semanas semanal semanales semanais",
    "month": "month months monthly mes meses mensual mensuales mês mensal mensais",
    "quarter": "quarter quarters quarterly trimestre trimestres trimestral trimestrales",
    "year": "year years yearly annual annually año años anual anuales ano anos anuais",
}
_PERIOD = {word: name for name, listed in _PERIODS.items() for word in listed.split()}
_ORDINALS = {
    "en": "first second third fourth fifth hundred thousand million half twice once only always",
    "es": "primera primero segunda segundo tercera tercero cuarta cuarto millón millones mitad solo siempre",
    "pt": "primeira primeiro segunda segundo terceira terceiro quarta quarto milhão milhões metade apenas sempre",
}
_DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december",
    "es": "lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto "
    "septiembre octubre noviembre diciembre",
    "pt": "segunda terça quarta quinta sexta sábado domingo janeiro fevereiro março abril maio junho julho agosto "
    "setembro outubro novembro dezembro",
}
_BINDING = {language: frozenset(f"{_ORDINALS[language]} {_DAYS[language]}".split()) for language in _NUMBERS}


def canonical(word: str, language: str) -> str:
    """Return the one spelling of a number or a currency, any other word as it is: 30 for thirty, euro for EUR."""
    return _DIGITS.get(language, _DIGITS["en"]).get(word) or _MONEY.get(word, word)


def binding(word: str, language: str) -> bool:
    """Say whether a word counts as a number does: where it is not stated, the sentence says something else."""
    numbers = any(map(str.isdigit, word)) or word in MONEY
    return numbers or word in _BINDING.get(language, _BINDING["en"])


def periods(words: Iterable[str]) -> frozenset[str]:
    """Return the periods of time that words name, each by one name."""
    return frozenset(_PERIOD[word] for word in words if word in _PERIOD)


def sides(words: Iterable[str]) -> frozenset[Side]:
    """Return what the words say of each pair of opposites."""
    return frozenset(side for word in words for side in _SIDES.get(word, ()))


def opposite(side: Side) -> Side:
    """Return the other side of a pair."""
    return side[0], 1 - side[1]


def contradicted(said: Iterable[Side], stated: frozenset[Side]) -> bool:
    """Say whether the opposite of something that is said is stated, and the same is not."""
    return any(side not in stated and opposite(side) in stated for side in said)
