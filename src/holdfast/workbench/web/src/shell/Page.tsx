import { type ReactNode, useEffect, useRef } from "react";

interface PageProps {
  title: string;
  /** A sentence under the title. */
  lead?: ReactNode;
  /** Beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's title and its content; the title gets the focus, so that screen readers begin there. */
export function Page({ title, lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Holdfast`;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [title]);

  return (
    <div className="page stack loose">
      <header className="row apart">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className="muted lead">{lead}</p>}
        </div>
        {actions}
      </header>
      {children}
    </div>
  );
}
