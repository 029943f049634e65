"""What the readers of dialogues and of instruction sets share: roles, utterances, wide rows, snapshots."""
