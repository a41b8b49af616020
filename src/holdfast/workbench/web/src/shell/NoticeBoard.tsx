import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";

import { type Notice, type NoticeKind, type Notices, NoticesContext } from "./notices";

const SHOWN_FOR = 7_000;

/** Shows notices in a corner, and reads them and other announcements out politely. */
export function NoticeBoard({ children }: { children: ReactNode }) {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const [spoken, setSpoken] = useState("");
  const next = useRef(0);

  const dismiss = useCallback((id: number) => {
    setNotices((now) => now.filter((notice) => notice.id !== id));
  }, []);

  const told = useMemo<Notices>(() => {
    // A repeated text must differ, or it is not read out again.
    const announce = (text: string) => {
      setSpoken((before) => (before === text ? `${text}\u00a0` : text));
    };
    const tell = (text: string, kind: NoticeKind = "info") => {
      const id = next.current++;
      setNotices((now) => [...now.filter((notice) => notice.text !== text), { id, kind, text }]);
      announce(text);
      if (kind !== "problem") setTimeout(() => dismiss(id), SHOWN_FOR);
    };
    return { announce, tell };
  }, [dismiss]);

  return (
    <NoticesContext value={told}>
      {children}
      <p className="unseen" role="status" aria-live="polite">
        {spoken}
      </p>
      <ul className="notices">
        {notices.map((notice) => (
          <li key={notice.id} className={`notice ${notice.kind}`}>
            <span>{notice.text}</span>
            <button
              type="button"
              className="button quiet compact"
              aria-label={`Dismiss: ${notice.text}`}
              onClick={() => dismiss(notice.id)}
            >
              <span aria-hidden="true">✕</span>
            </button>
          </li>
        ))}
      </ul>
    </NoticesContext>
  );
}
