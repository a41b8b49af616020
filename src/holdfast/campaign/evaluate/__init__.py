"""Evaluations of saved models: planned before anything is drawn, drawn in shards, judged, summed up.

Files: `subject` (what is measured), `plan` (what was asked, fixed beforehand), `shards` (drawing and judging,
resumable), `pool` (all shards read back), `record` (what comes out), `summary` (the numbers), `pipeline` (the
whole).
"""
