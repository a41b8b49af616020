import { type SyntheticEvent, useId, useState } from "react";

import { useLoaded } from "../../api/loaded";
import type { AttackShape } from "../../api/schema";
import { count, figure } from "../../charts/numbers";
import { Await } from "../../shell/Await";
import { Dialog } from "../../shell/Dialog";
import * as calls from "../calls";
import { useWorkplace } from "../deskContext";
import { partsOf } from "../text/passage";
import { beginSearch } from "../tools/beginSearch";
import type { Quest } from "../tools/search";

type Frozen = Quest["frozen"];

const FROZEN: readonly { value: Frozen; name: string }[] = [
  { value: "nothing", name: "Nothing" },
  { value: "prompt", name: "The prompt" },
  { value: "completion", name: "The completion" },
];
const BUDGETS = [500, 2000, 10_000, 50_000];

/** Which attack finishes the text, what it must not change, and how long it may search. */
export function FinishDialog({ onClose }: { onClose: () => void }) {
  const attacks = useLoaded(calls.attacks);
  return (
    <Dialog title="Finish this for me" onClose={onClose}>
      <p className="muted small">
        An attack continues from your text while you watch. Then you apply its result or discard it. Undo
        restores your text.
      </p>
      <Await loaded={attacks}>{(data) => <FinishForm attacks={data} onClose={onClose} />}</Await>
    </Dialog>
  );
}

const USUAL = "greedy_rewrite";
/** Offered at once, the best for a beginner first: by single edits, by the gradient, by luck. */
const OFFERED: readonly string[] = [USUAL, "hotflip", "random_rewrite"];
const FEW = 3;

function FinishForm({ attacks, onClose }: { attacks: readonly AttackShape[]; onClose: () => void }) {
  const { desk, project } = useWorkplace();
  // Those made of other attacks are for the command line, where these can be named.
  const single = attacks.filter(({ needs }) => !needs.length);
  const fit = single.filter(({ suits }) => suits);
  const unfit = single.filter(({ suits }) => !suits);
  const [offered, advanced] = sorted(fit);
  const usual = fit.find(({ name }) => name === USUAL) ?? fit[0];
  const [attack, setAttack] = useState(usual?.name ?? "");
  const [frozen, setFrozen] = useState<Frozen>("nothing");
  const [queries, setQueries] = useState(2000);
  const id = useId();
  const choice = (one: AttackShape) => (
    <label key={one.name} className="choice">
      <input
        type="radio"
        name={`${id}-attack`}
        value={one.name}
        checked={attack === one.name}
        onChange={() => setAttack(one.name)}
      />
      <span>
        <strong>{one.name.replaceAll("_", " ")}</strong>:{" "}
        <span className="small muted">{withoutName(one.summary)}</span>
      </span>
    </label>
  );
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onClose();
    beginSearch(desk, { kind: "attack", attack, frozen, queries });
  };
  return (
    <form className="wide stack" onSubmit={submit}>
      <fieldset className="plain attacks">
        <legend>Attack</legend>
        {offered.map(choice)}
        {advanced.length > 0 && (
          <details>
            <summary>Advanced: {count(advanced.length, "more attack")}</summary>
            {advanced.map(choice)}
          </details>
        )}
      </fieldset>
      {unfit.length > 0 && (
        <p className="muted small">
          Not available, because the model lacks what they need:{" "}
          {unfit.map(({ name }) => name.replaceAll("_", " ")).join(", ")}.
        </p>
      )}
      {partsOf(project).length > 1 && (
        <fieldset className="plain row">
          <legend>Do not change</legend>
          {FROZEN.map(({ value, name }) => (
            <label key={value} className="choice">
              <input
                type="radio"
                name={`${id}-frozen`}
                checked={frozen === value}
                onChange={() => setFrozen(value)}
              />
              {name}
            </label>
          ))}
        </fieldset>
      )}
      <div className="field">
        <label htmlFor={`${id}-queries`}>Maximum number of queries (texts that the model scores)</label>
        <select
          id={`${id}-queries`}
          className="input"
          value={queries}
          onChange={({ target }) => setQueries(Number(target.value))}
        >
          {BUDGETS.map((budget) => (
            <option key={budget} value={budget}>
              {figure(budget)}
            </option>
          ))}
        </select>
      </div>
      <div className="row">
        <button type="submit" className="button primary" disabled={!attack}>
          Start
        </button>
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

/** A summary such as “Genetic search: it …” without the name, which stands beside it. */
function withoutName(summary: string): string {
  return summary.replace(/^[^:]{1,30}: /, "");
}

/** Three attacks to begin with, and the others. */
function sorted(fit: readonly AttackShape[]): readonly [readonly AttackShape[], readonly AttackShape[]] {
  const usual = OFFERED.flatMap((name) => fit.filter((one) => one.name === name));
  const others = fit.filter((one) => !usual.includes(one));
  const missing = FEW - usual.length;
  return [[...usual, ...others.slice(0, missing)], others.slice(missing)];
}
