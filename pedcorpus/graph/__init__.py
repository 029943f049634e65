"""Knowledge graphs as a whole: statements merged over files, contradictions."""
