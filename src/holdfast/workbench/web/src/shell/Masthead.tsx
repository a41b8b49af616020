import { useState } from "react";
import { Link, useRoute } from "wouter";

import { OwnPasswordDialog } from "../accounts/OwnPasswordDialog";
import { type PageEntry, pagesFor } from "./pages";
import { RoundBanner } from "./RoundBanner";
import { useSession } from "./session";
import { ThemeSwitch } from "./ThemeSwitch";
import { useUnseen } from "./unseen";

/** The bar at the top: where one can go, which model is served, who one is. */
export function Masthead() {
  const session = useSession();
  const unseen = useUnseen();
  return (
    <header className="masthead">
      <div className="masthead-bar">
        <Link href="/" className="brand">
          <img src="/icon.svg" alt="" width="24" height="24" />
          Holdfast
        </Link>
        <nav aria-label="Pages">
          <ul className="pages">
            {pagesFor(session).map((page) => (
              <PageLink key={page.path} page={page} unseen={page.unseen ? (unseen?.[page.unseen] ?? 0) : 0} />
            ))}
          </ul>
        </nav>
        <div className="masthead-end">
          <ThemeSwitch />
          {session.team && <SignedIn />}
        </div>
      </div>
      <RoundBanner />
    </header>
  );
}

function PageLink({ page: { path, name }, unseen }: { page: PageEntry; unseen: number }) {
  const [here] = useRoute(path);
  return (
    <li>
      <Link href={path} aria-current={here ? "page" : undefined}>
        {name}
        {unseen > 0 && (
          <span className="unseen-count">
            <span aria-hidden="true">{unseen}</span>
            <span className="unseen"> ({unseen} new)</span>
          </span>
        )}
      </Link>
    </li>
  );
}

function SignedIn() {
  const { member, signOut } = useSession();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <button
        type="button"
        className="button quiet compact"
        title="Change your password"
        onClick={() => setChanging(true)}
      >
        {member.name} <span className="muted role">({member.role})</span>
        <span className="unseen">: change your password</span>
      </button>
      <button type="button" className="button quiet compact" onClick={() => void signOut()}>
        Sign out
      </button>
      {changing && <OwnPasswordDialog name={member.name} onClose={() => setChanging(false)} />}
    </>
  );
}
