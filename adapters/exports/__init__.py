"""Comments of any other network, in and out by file: CSV, TSV, JSON, JSON lines."""

from adapters.exports.adapter import ExportsAdapter, Options, build
from adapters.exports.dates import Order
from adapters.exports.fields import Field
from adapters.exports.reading import Batch, Column, Export, Hints, Preview, Reject, open_export
from adapters.exports.rejects import RejectsFile
from adapters.exports.writing import FIELDS, write_csv, write_jsonl

__all__ = [
    "FIELDS",
    "Batch",
    "Column",
    "Export",
    "ExportsAdapter",
    "Field",
    "Hints",
    "Options",
    "Order",
    "Preview",
    "Reject",
    "RejectsFile",
    "build",
    "open_export",
    "write_csv",
    "write_jsonl",
]
