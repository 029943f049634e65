"""A model ready to answer, for the file of a benchmark and for the talk in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from schemas.errors import ConfigError
from training.data.chat_format import ChatFormat
from training.locate import fetch_model, locate_model
from training.model import load_model as models


class Answerer:
    """A model ready to answer."""

    def __init__(self, name: str, *, trust_remote_code: bool = False) -> None:
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        folder = find_model_folder(name)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        dtype = torch.bfloat16 if self.device.type == "cuda" else torch.float32
        self.chat = ChatFormat(models.load_tokenizer(folder, trust_remote_code=trust_remote_code))
        self.model = models.load_model(folder, dtype, trust_remote_code=trust_remote_code).to(self.device).eval()
        ends = self.model.generation_config.eos_token_id
        listed = ends if isinstance(ends, list) else [ends] if ends is not None else []
        self.ends = sorted({*listed, self.chat.tokenizer.eos_token_id})

    def ids(self, messages: list[dict[str, str]]) -> list[int]:
        """Return the ids after which the answer begins."""
        return list(self.chat.tokenizer(self.chat.prompt(messages), add_special_tokens=False)["input_ids"])

    def answer(
        self, prompts: list[list[int]], max_new_tokens: int, temperature: float, streamer: Any = None
    ) -> list[str]:
        """Return the answers to prompts given as ids; a temperature of 0 takes the likeliest token."""
        width, pad = max(map(len, prompts)), self.chat.tokenizer.pad_token_id
        ids = torch.tensor([[pad] * (width - len(one)) + one for one in prompts], device=self.device)
        mask = torch.tensor([[0] * (width - len(one)) + [1] * len(one) for one in prompts], device=self.device)
        draw = (
            {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
            if temperature
            else {"do_sample": False}
        )
        with torch.inference_mode():
            out = self.model.generate(
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=max_new_tokens,
                eos_token_id=self.ends,
                pad_token_id=pad,
                streamer=streamer,
                **draw,
            )
        texts: list[str] = self.chat.tokenizer.batch_decode(out[:, width:], skip_special_tokens=True)
        return [text.strip() for text in texts]


def find_model_folder(name: str) -> Path:
    """Return the folder of a model or adapter. Raise ConfigError where there is none."""
    folder = locate_model(name, Path(), "base", quick=False)
    if isinstance(folder, str):
        raise ConfigError([f"MODEL: {folder}"])
    return fetch_model(name, folder)
