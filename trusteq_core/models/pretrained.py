"""What transformers reads of a model folder without torch: its tokenizer and its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trusteq_core.errors import ModelError
from trusteq_core.models import environment  # noqa: F401  sets the libraries up, so it comes first

from transformers import AutoTokenizer, PreTrainedTokenizerBase  # isort: skip

__all__ = ["guarded", "load_tokenizer", "longest_input"]

_UNLIMITED = 1_000_000
_POSITIONS_AFTER_PADDING = (
    "camembert",
    "mpnet",
    "roberta",
    "roberta-prelayernorm",
    "xlm-roberta",
    "xlm-roberta-xl",
)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerBase:
    """Load the tokenizer of a model folder.

    Raises
    ------
    ModelError
        If there is none, it does not know the characters behind its tokens, or cannot pad.
    """
    tokenizer = guarded(folder, AutoTokenizer.from_pretrained)
    if not tokenizer.is_fast:
        raise ModelError(
            f'The tokenizer in "{folder}" does not say which characters a token covers. Save a '
            "fast tokenizer (tokenizer.json) in its place."
        )
    if len(tokenizer) <= 2 * len(set(tokenizer.all_special_tokens)):
        raise ModelError(
            f'The tokenizer in "{folder}" has only {len(tokenizer)} tokens: its vocabulary was '
            "not found. Save the tokenizer again beside the model."
        )
    if tokenizer.pad_token is None:
        if tokenizer.eos_token is None:
            raise ModelError(f'The tokenizer in "{folder}" has no padding token. Add one.')
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def longest_input(config: Any, tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the largest number of tokens that both the tokenizer and the model accept."""
    positions = getattr(config, "max_position_embeddings", None) or _UNLIMITED
    if config.model_type in _POSITIONS_AFTER_PADDING:
        # These count positions from behind the padding token's number.
        positions -= (config.pad_token_id or 0) + 1
    longest = min(tokenizer.model_max_length, positions)
    return int(longest) if longest < _UNLIMITED else 512


def guarded(folder: Path, load: Any, **options: Any) -> Any:
    """Call a transformers loader on a local folder; say in one sentence what it refuses."""
    try:
        return load(folder, local_files_only=True, trust_remote_code=False, **options)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, AttributeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(f'"{folder}" cannot be loaded by transformers: {first}') from error
    except Exception as error:
        # safetensors and tokenizers raise plain Exception subclasses of their own.
        if type(error).__module__.split(".")[0] in ("safetensors_rust", "safetensors", "builtins"):
            raise ModelError(f'"{folder}" is damaged: {error}. Save it again.') from error
        raise
