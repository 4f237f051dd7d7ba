"""Compare a compressed text classifier with its original: same reasons, same reliability?

The core never imports streamlit, and importing it does not import torch.
"""

__version__ = "0.1.0"
