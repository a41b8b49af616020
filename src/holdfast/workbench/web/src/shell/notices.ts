import { createContext, use } from "react";

export type NoticeKind = "info" | "good" | "problem";

/** Something that the page tells its user in passing. */
export interface Notice {
  id: number;
  kind: NoticeKind;
  text: string;
}

export interface Notices {
  /** Show a text for a while, and have it read out. */
  tell: (text: string, kind?: NoticeKind) => void;
  /** Have a text read out to those who use a screen reader, and show nothing. */
  announce: (text: string) => void;
}

export const NoticesContext = createContext<Notices>({ tell: () => undefined, announce: () => undefined });

export function useNotices(): Notices {
  return use(NoticesContext);
}
