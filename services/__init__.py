"""One folder for each thing that runs; what is Python here only starts the parts of the two services."""
