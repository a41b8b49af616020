import { type ComponentType, lazy, type LazyExoticComponent } from "react";

import type { MemberShape } from "../api/schema";
import { mayAct, type Session } from "./session";

/** A page of the workbench: where it is, what it is called, and who may see it. */
export interface PageEntry {
  path: string;
  name: string;
  role: MemberShape["role"];
  content: LazyExoticComponent<ComponentType>;
  /** What the navigation counts beside the name. */
  unseen?: "mine" | "judged";
  /** Whether the navigation shows it; the address works all the same. */
  shown?: (session: Session) => boolean;
}

/** In the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  {
    path: "/",
    name: "Write",
    role: "writer",
    content: lazy(async () => ({ default: (await import("../writing/WritingPage")).WritingPage })),
  },
  {
    path: "/submissions",
    name: "My submissions",
    role: "writer",
    content: lazy(async () => ({
      default: (await import("../submissions/SubmissionsPage")).SubmissionsPage,
    })),
    unseen: "mine",
  },
  {
    path: "/review",
    name: "Review",
    role: "reviewer",
    content: lazy(async () => ({ default: (await import("../review/ReviewPage")).ReviewPage })),
    shown: ({ project }) => project.judge === "people",
    unseen: "judged",
  },
  {
    path: "/rounds",
    name: "Rounds",
    role: "writer",
    content: lazy(async () => ({ default: (await import("../rounds/RoundsPage")).RoundsPage })),
  },
  {
    path: "/manager",
    name: "Manager",
    role: "manager",
    content: lazy(async () => ({ default: (await import("../manager/ManagerPage")).ManagerPage })),
  },
  {
    path: "/guideline",
    name: "Guideline",
    role: "writer",
    content: lazy(async () => ({ default: (await import("../guideline/GuidelinePage")).GuidelinePage })),
  },
  {
    path: "/settings",
    name: "Settings",
    role: "manager",
    content: lazy(async () => ({ default: (await import("../settings/SettingsPage")).SettingsPage })),
  },
  {
    path: "/accounts",
    name: "Accounts",
    role: "manager",
    content: lazy(async () => ({ default: (await import("../accounts/AccountsPage")).AccountsPage })),
    shown: ({ team }) => team,
  },
];

/** The pages that the navigation shows to somebody. */
export function pagesFor(session: Session): readonly PageEntry[] {
  return PAGES.filter(({ role, shown }) => mayAct(session.member, role) && (shown?.(session) ?? true));
}
