"""The encoder as a torch module: BERT with mean pooling, which is how e5 was trained to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.encoder.packed import Floats, Shape

PAD = 1

# Our names in the packed file -> BertModel's. Matrices and vectors alike.
OUTSIDE = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
INSIDE = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
PARTS = {"w": "weight", "b": "bias"}


class Encoder(nn.Module):
    """Token ids in, one vector of length one for each text out."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden: Tensor = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0)
        return nn.functional.normalize(mean, dim=-1)


def assembled(shape: Shape, tensors: Mapping[str, Floats], keep: Sequence[int], layers: int) -> Encoder:
    """The encoder with the first ``layers`` layers and the rows of the vocabulary in ``keep``."""
    config = BertConfig(
        vocab_size=len(keep),
        hidden_size=shape.hidden,
        num_hidden_layers=layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=PAD,
    )
    bert = BertModel(config, add_pooling_layer=False)
    state = {theirs: torch.from_numpy(_shaped(tensors[ours], shape)) for ours, theirs in OUTSIDE.items()}
    state["embeddings.word_embeddings.weight"] = state["embeddings.word_embeddings.weight"][list(keep)]
    for layer in range(layers):
        for ours, theirs in INSIDE.items():
            for short, long in PARTS.items():
                tensor = tensors[f"l{layer}.{ours}.{short}"]
                state[f"encoder.layer.{layer}.{theirs}.{long}"] = torch.from_numpy(tensor)
    missing, unexpected = bert.load_state_dict(state, strict=False)
    left = [name for name in missing if "position_ids" not in name and "token_type_ids" not in name]
    if left or unexpected:
        raise ValueError(f"the encoder does not fit: missing {left}, unexpected {unexpected}")
    return Encoder(bert.eval())


def _shaped(tensor: Floats, shape: Shape) -> Floats:
    """Tables are stored flat; norms are vectors."""
    return tensor if tensor.size == shape.hidden or tensor.ndim > 1 else tensor.reshape(-1, shape.hidden)
