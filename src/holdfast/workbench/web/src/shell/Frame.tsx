import { type ReactNode, Suspense } from "react";
import { Link, Route, Switch } from "wouter";

import { ErrorBoundary } from "./ErrorBoundary";
import { Masthead } from "./Masthead";
import { Page } from "./Page";
import { type PageEntry, PAGES } from "./pages";
import { mayAct, useMember } from "./session";

/** What stays around the pages, and the page of the address. */
export function Frame() {
  return (
    <>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <Masthead />
      <main id="content" tabIndex={-1}>
        <Switch>
          {PAGES.map((page) => (
            <Route key={page.path} path={page.path}>
              <Allowed page={page} />
            </Route>
          ))}
          <Route>
            <Page title="No such page">
              <p>
                There is nothing at this address. <Link href="/">Go to the editor</Link>
              </p>
            </Page>
          </Route>
        </Switch>
      </main>
    </>
  );
}

function Allowed({ page }: { page: PageEntry }): ReactNode {
  const member = useMember();
  if (!mayAct(member, page.role)) {
    return (
      <Page title={page.name}>
        <p>
          This page is for a {page.role}; you are signed in as a {member.role}.
        </p>
      </Page>
    );
  }
  const Content = page.content;
  return (
    <ErrorBoundary>
      <Suspense fallback={<p className="muted loading">Loading …</p>}>
        <Content />
      </Suspense>
    </ErrorBoundary>
  );
}
