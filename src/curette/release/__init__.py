"""What a clearinghouse does with a checked batch: clean claims out, the others held, the sender answered.

`run.Release` takes what a check yields, in order, and writes below one folder; everything else serves it.
"""
