"""Evaluations of saved models: planned before anything is drawn, drawn in shards, judged, summed up.

Files: `subject` (what is measured), `plan` (what was asked, fixed beforehand), `drawing` and `shards`
(drawing and judging, resumable), `pool` (all shards read back), `claiming` (what may be claimed), `summary`
and `errors` (what is counted), `deployment`, `estimates` and `predicting` (what is estimated), `record` and
`section_records` (what comes out), `pipeline` (the whole).
"""
