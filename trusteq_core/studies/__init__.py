"""Recipes that train, compress, evaluate and compare in one go, each resumable."""
