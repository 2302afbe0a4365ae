"""`python -m bench`: how fast clicks come in, events are projected and rankings go out, each beside its bare limit.

Every figure is measured in turn with its limit in the same run, three times, because a figure of another day or machine
says nothing. The table shows medians; `bench/results keeps the table and every round.
"""
