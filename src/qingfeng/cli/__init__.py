"""The command line: one module a command, nothing but words in and words out."""
