"""The commands: each file has the name of one and its public function."""
