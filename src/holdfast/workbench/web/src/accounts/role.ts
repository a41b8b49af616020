import type { MemberShape } from "../api/schema";

export type Role = MemberShape["role"];

export const ROLES: readonly Role[] = ["writer", "reviewer", "manager"];

/** The fewest characters of a password, as the server has it. */
export const SHORTEST_PASSWORD = 10;

/** The role that a select element stands on. */
export function roleOf(value: string): Role {
  return ROLES.find((role) => role === value) ?? "writer";
}
