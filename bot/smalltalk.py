"""What is said without asking the documents anything: a greeting, thanks, a question about the assistant itself."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from wordfreq import available_languages, zipf_frequency

from bot.language import SPOKEN
from bot.terms import fold, words

Kind = Literal["greeting", "about", "thanks", "bye", "noted"]

_PHRASES: dict[Kind, dict[str, str]] = {
    "greeting": {
        "en": "hi, hello, hey, good morning, good afternoon, good evening, greetings, howdy, how are you, "
        "how are you doing, how are you today, how is it going, what's up, nice to meet you",
        "es": "hola, buenas, buenos días, buen día, buenas tardes, buenas noches, qué tal, cómo estás, cómo está, "
        "saludos, mucho gusto",
        "pt": "olá, oi, bom dia, boa tarde, boa noite, tudo bem, como vai, como está, como estás, saudações",
    },
    "about": {
        "en": "who are you, what are you, what is your name, what's your name, what can you do, what do you do, "
        "what can you do for me, what do you know, what can I ask, what can I ask you, what can I ask here, "
        "how do you work, how can you help, how can you help me, what can you help me with, can you help, "
        "can you help me, help, help me, help please, are you a bot, are you a robot, are you human, are you an AI, "
        "are you there, test, testing, test test, this is a test",
        "es": "quién eres, quién eres tú, qué eres, cómo te llamas, cuál es tu nombre, qué puedes hacer, "
        "qué sabes hacer, qué puedes hacer por mí, qué haces, en qué me puedes ayudar, en qué puedes ayudarme, "
        "en qué puedes ayudar, "
        "cómo me puedes ayudar, cómo puedes ayudarme, qué te puedo preguntar, qué puedo preguntar, "
        "qué puedo preguntarte, cómo funcionas, ayuda, ayúdame, puedes ayudarme, me puedes ayudar, eres un bot, "
        "eres un robot, eres humano, estás ahí, prueba, probando, esto es una prueba",
        "pt": "quem és, quem és tu, quem é você, o que és, o que é você, como te chamas, qual é o teu nome, "
        "qual é o seu nome, como você se chama, o que podes fazer, o que pode fazer, o que você pode fazer, "
        "o que sabes fazer, o que fazes, o que você faz, em que me podes ajudar, em que podes ajudar, "
        "em que você pode me ajudar, em que pode ajudar, como podes ajudar, como me podes ajudar, "
        "como você pode me ajudar, o que posso perguntar, o que te posso perguntar, como funcionas, ajuda, ajuda-me, "
        "me ajuda, podes ajudar-me, pode me ajudar, você pode me ajudar, és um robô, você é um robô, estás aí, "
        "teste, testando, isto é um teste",
    },
    "thanks": {
        "en": "thanks, thank you, thx, ty, cheers, many thanks, thanks a lot, thank you very much, thank you so much, "
        "thanks so much, thanks for your help, thank you for your help, thanks for the help, much appreciated",
        "es": "gracias, muchas gracias, mil gracias, muchísimas gracias, gracias por tu ayuda, gracias por la ayuda, "
        "te lo agradezco",
        "pt": "obrigado, obrigada, muito obrigado, muito obrigada, valeu, obrigado pela ajuda, obrigada pela ajuda, "
        "agradeço, agradecido, agradecida",
    },
    "bye": {
        "en": "bye, bye bye, goodbye, good bye, see you, see you later, see you soon, see you tomorrow, good night, "
        "take care, have a nice day, have a good day",
        "es": "adiós, hasta luego, hasta pronto, hasta mañana, nos vemos, chao, que tengas buen día",
        "pt": "tchau, adeus, até logo, até amanhã, até breve, até já, xau, tenha um bom dia",
    },
    "noted": {
        "en": "ok, okay, k, great, good, very good, cool, nice, perfect, fine, alright, all right, got it, I see, "
        "understood, I understand, sure, yes, yep, yeah, no, nope, excellent, awesome, wonderful, super, wow, lol, "
        "haha, good job, well done, that helps, that helped, makes sense, sounds good, never mind, no problem, well",
        "es": "ok, okay, vale, bien, muy bien, perfecto, genial, estupendo, de acuerdo, entendido, entiendo, claro, "
        "listo, sí, no, excelente, qué bien, no importa, súper, jaja",
        "pt": "ok, okay, muito bem, perfeito, ótimo, legal, entendi, percebi, entendido, certo, sim, não, combinado, "
        "fixe, está bem, tá bom, excelente, não importa, super, haha",
    },
}
"""The kind that says the most stands first among those that one line may hold: 'Hi, thanks' thanks."""
_ORDER: Sequence[Kind] = ("about", "thanks", "bye", "greeting", "noted")
_CALLED = frozenset("attune bot there everyone everybody all team again so".split())
"""Who is spoken to: 'hello there', 'thanks all'."""
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_LONGEST = 6
"""Words that the longest phrase has."""
_LATIN = re.compile(r"[a-zß-ÿœ]+", re.IGNORECASE)
_KNOWN = 2.0
"""The Zipf frequency from which on a word is one: asdf and jkl stay below it."""
_COMMON = 4.0
"""The same in the many other languages, in some of which jkl is an abbreviation."""
_NEAR = ("en", "es", "pt", "fr", "de", "it")
_UNSPACED = frozenset({"zh", "ja", "ko", "th"})
"""Languages that no Latin letters are used for, and whose words would need further libraries."""


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A line that asks nothing of the documents, in one of the languages that the assistant speaks."""

    kind: Kind
    language: str


def small_talk(text: str, usual: str) -> SmallTalk | None:
    """Return what a line is if nothing of it is a question to the documents, else None.

    'Hello, how many days of leave do I have?' and 'help with expenses' are questions. `usual` is the language for
    lines that belong to several, such as 'ok'.
    """
    said = [_DRAWN_OUT.sub(r"\1", word) for word in words(fold(text))]
    found = list(_phrases(said))
    if not found or any(not kinds for kinds in found):
        return None
    kind = next(kind for kind in _ORDER if any(kind == one for kinds in found for one, _ in kinds))
    told = [{language for _, language in kinds} for kinds in found]
    common = set(SPOKEN).intersection(*told) or told[0]
    language = usual if usual in common else next(one for one in SPOKEN if one in common)
    return SmallTalk(kind, language)


def is_gibberish(text: str) -> bool:
    """Say whether no word of a text is one in any language: keys hit at random, or a name that nobody knows.

    What holds a number, or letters that are not Latin, is never called that.
    """
    said = words(text)
    return bool(said) and all(_LATIN.fullmatch(word) and not _known(word) for word in said)


def _phrases(said: Sequence[str]) -> Iterator[frozenset[tuple[Kind, str]]]:
    """Yield what each phrase of a line may be, the longest phrases first; an empty set for a word of none."""
    table = _table()
    place = 0
    while place < len(said):
        for size in range(min(_LONGEST, len(said) - place), 0, -1):
            found = table.get(tuple(said[place : place + size]))
            if found:
                yield found
                place += size
                break
        else:
            if not (place and said[place] in _CALLED):
                yield frozenset()
            place += 1


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, ...], frozenset[tuple[Kind, str]]]:
    table: dict[tuple[str, ...], frozenset[tuple[Kind, str]]] = {}
    for kind, by_language in _PHRASES.items():
        for language, listed in by_language.items():
            for phrase in listed.split(","):
                key = tuple(words(fold(phrase)))
                table[key] = table.get(key, frozenset()) | {(kind, language)}
    return table


@lru_cache(maxsize=10_000)
def _known(word: str) -> bool:
    if any(zipf_frequency(word, language) >= _KNOWN for language in _NEAR):
        return True
    others = [one for one in available_languages("small") if one not in _UNSPACED]
    return any(zipf_frequency(word, language, wordlist="small") >= _COMMON for language in others)
