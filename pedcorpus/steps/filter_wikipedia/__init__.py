"""Step filter-wikipedia: keep pediatric and medical articles."""
