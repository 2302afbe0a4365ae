"""The contract that both services sign: events, event log, bus, settings, errors, web scaffold.

Nothing here imports a service, and nothing that only one service needs lives here.
"""
