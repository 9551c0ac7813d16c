"""The control plane over HTTP, for tests in other languages: what the Python API does, under `/control/`."""
