"""Many people at once, with Locust: shapes as data, answers checked for what they say, the books compared at the end.

Nothing here imports Locust but `locustfile`, which runs in processes of its own: gevent changes a process for good.
"""
