"""What the tests of the model behind HTTP ask, and how."""

from bot.domain import Message, Prompt
from bot.models.openai import OpenAIModel
from bot.models.patience import Patience
from tests.functional.scripted_server import Server

KEY = "sk-canary-0123456789"
PROMPT = Prompt((Message("system", "Be short."), Message("user", "Olá 🍰?")), "Olá 🍰?", (), max_tokens=7, seed=3)
EASY = Patience(between=20, overall=30, retries=2, first_pause=0.01, longest_pause=0.3)
HASTY = Patience(between=0.4, overall=30, retries=2, first_pause=0.01)
TEXT = "né 漢字 🍰 - done"


def model_at(server: Server | str, patience: Patience = EASY, key: str = KEY) -> OpenAIModel:
    return OpenAIModel(server if isinstance(server, str) else server.url, "smol", key, patience=patience)


def said(model: OpenAIModel, adapter: str = "") -> str:
    return "".join(model.stream(PROMPT, adapter))
