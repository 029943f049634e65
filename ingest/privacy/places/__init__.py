"""Private places: addresses, hospitals, names of places."""
