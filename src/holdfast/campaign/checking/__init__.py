"""Checks a guard and its data before anything is attacked or measured.

`settling` finds out what a configuration leaves open (which label of the model is bad), or refuses; `sides`
asks the labels' names, the data's values and the scores for it. `checking` then looks at everything:
`reading` at how the guard reads the texts, `measuring` at how well it tells them apart, `costs` at how long
the later commands take here. `cautions` says in words what weakens later results, and `written` writes the
configuration that every other command reads. `records` is what comes out.
"""
