"""YAML with places: a file becomes plain data that remembers line and column, then a validated model.

Knows nothing of cards, documents or settings.
"""

from bot.yamlfile.addresses import Address
from bot.yamlfile.folders import leads_out, real
from bot.yamlfile.modelling import FileModel, nearest, parse_model, salvage
from bot.yamlfile.reading import Data, Place, YamlFile, parse_yaml, read_text, read_yaml

__all__ = [
    "Address",
    "Data",
    "FileModel",
    "Place",
    "YamlFile",
    "leads_out",
    "nearest",
    "parse_model",
    "parse_yaml",
    "read_text",
    "read_yaml",
    "real",
    "salvage",
]
