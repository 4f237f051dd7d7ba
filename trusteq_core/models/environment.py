"""Settings of the model libraries; import this module before any of them."""

from __future__ import annotations

import logging
import os
import warnings

__all__ = ["quiet_libraries", "threads"]

# Tokenising is a small share of the work, and its threads would fight with torch's.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

# What these say at import and on loading is about their own optional parts, not the user's model.
_CHATTY = ("torchao", "torch.utils._pytree", "transformers", "onnxscript")


def quiet_libraries() -> None:
    """Import torch and transformers without their remarks and progress bars on stderr."""
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import transformers

    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()


def threads() -> int:
    """Return how many threads a library other than torch shall use; 0 leaves it to the library."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdecimal() else 0


quiet_libraries()
