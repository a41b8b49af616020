import { api } from "../api/client";
import { inWords } from "../api/error";
import { useLoaded } from "../api/loaded";
import type { AccountChange, AccountShape, NewAccount } from "../api/schema";
import { Await } from "../shell/Await";
import { Empty } from "../shell/Empty";
import { useNotices } from "../shell/notices";
import { Page } from "../shell/Page";
import { useSession } from "../shell/session";
import { AccountTable } from "./AccountTable";
import { NewAccountForm } from "./NewAccountForm";

const load = (signal: AbortSignal): Promise<readonly AccountShape[]> => api.get("/api/accounts", { signal });

/** Who may sign in. */
export function AccountsPage() {
  const { team } = useSession();
  return (
    <Page
      title="Accounts"
      lead="Writers write texts. Reviewers also judge texts. Managers can do everything."
    >
      {team ? (
        <Team />
      ) : (
        <Empty title="This workbench is for one person">
          Start it with <code>holdfast serve --team</code> to work with others.
        </Empty>
      )}
    </Page>
  );
}

function Team() {
  const accounts = useLoaded(load);
  const { tell } = useNotices();

  const attempt = async (call: () => Promise<unknown>, done: string): Promise<boolean> => {
    try {
      await call();
      tell(done, "good");
      accounts.reload();
      return true;
    } catch (error) {
      tell(inWords(error), "problem");
      return false;
    }
  };

  const add = (body: NewAccount) =>
    attempt(() => api.post("/api/accounts", { body }), `${body.name} can sign in now.`);
  const change = ({ id, name }: AccountShape, body: AccountChange) =>
    attempt(() => api.patch("/api/accounts/{id}", { path: { id }, body }), `${name}’s account was changed.`);

  return (
    <>
      <section className="card stack" aria-labelledby="all-accounts">
        <h2 id="all-accounts">All accounts</h2>
        <Await loaded={accounts}>{(rows) => <AccountTable accounts={rows} change={change} />}</Await>
      </section>
      <section className="card stack form" aria-labelledby="new-account">
        <h2 id="new-account">New account</h2>
        <NewAccountForm add={add} />
      </section>
    </>
  );
}
