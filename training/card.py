"""The model card: what the weights were trained on, what they score, where they end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from sklearn.metrics import f1_score, precision_score, recall_score

from bot.classifiers import model
from bot.classifiers.language import LanguageReader
from bot.classifiers.weights_file import Weights
from bot.domain.labels import INTENTS, Classification, Label
from bot.ports import Text
from training.data import Comment

SOURCES = {
    "answerable": "written for this project by its authors (Apache-2.0, `training/corpus/`)",
    "minibar-garmin-en": "MiniBAR, reviews of wearables' apps (MIT)",
    "minibar-garmin-fr": "MiniBAR, reviews of wearables' apps (MIT)",
    "minibar-samsung-en": "MiniBAR, reviews of wearables' apps (MIT)",
    "minibar-samsung-fr": "MiniBAR, reviews of wearables' apps (MIT)",
    "products-en": "product review sentences (CC BY 4.0): Hu and Liu, 2004; Ding et al., 2008",
    "goemotions-en": "GoEmotions, Reddit comments (CC BY 4.0): Demszky et al., 2020; used for praise only",
    "fqb-fr": "French QuestionBank (LGPL-LR): Seddah and Candito, 2016; used for questions only",
}

LIMITS = """\
## Limits

- It reads French and English. Other languages are recognised and always marked unsure.
- It sees words and pieces of words, not what they refer to: sarcasm without a clue ("great") is read as
  praise, and a question that depends on what came before ("and for two?") can be missed.
- Our own corpus, its test part included, was written by the same few authors. Expect somewhat lower
  scores on comments of your own community, and look at what people correct.
- The public data know questions only as French encyclopaedic ones. Those of the product's domain,
  and everything that is not a question, come from our own corpus.
- Only the weights are distributed: no text of the public data is part of the project.
"""


def write(weights: Weights, trained_on: Sequence[Comment], parts: Mapping[str, Sequence[Comment]]) -> str:
    """The card as Markdown."""
    classifier = model.ModelClassifier(weights, LanguageReader())
    scores = [line for name, part in parts.items() for line in _scores(name, part, classifier)]
    return "\n".join(
        [
            "# The classifier's weights",
            "",
            "Logistic regressions over hashed word and character n-grams, one per intent (praise, complaint,",
            "question), calibrated by Platt's method on out-of-fold predictions. Written by",
            "`python -m training.train --data FOLDER`; the same data give the same weights.",
            "",
            "## Trained on",
            "",
            "| source | comments |",
            "|---|---|",
            *_sources(trained_on),
            "",
            "## Scores",
            "",
            "Only comments that judge a label count for it. Where a source judges it only if it is there,",
            'precision says nothing. "Unsure" is the share that would be shown as such.',
            "",
            "| part | source | label | comments | precision | recall | F1 |",
            "|---|---|---|---|---|---|---|",
            *scores,
            "",
            *_unsure(parts, classifier),
            "",
            LIMITS,
        ]
    )


def _sources(comments: Sequence[Comment]) -> Iterator[str]:
    for source, count in sorted(Counter(comment.source for comment in comments).items()):
        yield f"| {source}: {SOURCES[source]} | {count} |"


def _scores(name: str, part: Sequence[Comment], classifier: model.ModelClassifier) -> Iterator[str]:
    read = _classified(part, classifier)
    groups = sorted({(comment.source, comment.language) for comment in part})
    for source, language in groups:
        for label in INTENTS:
            pairs = [
                (label in comment.labels, label in found.labels)
                for comment, found in zip(part, read, strict=True)
                if (comment.source, comment.language) == (source, language) and label in comment.judged
            ]
            if pairs:
                yield f"| {name}, {language} | {source} | {label} | {_figures(pairs)} |"


def _figures(pairs: Sequence[tuple[bool, bool]]) -> str:
    truth, guess = np.array(pairs).T
    measures = (precision_score, recall_score, f1_score)
    figures = (measure(truth, guess, zero_division=0) for measure in measures)
    return " | ".join([str(len(pairs)), *(f"{figure:.2f}" for figure in figures)])


def _unsure(parts: Mapping[str, Sequence[Comment]], classifier: model.ModelClassifier) -> Iterator[str]:
    for name, part in parts.items():
        if part:
            read = _classified(part, classifier)
            language = np.mean([c.language == found.language for c, found in zip(part, read, strict=True)])
            share = np.mean([found.unsure for found in read])
            right = [_right(c, found) for c, found in zip(part, read, strict=True) if not found.unsure]
            yield (
                f"- {name}: unsure {share:.0%}; language right {language:.0%}; "
                f"all judged labels right where sure {np.mean(right):.0%}."
            )


def _right(comment: Comment, found: Classification) -> bool:
    return set(comment.labels) == {label for label in found.labels if label in comment.judged} - {Label.OTHER}


def _classified(part: Sequence[Comment], classifier: model.ModelClassifier) -> list[Classification]:
    return classifier.classify([Text(comment.text) for comment in part])
