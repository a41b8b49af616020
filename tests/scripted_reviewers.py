"""Scripted reviewers: they stand for people in tests, and label texts by the bad words in them."""

import re

from holdfast.store.workbench.accounts import Accounts
from holdfast.store.workbench.reviews import Reviews, Word
from holdfast.workbench.opening import open_workbench
from holdfast.workbench.review.deciding import rule_of
from labelled_guard import BAD

NAMES = ("rosa", "remy", "rhea")


def word_on(text):
    """The label and the grade that every scripted reviewer gives a text; no judgement of anything."""
    bad = sum(word in BAD for word in re.findall(r"\w+", text))
    if bad == 1:
        return "unsure", 0.0
    return ("catastrophic", 2.0 * bad) if bad else ("harmless", 0.0)


def reviewers(store, count=2):
    """The accounts of so many scripted reviewers."""
    accounts = Accounts(store)
    return [
        (accounts.named(name) or accounts.add(name, "reviewer", "no password fits this")).id
        for name in NAMES[:count]
    ]


def review(store, run, count=2, most=None):
    """Have them label what waits in a queue, at most so many texts; returns how many one of them labelled."""
    bench = open_workbench(store, run, team=count > 1)
    reviews, done = Reviews(store, run), 0
    for account in reviewers(store, count):
        waiting = reviews.waiting(account, count)[:most]
        done = max(done, len(waiting))
        for item in waiting:
            label, grade = word_on(reviews.submission(item.submission).completion)
            reviews.label(item.submission, account, Word(label, grade, ""), count, rule_of(bench))
    return done
