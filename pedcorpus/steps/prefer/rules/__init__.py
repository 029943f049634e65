"""How a worse answer is made from a good one: each rule has a name, and what it did can be verified from both texts.

`sentences.py` cuts texts, `changed_numbers.py`, `changed_words.py` and `drug_classes.py` put something else in a place,
`dropped_sentences.py` leaves something out, `rule_list.py` is the list.
"""
