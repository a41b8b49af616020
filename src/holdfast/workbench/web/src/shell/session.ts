import { createContext, use } from "react";

import type { MemberShape, ModelShape, ProjectShape, SessionShape } from "../api/schema";

/** A session of somebody who is signed in. */
export interface Session {
  member: MemberShape;
  project: ProjectShape;
  team: boolean;
  /** Ask the server anew, after the settings or the model have changed. */
  refresh: () => Promise<void>;
  signOut: () => Promise<void>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (session === null) throw new Error("nobody is signed in here");
  return session;
}

export function useMember(): MemberShape {
  return useSession().member;
}

export function useProject(): ProjectShape {
  return useSession().project;
}

/** The classifier that is served now; it changes when a round ends. */
export function useModel(): ModelShape {
  return useSession().project.model;
}

const ROLES = ["writer", "reviewer", "manager"] as const;

/** Whether a member may do what a role may. */
export function mayAct(member: MemberShape, role: MemberShape["role"]): boolean {
  return ROLES.indexOf(member.role) >= ROLES.indexOf(role);
}

/** The parts of a session that are there once somebody is signed in. */
export function signedIn({ member, project }: SessionShape): Pick<Session, "member" | "project"> | null {
  return member === null || project === null ? null : { member, project };
}
