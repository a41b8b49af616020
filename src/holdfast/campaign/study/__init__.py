"""The one way to run a study: arms × seeds × budgets, each cell's rows kept the moment that it is done.

A study is declared beforehand (`plan`), its cells are run (`running`) into one file of rows (`rows`), and
what it found is read from these rows alone (`findings`). `runs` and `study_file` make the cells of a YAML
file, each of which is a campaign.
"""
