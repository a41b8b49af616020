import type { DraftShape } from "../../api/schema";

/** How a draft stands: whether all of it is with the server, and if not, why. */
export type Sync =
  | { readonly kind: "saved" }
  | { readonly kind: "unsaved" }
  | { readonly kind: "saving" }
  /** The server cannot be reached; it is tried again by itself. */
  | { readonly kind: "offline" }
  /** The server holds a newer text than the one that was changed here. */
  | { readonly kind: "conflict"; readonly theirs: DraftShape }
  /** It was submitted or thrown away elsewhere, or does not exist any more. */
  | { readonly kind: "gone" }
  | { readonly kind: "refused"; readonly reason: string };

/** States in which saving again by itself would do no good. */
export function isStuck(sync: Sync): boolean {
  return sync.kind === "conflict" || sync.kind === "gone" || sync.kind === "refused";
}
