"""Real guards in rounds: a guard of labelled text is attacked, trained on what got through, and measured.

The steps are kept as those of every campaign; each guard is measured by the evaluation of `holdfast evaluate
-c`, in a folder of its own inside the run's.
"""
