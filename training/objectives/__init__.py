"""What is learnt in each phase: samples and losses of CPT, SFT and DFPO."""
