"""Who survives among near-duplicates: `choose` decides, over the survivors in `chains` and in `large_buckets`.

`connected_components` joins whatever reaches the threshold, for dividing train and test.
"""
