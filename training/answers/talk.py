"""Talk to a trained model in the terminal: `python -m training chat`."""

from __future__ import annotations

from training.answers.answerer import Answerer


def talk(name: str, system: str, max_new_tokens: int, temperature: float, *, trust_remote_code: bool = False) -> None:
    """Answer line by line from standard input; `/new` forgets the conversation, `/bye` or end of input ends it."""
    from transformers import TextStreamer

    answerer = Answerer(name, trust_remote_code=trust_remote_code)
    streamer = TextStreamer(answerer.chat.tokenizer, skip_prompt=True, skip_special_tokens=True)
    print("Research model, not medical advice. /new starts over, /bye ends.", flush=True)
    start = [{"role": "system", "content": system}] if system else []
    messages = list(start)
    while True:
        try:
            line = input("> ").strip()
        except EOFError:
            return
        if line == "/bye":
            return
        if line == "/new":
            messages = list(start)
        elif line:
            messages.append({"role": "user", "content": line})
            [answer] = answerer.answer([answerer.ids(messages)], max_new_tokens, temperature, streamer)
            messages.append({"role": "assistant", "content": answer})
