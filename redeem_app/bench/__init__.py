"""The bench: how fast the service is beside the bare framework, on the same machine in the same run.

It may see all of the service, and nothing of the service knows it. docs/performance.md says how to read its tables.
"""
