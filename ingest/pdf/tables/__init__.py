"""Tables of a page: ruled, borderless, in bands across columns."""
