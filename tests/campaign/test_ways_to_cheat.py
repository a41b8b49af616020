"""Ways to cheat with a claim, and what `holdfast claim verify` makes of each; docs/claims.md has the list."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from forging import Forger, failing

from holdfast.campaign.evaluate.attack_plan import AttacksAsked
from holdfast.campaign.evaluate.pipeline import evaluate
from holdfast.campaign.evaluate.planning import Asked, plan_evaluation
from holdfast.campaign.evaluate.subject import Overrides, subject_of_model
from holdfast.campaign.verify.check import Asked as VerifyAsked
from holdfast.campaign.verify.claim import verify_claim
from holdfast.campaign.weaker_claims import claimed_shifted, claimed_together
from holdfast.core.odds import probability
from holdfast.core.seeds import Stream
from holdfast.evaluation.claims import Different
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.models.size import ModelSize
from holdfast.store.disk import read_table, write_table
from holdfast.tasks.brackets import Brackets
from tolerances import in_a_gap

TASK = Brackets()
SUCCESS = "attack-success-random_rewrite"


@dataclass(frozen=True)
class Made:
    """A finished evaluation with the models that it measured."""

    folder: Path
    models: Path

    @property
    def looking(self) -> VerifyAsked:
        return VerifyAsked(generator=self.models / "generator", classifier=self.models / "classifier")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("cheats")
    size = ModelSize(layers=1, width=16, heads=2, positions=48)
    classifier, generator = Classifier.create(TASK, size, Stream(1)), Generator.create(TASK, size, Stream(2))
    classifier.save(place / "classifier")
    generator.save(place / "generator")
    scorer = ScoringEngine(classifier)
    log_odds = scorer.log_odds(scorer.codec.encode(TASK.sample(200, Stream(0), "hard")))
    threshold = float(probability(np.array(in_a_gap(log_odds))))
    given = Overrides(generator=place / "generator", threshold=threshold, max_draws=3)
    subject = subject_of_model(place / "classifier", "brackets", given)
    asked = Asked(samples=600, attacks=AttacksAsked(("random_rewrite",), seeds=40, queries=4))
    folder = place / "evaluations" / "evaluation"
    # A first look at fewer of the same draws, whose number the second one must not hide.
    for samples in (300, 600):
        plan = plan_evaluation(subject, replace(asked, samples=samples, attacks=asked.attacks))
        evaluate(plan, folder if samples == 600 else folder.with_name("look"), 1, ledger=folder.parent)
    return Made(folder, place)


@dataclass(frozen=True)
class Cheat:
    """What is done, which check sees it (None: none can), and words of what it says."""

    does: Callable[[Forger], object]
    seen_by: str | None
    says: str = ""
    claim: str = "natural-failure-rate"
    looking: dict = None


def only_the_first_shards(forger):
    shards = forger.shards()
    for shard in shards[2:]:
        shard.unlink()
    forger.claim_again(shards=shards[:2])


def leave_a_shard_out(forger):
    forger.claim_again(shards=forger.shards()[:2])


def drop_failing_prompts(forger):
    forger.claim_again(
        shards=[forger.keep(shard, lambda columns: ~failing(columns)) for shard in forger.shards()]
    )


def drop_failing_prompts_and_number_anew(forger):
    """As if fewer had been planned, in the plan too."""
    shard = forger.shards()[-1]
    rest = forger.keep(shard, lambda columns: ~failing(columns))

    def number(columns):
        columns["prompt_index"] = 512 + np.unique(columns["prompt_index"], return_inverse=True)[1]

    rest = forger.rewrite(rest, number)
    prompts = int(read_table(rest)["prompt_index"].max()) + 1
    forger.edit_plan(lambda plan: plan.update(samples=prompts))
    forger.claim_again()


def relabel_failures(forger):
    def harmless(columns):
        columns["catastrophic"] = np.zeros_like(columns["catastrophic"])

    forger.claim_again(shards=[forger.rewrite(shard, harmless) for shard in forger.shards()])


def write_other_completions(forger):
    """A failure's completion becomes one that passes harmlessly, with the score and the verdict of that."""

    def swap(columns):
        good = int(np.flatnonzero(columns["passes"] & ~columns["catastrophic"])[0])
        for bad in np.flatnonzero(columns["passes"] & columns["catastrophic"]).tolist():
            for name in ("completion", "log_odds", "catastrophic", "egregiousness", "completion_words"):
                columns[name][bad] = columns[name][good]
            columns["phenomena"][bad] = columns["phenomena"][good]

    forger.claim_again(shards=[forger.rewrite(shard, swap) for shard in forger.shards()])


def another(**fields):
    return lambda forger: forger.claim_again(distribution=fields)


def rename_the_attack(forger):
    stronger = {"attack": "Genetic(population=64)", "budget": "10000q/seed"}
    shards = forger.shards("attacks/random_rewrite/this")
    forger.claim_again(SUCCESS, shards=shards, distribution=stronger)


def drop_broken_attempts(forger):
    shards = forger.shards("attacks/random_rewrite/this")
    kept = [forger.keep(shard, lambda columns: ~columns["catastrophic"]) for shard in shards]
    forger.claim_again(SUCCESS, shards=kept)


def harmless_rows(forger, of=600):
    """Draws that pass and are harmless, each its prompt's first."""
    columns = joined(forger)
    which = np.flatnonzero((columns["draw"] == 1) & columns["passes"] & ~columns["catastrophic"])[:of]
    return {name: columns[name][which] for name in ("prompt", "completion", "catastrophic", "log_odds")}


def joined(forger):
    tables = [read_table(shard) for shard in forger.shards()]
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def repeated(columns, places):
    return {name: column[places] for name, column in columns.items()}


def all_different(count):
    return Different(prompts=count, failing=0, texts=count)


def copy_one_completion(forger):
    rows = harmless_rows(forger)
    forger.claim_by_hand(repeated(rows, np.zeros(3000, dtype=int)), different=all_different(3000))


def copy_a_stretch(forger):
    """The draws without a failure twice, as other prompts."""
    rows = joined(forger)
    rows = repeated(rows, np.flatnonzero(rows["draw"] == 1)[:100])
    rows["passes"], rows["log_odds"] = np.ones(100, dtype=bool), np.full(100, -9.0)
    rows = {name: rows[name] for name in ("prompt", "completion", "catastrophic", "log_odds")}
    again = repeated(rows, np.tile(np.arange(100), 2))
    forger.claim_by_hand(again)


def copy_in_another_order(forger):
    rows = harmless_rows(forger)
    some = np.random.default_rng(0).integers(len(rows["prompt"]), size=3000)
    forger.claim_by_hand(repeated(rows, some), different=all_different(3000))


def copy_with_other_case(forger):
    rows = harmless_rows(forger)
    some = np.random.default_rng(0).integers(len(rows["prompt"]), size=3000)
    spaced = repeated(rows, some)
    spaced["prompt"] = np.array([" " * (i % 7) + p for i, p in enumerate(spaced["prompt"])], dtype=object)
    forger.claim_by_hand(spaced, different=all_different(3000))


def claim_calibration_draws(forger):
    """The evaluation chose its threshold on the same prompts, of which it kept four draws each."""
    columns = joined(forger)
    prompts = columns["prompt"][columns["draw"] == 1]
    write_table(forger.folder / "calibration/draws/0.parquet", {"prompt": np.repeat(prompts, 4)})


def take_the_plan_away(forger):
    (forger.folder / "plan.json").unlink()


def change_a_file(forger):
    shard = forger.shards()[0]
    write_table(shard, {**read_table(shard), "catastrophic": np.zeros(len(read_table(shard)["draw"]), bool)})


def claim_some_rows_without_a_plan(forger):
    """Rows that one likes, in words of one's own: each is a different prompt, and none failed."""
    rows = harmless_rows(forger)
    different = np.unique(rows["prompt"], return_index=True)[1]
    (forger.folder.parent / "ledger.jsonl").unlink()
    forger.claim_by_hand(repeated(rows, np.sort(different)))


def delete_the_ledger(forger):
    (forger.folder.parent / "ledger.jsonl").unlink()
    shutil.rmtree(forger.folder.parent / "look")
    forger.edit_plan(lambda plan: plan.update(evaluation=1))
    forger.claim_again(evaluation=1)
    forger.claim_again(SUCCESS, shards=forger.shards("attacks/random_rewrite/this"), evaluation=1)


REDRAWN = {"redraw": 99}
REJUDGED = {"rejudge": 10**9}
CHEATS = {
    "claim from the shards before the failure, and delete the others": Cheat(
        only_the_first_shards, "plan", "shard 2 of the 3 in shards that the plan asks for is missing"
    ),
    "leave the failing shard out, and let it lie": Cheat(leave_a_shard_out, "plan", "evidence: events is"),
    "delete the prompts that were answered with failures": Cheat(
        drop_failing_prompts, "plan", "has not the prompts 0 to 255"
    ),
    "delete them, number the rest from the start, and plan fewer": Cheat(
        drop_failing_prompts_and_number_anew, "prompts", "is not the one that the plan's seed"
    ),
    "pay for no choice where the plan says `--best-of 50`": Cheat(
        lambda f: f.edit_plan(lambda plan: plan.update(best_of=50)), "plan", "evidence: uses has"
    ),
    "name another judge than the plan": Cheat(
        lambda f: f.edit_plan(lambda plan: plan["judged_by"].update(name="people", oracle=False)),
        "plan",
        "no oracle",
    ),
    "raise the confidence": Cheat(
        lambda f: f.claim_again(confidence=0.99), "plan", "confidence is 0.99, where the plan gives 0.95"
    ),
    "lower the confidence": Cheat(lambda f: f.claim_again(confidence=0.6), "plan", "confidence is 0.6"),
    "say another temperature": Cheat(another(temperature=0.5), "plan", "temperature is 0.5"),
    "call the prompts by another name": Cheat(
        another(prompts="what users of our product ask"), "plan", "prompts is what users of our product ask"
    ),
    "say that a longer completion was allowed": Cheat(another(max_words=99), "plan", "max words is 99"),
    "leave out how the threshold was chosen": Cheat(
        lambda f: (
            f.edit_plan(
                lambda plan: plan.update(
                    selection={"told": "the best of many", "tested": [], "sha256s": ["0" * 64]}
                )
            ),
            f.claim_again(),
        ),
        "plan",
        "assumptions has 2 entries, where the plan gives 3",
    ),
    "name another random stream": Cheat(
        lambda f: f.claim_again(drawn_with="7/evaluate"), "plan", "drawn with is 7/evaluate"
    ),
    "edit the seed in the plan": Cheat(
        lambda f: (f.edit_plan(lambda plan: plan.update(seed=7)), f.claim_again(drawn_with=_stream(f, 7))),
        "prompts",
        "seed 7 draws there",
    ),
    "rename the attack, with a larger budget": Cheat(
        rename_the_attack, "plan", "attack is Genetic(population=64)", SUCCESS
    ),
    "delete the attempts that broke the filter": Cheat(
        drop_broken_attempts, "plan", "attempts where the plan asks for", SUCCESS
    ),
    "take the plan away": Cheat(take_the_plan_away, "plan", "hand on the whole folder"),
    "change a file of outcomes, and nothing else": Cheat(
        change_a_file, "data", "has changed since the claim was made"
    ),
    "lower the limit in the claim's text": Cheat(
        lambda f: f.edit(lambda claim: claim.update(bound=1e-6)), "rules", "where its evidence gives"
    ),
    "leave an assumption out of the claim's text": Cheat(
        lambda f: f.edit(lambda claim: claim.update(assumptions=claim["assumptions"][1:])),
        "rules",
        "leaves out that",
    ),
    "copy one completion many times": Cheat(
        copy_one_completion, "count", "the same 50 texts in a row twice, from the prompts 0 and 1 on"
    ),
    "copy a stretch of draws, with other prompt numbers": Cheat(
        copy_a_stretch, "count", "the same 50 texts in a row twice, from the prompts 0 and 100 on"
    ),
    "copy draws in another order": Cheat(
        copy_in_another_order, "count", "states different prompts 3000, and its outcomes hold"
    ),
    "copy draws with other white space": Cheat(
        copy_with_other_case, "count", "states different prompts 3000, and its outcomes hold"
    ),
    "claim from draws that the threshold was chosen on": Cheat(
        claim_calibration_draws, "uses", "on which the evaluation chose its threshold"
    ),
    "hide an earlier look at the same filter": Cheat(
        lambda f: (f.edit_plan(lambda plan: plan.update(evaluation=1)), f.claim_again(evaluation=1)),
        "ledger",
        "counts as evaluation 1 of its filter, and the ledger has its plan as evaluation 2",
    ),
    "count no evaluations at all": Cheat(
        lambda f: (f.edit_plan(lambda plan: plan.update(evaluation=None)), f.claim_again(evaluation=None)),
        "ledger",
        "counts as none of its filter",
    ),
    "write in another ledger what one likes": Cheat(
        lambda f: (f.folder.parent / "ledger.jsonl").write_text("{}\n"),
        "ledger",
        "is no ledger of evaluations",
    ),
    "call the failures harmless": Cheat(
        relabel_failures, "verdicts", "the oracle says otherwise", looking=REJUDGED
    ),
    "say of a smaller family that all its claims hold at once": Cheat(
        lambda f: f.edit(lambda claim: claim.update(family=2)), "rules", "where its evidence gives"
    ),
    "let prompts shift, and leave the limit": Cheat(
        lambda f: f.edit(lambda claim: claim.update(shift=1.01), "refusal-rate"),
        "rules",
        "leaves out that among deployment's",
        "refusal-rate",
    ),
    "say that prompts shift away from failures": Cheat(
        lambda f: f.edit(lambda claim: claim.update(shift=0.1)), "rules", "a number from 1, not 0.1"
    ),
    "put harmless completions in the place of failures": Cheat(
        write_other_completions, "redraw", "drawn again, differs in", looking=REDRAWN
    ),
}


UNSEEN = {
    # what is done, and the check that says "unknown"
    "hand on the outcomes that one likes, without a plan": (claim_some_rows_without_a_plan, "plan"),
    "delete the ledger, and the evaluations before": (delete_the_ledger, "ledger"),
}

ELSEWHERE = {
    # ways that other tests try: the way, and the test's file and name
    **dict.fromkeys(
        (
            "claim from the texts that the run trained on",
            "claim from the texts that attacks found, on which it trained",
            "claim from the draws that the run chose its thresholds on",
            "claim from the draws that every round was measured on",
        ),
        ("campaign/test_verify_uses.py", "test_a_claim_from_what_the_run_used_is_refused"),
    ),
    **dict.fromkeys(
        (
            "leave labelled rows out",
            "pay for no choice among guards that the plan names",
            "state another confidence than the plan of labelled text",
            "pick other rows of a group by another seed",
        ),
        ("campaign/test_labelled_evaluation.py", "test_a_claim_that_is_not_the_plans_is_refused"),
    ),
    **dict.fromkeys(
        ("count a monitored file again under another name", "count it again through a link"),
        ("cli/test_monitor_command.py", "test_a_file_is_known_by_whatever_name"),
    ),
    "count a copy of a monitored file": (
        "cli/test_monitor_command.py",
        "test_a_copy_is_refused_until_it_is_said_to_be_new",
    ),
    "count a rotated file twice": (
        "cli/test_monitor_command.py",
        "test_a_rotated_file_and_the_one_in_its_place_are_each_counted_once",
    ),
    "rewrite a monitored file": (
        "cli/test_monitor_command.py",
        "test_another_file_in_the_place_of_one_that_is_gone_is_refused",
    ),
    "let two monitors write one state": (
        "cli/test_monitor_command.py",
        "test_two_writers_of_one_state_are_refused",
    ),
    "evaluate again with more samples until it looks well": (
        "evaluation/claims/test_claim_limits.py",
        "test_looking_again_until_it_looks_well_errs_no_more_than_stated",
    ),
    "evaluate again with new seeds until one is lucky": (
        "evaluation/claims/test_claim_limits.py",
        "test_looking_again_until_it_looks_well_errs_no_more_than_stated",
    ),
    "attack again with `--claims` until few succeed, and hide it": (
        "cli/test_attack.py",
        "test_attack_success_is_claimed_and_the_claim_verified",
    ),
    "evaluate labelled text again, and count it as the first time": (
        "cli/test_evaluate_labelled.py",
        "test_evaluations_of_a_guard_share_the_error_and_the_ledger_names_them",
    ),
    "ask few prompts many times": (
        "evaluation/claims/test_claim_limits.py",
        "test_draws_that_share_a_prompt_are_bounded_by_prompt",
    ),
    "have a lenient judge decide where there is an oracle": (
        "campaign/test_verify_claim.py",
        "test_a_judge_that_the_oracle_contradicts_is_refuted",
    ),
    **dict.fromkeys(
        (
            "count more in the judge's audit than its table holds",
            "audit the judge on snippets of the claim itself",
            "audit the judge on one snippet many times",
            "change the audit's table, or leave it out",
        ),
        ("campaign/test_verify_audits.py", "test_an_audit_that_carries_nothing_refuses_the_claim"),
    ),
    "put another model in the place of the claimed one": (
        "campaign/test_verify_claim.py",
        "test_another_model_in_the_place_of_the_claimed_one_is_noticed",
    ),
    "count one failure an attempt in a rate an hour": (
        "evaluation/claims/test_stored_outcomes.py",
        "test_failures_an_hour_count_every_failure",
    ),
    **dict.fromkeys(
        (
            "stop drawing early, and claim a fixed number",
            "read the count several times, and claim a fixed number",
            "claim the best of several models as if it had been alone",
            "claim a natural rate from hard prompts, or from what an attack wrote",
            "name the same file twice",
            "choose the next cases by what was seen, and claim strata that were fixed beforehand",
            "leave a stratum of an audit out that failed",
        ),
        ("evaluation/claims/test_refusals.py", "CASES"),
    ),
}


def _stream(forger, seed):
    return forger.claim().evidence.drawn_with.replace("0/", f"{seed}/", 1)


@pytest.mark.parametrize("name", ["natural-failure-rate", "refusal-rate", "false-negative-rate", SUCCESS])
def test_honest_claims_are_verified_and_drawn_again_to_the_same_bytes(made, name):
    everything = VerifyAsked(**{**vars(made.looking), "rejudge": 10**9, "redraw": 1})
    found = verify_claim(made.folder / "claims" / f"{name}.json", everything)
    assert found.verified, found.broken
    told = {check.name: check for check in found.checks}
    assert told["plan"].holds
    assert told["prompts"].holds
    assert "were drawn again to the same bytes" in told["redraw"].told


def test_claims_that_say_less_are_verified_against_the_same_plan(made, tmp_path):
    folder = shutil.copytree(made.folder.parent, tmp_path / "evaluations") / made.folder.name
    files = [folder / "claims" / f"{name}.json" for name in ("natural-failure-rate", "refusal-rate", SUCCESS)]
    shifted = claimed_shifted(files[1], 1.01)
    for written, before in (*zip(claimed_together(files), files, strict=True), (shifted, files[1])):
        found = verify_claim(written.file, made.looking)
        assert found.verified, found.broken
        assert {check.name: check.holds for check in found.checks}["plan"]
        assert found.claim.bound > Forger(folder).claim(before.stem).bound


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_a_way_to_cheat_is_seen(cheat, made, tmp_path):
    evaluations = shutil.copytree(made.folder.parent, tmp_path / "evaluations")
    folder = evaluations / made.folder.name
    forger = Forger(folder)
    cheat.does(forger)
    asked = VerifyAsked(**{**vars(made.looking), **(cheat.looking or {})})
    found = verify_claim(forger.file(cheat.claim), asked)
    assert not found.verified
    told = {check.name: check.told for check in found.broken}
    assert cheat.says in told.get(cheat.seen_by, ""), told


@pytest.mark.parametrize(("does", "unknown"), UNSEEN.values(), ids=UNSEEN)
def test_what_nobody_can_see_is_told_as_unknown(does, unknown, made, tmp_path):
    evaluations = shutil.copytree(made.folder.parent, tmp_path / "evaluations")
    forger = Forger(evaluations / made.folder.name)
    does(forger)
    found = verify_claim(forger.file(), made.looking)
    assert found.verified, found.broken
    assert {check.name: check.holds for check in found.checks}[unknown] is None


def test_the_docs_name_every_way_and_the_tests_that_try_them_exist():
    root = Path(__file__).parents[2]
    rows = (root / "docs/claims.md").read_text().splitlines()
    named = {row.split("|")[1].strip() for row in rows if row.startswith("| ")}
    ways = {*CHEATS, *UNSEEN, *ELSEWHERE}
    assert named - {"way to cheat", "check"} >= ways
    assert len(ways) >= 40
    for file, test in ELSEWHERE.values():
        assert test in (root / "tests" / file).read_text()
