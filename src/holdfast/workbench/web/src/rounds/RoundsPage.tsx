import { useState } from "react";

import { api } from "../api/client";
import { inWords } from "../api/error";
import type { RoundsShape } from "../api/schema";
import { count } from "../charts/numbers";
import { Await } from "../shell/Await";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/Page";
import { mayAct, useMember, useProject } from "../shell/session";
import { useRounds } from "./latest";
import { CheckTable } from "./CheckTable";
import { inTheMaking, lastChecked, towardsNext } from "./round";
import { RoundTable } from "./RoundTable";

const LEARNS =
  "The next model is trained on accepted failures. It is compared with the serving model, the one that scores your texts now, and replaces it only if no figure is worse.";
const STAYS = "Your guard is used as it is. Nothing is trained here; the page Manager exports the failures.";

/** The models, from the first to the one that is being made. */
export function RoundsPage() {
  const rounds = useRounds();
  const { trains } = useProject();
  const manages = mayAct(useMember(), "manager") && trains;
  return (
    <Page title="Rounds" lead={trains ? LEARNS : STAYS}>
      <Await loaded={rounds}>
        {(data) => (
          <>
            {trains && <Next rounds={data} reload={rounds.reload} />}
            <LastCheck rounds={data} />
            <section className="card stack" aria-labelledby="models">
              <h2 id="models">Models</h2>
              <RoundTable rounds={data.rounds} {...(manages && { onRollBack: rounds.reload })} />
            </section>
          </>
        )}
      </Await>
    </Page>
  );
}

/** How the newest model compares, and whether it took over. */
function LastCheck({ rounds }: { rounds: RoundsShape }) {
  const last = lastChecked(rounds);
  if (last === null) return null;
  const declined = last.state === "declined";
  return (
    <section className="card stack" aria-labelledby="check">
      <h2 id="check">The check of round {last.round}</h2>
      <p className={declined ? "problem" : undefined} role={declined ? "status" : undefined}>
        {declined
          ? `Its model is not used, and the one before it stays: ${last.error ?? ""}. The failures it was trained on wait for the next round.`
          : "No figure was worse, so its model took over."}
      </p>
      <CheckTable round={last.round} figures={last.check} />
      <p className="muted small">
        It was trained on {count(last.failures, "failure")} and {count(last.harmless, "harmless text")} of the
        writers, on {count(last.variants, "variant")} of these failures, and on{" "}
        {count(last.matched, "harmless text")} made in the same way.
      </p>
    </section>
  );
}

/** How far it is to the next round, and for a manager the way not to wait for it. */
function Next({ rounds, reload }: { rounds: RoundsShape; reload: () => void }) {
  const { tell } = useNotices();
  const manages = mayAct(useMember(), "manager");
  const [asking, setAsking] = useState(false);
  const making = inTheMaking(rounds);

  const train = async () => {
    setAsking(true);
    try {
      await api.post("/api/rounds");
      tell("The next model is being trained. You can continue to write.", "good");
    } catch (error) {
      tell(inWords(error), "problem");
    } finally {
      setAsking(false);
      reload();
    }
  };

  return (
    <section className="card stack" aria-labelledby="next">
      <div className="row apart">
        <h2 id="next">Next round</h2>
        {manages && (
          <button
            type="button"
            className="button primary"
            disabled={asking || making !== null || rounds.waiting === 0}
            onClick={() => void train()}
          >
            Train now
          </button>
        )}
      </div>
      <p>{towardsNext(rounds)}.</p>
      <progress
        className="wide"
        aria-labelledby="next"
        max={1}
        value={making === null ? Math.min(1, rounds.waiting / rounds.needed) : (rounds.progress ?? undefined)}
      />
      {manages && making === null && rounds.waiting === 0 && (
        <p className="muted small">There is nothing new to train on yet: submit a failure first.</p>
      )}
    </section>
  );
}
