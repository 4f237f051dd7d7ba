"""Controlled corpora: examples with known reasons and known label probabilities."""
