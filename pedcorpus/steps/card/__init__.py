"""The dataset card: figures from manifests and shards, rendered as the README of a Hub dataset."""
