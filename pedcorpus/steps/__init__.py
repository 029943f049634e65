"""The steps of the build: each file says its phases and does its rows."""
