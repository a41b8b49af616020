import type { SubmissionRequest } from "../../api/schema";
import type { Shelf } from "../state/shelf";

/** A submission that the server may not have answered yet: sent again under its key, it counts once. */
export interface PendingSubmission {
  readonly draft: number;
  readonly request: SubmissionRequest;
}

const NAME = "submission";

/** Remember a submission until it is answered. */
export function rememberSubmission(shelf: Shelf, pending: PendingSubmission): void {
  shelf.put(NAME, JSON.stringify(pending));
}

export function forgetSubmission(shelf: Shelf): void {
  shelf.remove(NAME);
}

/** The submission that was not answered, if there is one. */
export function unansweredSubmission(shelf: Shelf): PendingSubmission | null {
  try {
    const value: unknown = JSON.parse(shelf.get(NAME) ?? "null");
    const whole = typeof value === "object" && value !== null && "draft" in value && "request" in value;
    return whole ? (value as PendingSubmission) : null;
  } catch {
    return null;
  }
}
