"""Claims held against the data that they name.

Files: `claim` (the whole check), `again` (judging and scoring anew), `located` (the models of a claim),
`labelled_rows` (the rows of one), `data_uses` (what a run did with its tables), `check` (what comes out).
"""
