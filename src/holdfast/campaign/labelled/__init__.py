"""Measuring a guard on labelled text, without a generator: `holdfast evaluate -c holdfast.yaml`.

Files: `asked` (options over the configuration), `plan` (what was asked, written down first), `shards` (tables
kept under their hashes), `scoring` (the score of every text), `texts` (which texts are measured, and which
are set apart), `measuring` (recall, false alarms, slices), `choosing` (the threshold and its curve), `seeds`,
`assault` and `attempts` (attacks), `overblocking` (harmless text in harmless surroundings), `claiming` (what
may be claimed), `warnings`, `record` and `summary` (what is left behind)
and `pipeline` (all of it in order).
"""
