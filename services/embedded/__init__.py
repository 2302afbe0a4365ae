"""`make run`: everything on one machine, from one command, without anything installed beside Python.

The launcher prepares a data folder, starts each line of the Procfile, starts again what dies, and stops it all.
"""
