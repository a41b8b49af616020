import { Component, type ReactNode } from "react";

/** Shows what went wrong within a page in place of that page, and leaves the rest standing. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="page stack" role="alert">
        <h1>This page does not work</h1>
        <p>
          The reason was: <code>{error.message}</code>. Drafts are kept on the server and in this browser;
          nothing is lost by loading the page anew.
        </p>
        <p>
          <button type="button" className="button primary" onClick={() => window.location.reload()}>
            Reload
          </button>
        </p>
      </div>
    );
  }
}
