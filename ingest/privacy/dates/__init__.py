"""Private dates, and Chinese dates as calendar days."""
