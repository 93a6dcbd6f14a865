"""Tiny models in the real format, with random weights; the tests and benchmarks make them."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx.utils import tree_flatten, tree_map
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

GEMMA_TEMPLATE = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{% set first = messages[0]['content'] + '\n\n' %}{% set rest = messages[1:] %}"
    "{% else %}{% set first = '' %}{% set rest = messages %}{% endif %}"
    "{% for m in rest %}<start_of_turn>{{ 'model' if m['role'] == 'assistant' else m['role'] }}\n"
    "{% if loop.first %}{{ first }}{% endif %}{{ m['content'] | trim }}<end_of_turn>\n"
    "{% endfor %}{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
QWEN_TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}"
    "<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 3,
    "intermediate_size": 64,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "rms_norm_eps": 1e-6,
    "rope_theta": 10_000.0,
    "max_position_embeddings": 4096,
}
_GEMMA: dict[str, Any] = {
    "model_type": "gemma3_text",
    "query_pre_attn_scalar": 16,
    "sliding_window": 64,
    "sliding_window_pattern": 3,
}
_QWEN: dict[str, Any] = {"model_type": "qwen3", "tie_word_embeddings": False}
_QWEN_MOE: dict[str, Any] = {
    "model_type": "qwen3_moe",
    "tie_word_embeddings": False,
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "decoder_sparse_step": 1,
    "mlp_only_layers": [],
    "moe_intermediate_size": 32,
    "norm_topk_prob": True,
}
KINDS = {"gemma3_text": _GEMMA, "qwen3": _QWEN, "qwen3_moe": _QWEN_MOE}


def make_checkpoint(folder: Path, kind: str, *, seed: int = 0, **sizes: int) -> Path:
    """Write a model of a kind into a folder, and give the folder.

    No reply of it ends by itself: the weights of the tokens that end one are nought.
    """
    folder.mkdir(parents=True, exist_ok=True)
    is_gemma = kind == "gemma3_text"
    special = (
        ["<pad>", "<eos>", "<bos>", "<start_of_turn>", "<end_of_turn>"]
        if is_gemma
        else ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
    )
    tokenizer = _tokenizer(special)
    tokenizer.save(str(folder / "tokenizer.json"))
    ends = [tokenizer.token_to_id(token) for token in (special[1], special[4])]
    if not is_gemma:
        ends = [tokenizer.token_to_id(token) for token in (special[0], special[2])]
    config = {
        **_SIZES,
        **KINDS[kind],
        "vocab_size": tokenizer.get_vocab_size() + 3,  # models round it up
        "eos_token_id": ends,
        **sizes,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(
        json.dumps(
            {
                "tokenizer_class": "PreTrainedTokenizerFast",
                "bos_token": "<bos>" if is_gemma else None,
                "eos_token": special[1] if is_gemma else special[2],
                "pad_token": special[0],
                "chat_template": GEMMA_TEMPLATE if is_gemma else QWEN_TEMPLATE,
            }
        ),
        encoding="utf-8",
    )
    _write_weights(folder, config, seed=seed)
    return folder


def _tokenizer(special: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["the bread and the note need time and salt"] * 9, trainer)
    return tokenizer


def _write_weights(folder: Path, config: dict[str, Any], *, seed: int) -> None:
    module = import_module(f"mlx_lm.models.{config['model_type']}")
    mx.random.seed(seed)
    model = module.Model(module.ModelArgs.from_dict(config))
    weights = tree_map(lambda w: w.astype(mx.float32), model.parameters())
    flat = dict(tree_flatten(weights))
    head = mx.random.normal((config["vocab_size"], config["hidden_size"]))
    for token in config["eos_token_id"]:
        head[token] = 0.0
    flat["lm_head.weight"] = head  # of its own: tied to the embedding, it echoes the last token
    mx.save_safetensors(str(folder / "model.safetensors"), flat, metadata={"format": "mlx"})
