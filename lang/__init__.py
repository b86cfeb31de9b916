"""Reading and writing human language. Imports nothing of ours; every package may import it."""
