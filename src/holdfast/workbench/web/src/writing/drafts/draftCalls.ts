import type { DraftChange, DraftShape, DraftStart } from "../../api/schema";

/** What the keeper of a draft asks of the server. */
export interface DraftCalls {
  create(start: DraftStart): Promise<DraftShape>;
  change(id: number, change: DraftChange, keepalive: boolean): Promise<DraftShape>;
  read(id: number): Promise<DraftShape>;
}
