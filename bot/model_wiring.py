"""From settings to models: what embeds, what reranks and what writes. None is loaded before it is used."""

from collections.abc import Callable
from pathlib import Path

from bot.errors import WrongSetting
from bot.ports import Embedder, LanguageModel, Reranker
from bot.settings import Settings


def embedder(chosen: Settings) -> Embedder:
    """Return what turns texts into vectors."""
    from bot.embedders.sentence_transformers import PACKAGED, SentenceTransformersEmbedder

    return SentenceTransformersEmbedder(chosen.embedder_name or PACKAGED)


def reranker(chosen: Settings) -> Reranker | None:
    """Return what reads the best passages again, None where nothing is set."""
    if not chosen.reranker_name:
        return None
    from bot.rerankers.sentence_transformers import CrossEncoderReranker

    return CrossEncoderReranker(chosen.reranker_name)


def language_model(
    kind: str, name: str, chosen: Settings, home: Path, embedder: Callable[[], Embedder]
) -> LanguageModel:
    """Return a model of a kind by its name; raises `WrongSetting`, or what the model raises."""
    if kind == "extractive":
        from bot.models.extractive import ExtractiveModel

        return ExtractiveModel(embedder())
    if kind == "transformers":
        from bot.models.transformers import TransformersModel

        return TransformersModel(name, home / "cache", seconds=chosen.answer_seconds)
    from bot.models.openai import OpenAIModel
    from bot.models.patience import Patience

    for setting, value in {"ATTUNE_MODEL_NAME": name, "ATTUNE_MODEL_URL": chosen.model_url}.items():
        if not value:
            raise WrongSetting(name=setting, given=value, why="set it; a server needs a name and an address")
    key = chosen.model_api_key.get_secret_value()
    patience = Patience(overall=chosen.answer_seconds)
    return OpenAIModel(chosen.model_url, name, key, window=chosen.model_window, patience=patience)
