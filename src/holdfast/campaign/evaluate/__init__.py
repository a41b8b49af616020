"""Evaluations of saved models: planned before anything is drawn, drawn in shards, judged, summed up.

Files: `subject` (what is measured), `planning`, `plan` and `attack_plan` (what was asked, fixed beforehand),
`series` (what is drawn), `drawing`, `attacking` and `shards` (drawing, attacking and judging, resumable),
`choosing` (the threshold, where a rule finds it), `pool` (all shards read back), `claiming` (what may be
claimed), `summary` and `errors` (what is counted), `attack_results` and `telltale` (what attacks found),
`fitting` (what the model has learnt), `deployment`, `estimates` and `predicting` (what is estimated), `reuse`
(prompts that served before), `record`, `section_records`, `attack_records` and `choice_records` (what comes
out), `pipeline` (the whole).
"""
