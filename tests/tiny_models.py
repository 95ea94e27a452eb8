"""Real causal language models of a few kilobytes, and adapters for them, for tests that need no sense in the words."""

import string
import warnings
from pathlib import Path
from typing import Final, cast

import gguf
import peft
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from bot.domain import Message, Prompt
from bot.ports import LanguageModel

CHAT: Final = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
_END: Final = "<|im_end|>"
CONTROL: Final = ["<|endoftext|>", "<|im_start|>", _END]
MERGE: Final = ("a", "b")
WINDOW: Final = 2048
_LAYERS: Final = 2
_HEADS: Final = 2
_GGUF_CONTROL: Final = 3
_GGUF_NORMAL: Final = 1


def said(model: LanguageModel, text: str, adapter: str = "", max_tokens: int = 24) -> str:
    """Return the whole answer to a question."""
    return "".join(model.stream(asked(text, max_tokens), adapter))


def asked(text: str, max_tokens: int = 24) -> Prompt:
    """Return a question as a model is given it."""
    return Prompt((Message("user", text),), text, (), max_tokens=max_tokens)


def vocabulary() -> list[str]:
    """Return the control tokens, one token a byte, and what a merge makes."""
    return [*CONTROL, *sorted(pre_tokenizers.ByteLevel.alphabet()), "".join(MERGE)]


def write(folder: Path, seed: int = 0) -> Path:
    """Write a model of random weights that answers in printable ASCII and never ends by itself."""
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(vocabulary())}, merges=[MERGE]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers types only part of itself
        tokenizer_object=tokenizer, eos_token=_END, additional_special_tokens=CONTROL, chat_template=CHAT
    )
    fast.save_pretrained(folder)
    model(seed).save_pretrained(folder)
    return folder


def model(seed: int = 0) -> LlamaForCausalLM:
    """Return the model; its other tokens have no weight, so that the answer is readable."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        vocab_size=len(vocabulary()),
        max_position_embeddings=WINDOW,
        initializer_range=0.5,
        eos_token_id=CONTROL.index(_END),
    )
    made = LlamaForCausalLM(config)
    mute = [i for i, token in enumerate(vocabulary()) if token not in string.ascii_letters]
    with torch.no_grad():
        made.lm_head.weight[mute] = 0
    return made


def write_adapter(base: PreTrainedModel, folder: Path, seed: int) -> str:
    """Write a LoRA adapter of random weights, strong enough to change every answer; returns the folder."""
    torch.manual_seed(seed)
    config = peft.LoraConfig(r=4, lora_alpha=8, target_modules="all-linear", init_lora_weights=False)
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # of transformers, about peft's use of it
        peft.get_peft_model(base, config).save_pretrained(str(folder))
    return str(folder)


def write_gguf(folder: Path, seed: int = 0) -> Path:
    """Write the same kind of model as one GGUF file, and return the file."""
    file = folder / "tiny.F32.gguf"
    writer = gguf.GGUFWriter(file, "llama")
    made = model(seed)
    writer.add_context_length(WINDOW)
    writer.add_embedding_length(made.config.hidden_size)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(made.config.intermediate_size)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(made.config.rms_norm_eps)
    writer.add_vocab_size(len(vocabulary()))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary())
    writer.add_token_types([_GGUF_CONTROL if token in CONTROL else _GGUF_NORMAL for token in vocabulary()])
    writer.add_token_merges([" ".join(MERGE)])
    writer.add_bos_token_id(CONTROL.index("<|im_start|>"))
    writer.add_eos_token_id(CONTROL.index(_END))
    writer.add_chat_template(CHAT)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, _LAYERS)
    for name, tensor in made.state_dict().items():
        packed = cast("str", names.get_name(name, try_suffixes=(".weight",)))
        writer.add_tensor(
            packed, _interleaved(tensor).numpy() if "attn_q" in packed or "attn_k" in packed else tensor.numpy()
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def _interleaved(weight: torch.Tensor) -> torch.Tensor:
    """Return the rows of a query or key projection in the order that GGUF has for rotary embeddings."""
    rows, columns = weight.shape
    return weight.reshape(_HEADS, 2, rows // _HEADS // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def write_cross_encoder(folder: Path, labels: int = 1) -> Path:
    """Write a cross-encoder of random weights, which reads a question and a text by their bytes."""
    torch.manual_seed(0)
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    letters = [*string.ascii_lowercase, *(f"##{letter}" for letter in string.ascii_lowercase), "."]
    vocabulary = {token: place for place, token in enumerate([*special, *letters])}
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=128,
        initializer_range=0.5,
    )
    config.num_labels = labels
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizer(vocab=vocabulary, model_max_length=128).save_pretrained(folder)
    return folder
