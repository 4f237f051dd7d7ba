"""Reading a user's own examples: files, data sets of the hub, and frames."""

from trusteq_core.tasks.readers.example_data import ExampleData
from trusteq_core.tasks.readers.formats import FORMATS, PublishedFormat
from trusteq_core.tasks.readers.mapping import DataMapping
from trusteq_core.tasks.readers.read import read_examples, split_name

__all__ = [
    "FORMATS",
    "DataMapping",
    "ExampleData",
    "PublishedFormat",
    "read_examples",
    "split_name",
]
