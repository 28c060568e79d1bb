"""Transformers' trainer with our order of notes, and with the answers of decoder-only models for validation."""

from __future__ import annotations

from typing import Any

import torch
from transformers import (
    GenerationConfig,
    LogitsProcessorList,
    RepetitionPenaltyLogitsProcessor,
    Seq2SeqTrainer,
)

from note_summarizer.training.families.family import IGNORED_LABEL
from note_summarizer.training.sampling import GroupedByLength


class NoteTrainer(Seq2SeqTrainer):  # type: ignore[misc, unused-ignore]
    """The trainer with our order of notes."""

    order: GroupedByLength

    def _get_train_sampler(self, *_: Any, **__: Any) -> GroupedByLength:
        return self.order


class ContinuingTrainer(NoteTrainer):
    """The trainer of models that go on with a prompt: in a look at validation notes, no answer is shown to them."""

    def prediction_step(
        self,
        model: Any,
        inputs: dict[str, Any],
        prediction_loss_only: bool,
        ignore_keys: list[str] | None = None,
        **_: Any,
    ) -> tuple[Any, Any, Any]:
        """Return a batch's loss, what the model answers to its prompts, and its labels."""
        if prediction_loss_only:
            return super().prediction_step(model, inputs, prediction_loss_only, ignore_keys)  # type: ignore[no-any-return, unused-ignore]
        inputs = self._prepare_inputs(inputs)
        with torch.no_grad(), self.compute_loss_context_manager():
            # Not the model's own: the summary's labels are shifted, and smoothed as in training. It takes them out.
            loss = self.compute_loss(model, dict(inputs)).detach()
        return loss, self.answers(inputs), inputs["labels"]

    def answers(self, inputs: dict[str, Any]) -> Any:
        """Return the pieces that the model says after each prompt of a batch, padded behind."""
        prompts, mask = prompts_of(inputs["input_ids"], inputs["labels"], inputs["attention_mask"])
        own, longest = self.model.generation_config, prompts.shape[1]
        end = self.model.config.eos_token_id if own.eos_token_id is None else own.eos_token_id
        # The penalty spares the note's words, as it does in service; transformers' own would count them as said.
        spared = RepetitionPenaltyLogitsProcessor(own.repetition_penalty or 1.0, prompt_ignore_length=longest)
        found = self.model.generate(
            input_ids=prompts,
            attention_mask=mask,
            logits_processor=LogitsProcessorList([spared]),
            generation_config=GenerationConfig(
                max_new_tokens=self.args.generation_max_length,
                num_beams=self.args.generation_num_beams,
                do_sample=False,
                repetition_penalty=1.0,
                eos_token_id=end,
                pad_token_id=end if own.pad_token_id is None else own.pad_token_id,
            ),
        )
        return found[:, longest:]


def prompts_of(input_ids: Any, labels: Any, mask: Any) -> tuple[Any, Any]:
    """Return the prompts of a batch of texts, and their mask; padded in front, as the answers go on behind them.

    Args:
        labels: `IGNORED_LABEL` in the prompts and in the padding, and nowhere else.
        mask: 0 in the padding.
    """
    in_prompt = mask.bool() & (labels == IGNORED_LABEL)
    lengths = in_prompt.sum(dim=1)
    longest = int(lengths.max())
    # Every prompt stands at its row's beginning: shifted until it ends where the longest one does.
    places = torch.arange(longest, device=input_ids.device) - (longest - lengths).unsqueeze(1)
    front = places >= 0
    return input_ids.gather(1, places.clamp(min=0)) * front, front.long()
