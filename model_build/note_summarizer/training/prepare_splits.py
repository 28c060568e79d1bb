"""From data files to three splits that share no note: reading, splitting what is not given, checking."""

from __future__ import annotations

from dataclasses import dataclass

from note_summarizer.errors import DataError
from note_summarizer.pairs import Pair, ReadReport
from note_summarizer.pairs.read_pairs import read_pairs
from note_summarizer.pairs.split_pairs import (
    VALIDATION_SHARE,
    Splits,
    drop_shared,
    require_disjoint,
    shared_patients,
    split_pairs,
    take_share,
)
from note_summarizer.training.options import TrainOptions


@dataclass(frozen=True)
class Prepared:
    """The splits, the files they came from, and what a person should know about them."""

    splits: Splits
    files: dict[str, ReadReport]
    remarks: tuple[str, ...]


def prepare_splits(options: TrainOptions) -> Prepared:
    """Read the data files and return splits for training, for choosing the best epoch, and for the test.

    A single file is split three ways. With a test file and no validation file, validation notes are taken from the
    training file, never from the test: what chooses the model must not judge it.

    Raises:
        DataError: a file cannot be used, two splits share a note, or too little is left to train on.
    """
    read = {
        name: read_pairs(source, options.columns)
        for name in ("train", "validation", "test")
        if (source := getattr(options, name)) is not None
    }
    pairs = {name: found for name, (found, _) in read.items()}
    dropped = _drop_shared(pairs) if options.drop_shared else 0
    splits = _splits(pairs, options.seed)
    require_disjoint(splits)
    if len(splits.train) < 2:
        raise DataError(f"{options.train} leaves {len(splits.train)} notes to train on: it needs more records.")
    return Prepared(splits, {name: report for name, (_, report) in read.items()}, _remarks(pairs, splits, dropped))


def _drop_shared(pairs: dict[str, list[Pair]]) -> int:
    """Leave out, of each file, what a later one of train, validation and test holds too; return how many."""
    before = sum(map(len, pairs.values()))
    validation, test = pairs.get("validation", []), pairs.get("test", [])
    pairs["train"] = drop_shared(pairs["train"], validation, test)
    if validation:
        pairs["validation"] = drop_shared(validation, test)
    return before - sum(map(len, pairs.values()))


def _splits(pairs: dict[str, list[Pair]], seed: int) -> Splits:
    train, validation, test = (pairs.get(name) for name in ("train", "validation", "test"))
    assert train is not None  # noqa: S101 - an option that is always there
    if validation is None and test is None:
        return split_pairs(train, seed)
    if validation is None:
        # Before anything is taken away, or a shared note might hide on the validation side.
        require_disjoint(Splits(tuple(train), (), tuple(test or ())))
        train, validation = take_share(train, VALIDATION_SHARE, seed)
    return Splits(tuple(train), tuple(validation), tuple(test or ()))


def _remarks(pairs: dict[str, list[Pair]], splits: Splits, dropped: int) -> tuple[str, ...]:
    remarks = [f"{dropped} notes that a later file holds too were left out."] if dropped else []
    if "validation" not in pairs:
        kind = "by patient" if any(pair.patient for pair in pairs["train"]) else "at random"
        parts = f"{len(splits.validation)} validation" + ("" if "test" in pairs else f" and {len(splits.test)} test")
        remarks.append(f"{parts} notes were taken from the training file, {kind}.")
    if not splits.test:
        remarks.append("There is no test file: the result is judged on the notes that chose the best epoch.")
    if shared := shared_patients(splits):
        remarks.append(f"{shared} patients have notes in more than one of your files: the scores may flatter.")
    if repeated := len(splits.train) - len({pair.note for pair in splits.train}):
        remarks.append(f"{repeated} training notes repeat another one.")
    return tuple(remarks)
