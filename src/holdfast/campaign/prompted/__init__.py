"""A generator of one's own behind a guard of one's own, on the user's prompts: what passes, at what cost.

Files: `prompts` (the user's prompts, read), `asked` and `plan` (what was asked, fixed beforehand), `drawing`
(completions drawn and filtered, in tables that a killed evaluation goes on from), `draws` (the tables read
back), `measuring` (what is counted), `costs` (what the clock said), `samples` (every draw as a row, for
people to judge), `record` (what comes out), `pipeline` (the whole).
"""
