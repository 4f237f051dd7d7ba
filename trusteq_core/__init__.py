"""Compare a compressed text classifier with its original: same reasons, same reliability?

The core never imports streamlit, and importing it does not import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trusteq_core.api import Comparison, compare, log_to_mlflow

__all__ = ["Comparison", "__version__", "compare", "log_to_mlflow"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Imported when asked for: most who import a part of the package never do.
    if name in __all__:
        from trusteq_core import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
