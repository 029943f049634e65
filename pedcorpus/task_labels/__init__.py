"""Which task a conversation is for, by the definitions of the corpus, decided on the whole talk."""
