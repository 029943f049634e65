"""People's names: announced, titled, called, standalone, unannounced; surnames, pet names."""
