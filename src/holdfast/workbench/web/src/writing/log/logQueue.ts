import { ApiError } from "../../api/error";
import { newKey } from "../../api/newKey";
import type { LogEntry } from "../../api/schema";
import type { Shelf } from "../state/shelf";

/** What an entry tells beyond its kind. */
export type Detail = Readonly<Record<string, unknown>>;

/** Hands entries to the server; rejects if they were not kept. */
export type SendLog = (entries: readonly LogEntry[], keepalive: boolean) => Promise<void>;

const FOLDER = "log/";
/** Milliseconds after which an entry is sent, with those that came meanwhile. */
export const LOG_WAIT = 2000;
const MOST_AT_ONCE = 200;
const LONGEST_RETRY = 60_000;

/**
 * Tells the server what the writer did, in order and without loss.
 *
 * Entries stay on the shelf until the server has acknowledged them, so that those of a closed tab are sent by
 * the next page. Sending twice is harmless: the server knows an entry by its client and its number.
 */
export class LogQueue {
  readonly #send: SendLog;
  readonly #shelf: Shelf;
  readonly #client = newKey();
  #next = 0;
  #waiting: LogEntry[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sending = false;
  #wait = LOG_WAIT;
  #closed = false;

  constructor(send: SendLog, shelf: Shelf) {
    this.#send = send;
    this.#shelf = shelf;
    this.#waiting = leftBehind(shelf);
    if (this.#waiting.length) this.#schedule(0);
  }

  /** How many entries the server has not acknowledged. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Something was done, now, on this draft. */
  add(kind: string, detail: Detail, draft: number | null): void {
    const at = new Date().toISOString();
    const entry = { client: this.#client, sequence: this.#next, draft, kind, at, detail: { ...detail } };
    this.#next += 1;
    this.#waiting.push(entry);
    this.#shelf.put(nameOf(entry), JSON.stringify(entry));
    if (!this.#sending && this.#timer === undefined) this.#schedule(this.#wait);
  }

  /** The server may be back: try at once. */
  retry(): void {
    this.#wait = LOG_WAIT;
    if (this.#waiting.length && !this.#sending) this.#schedule(0);
  }

  /** The page is being left: send by a call that outlives it. */
  leave(): void {
    if (this.#closed || !this.#waiting.length) return;
    const entries = this.#waiting.slice(0, MOST_AT_ONCE);
    void this.#send(entries, true).then(
      () => this.#forget(entries),
      () => undefined,
    );
  }

  /** Stop; what was not acknowledged stays on the shelf. */
  close(): void {
    this.leave();
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #schedule(wait: number): void {
    clearTimeout(this.#timer);
    if (!this.#closed) this.#timer = setTimeout(() => void this.#flush(), wait);
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    this.#sending = true;
    try {
      while (this.#waiting.length) await this.#sendSome(this.#waiting.slice(0, MOST_AT_ONCE));
      this.#wait = LOG_WAIT;
    } catch {
      this.#wait = Math.min(2 * this.#wait, LONGEST_RETRY);
      this.#schedule(this.#wait);
    } finally {
      this.#sending = false;
    }
  }

  /** One entry that the server refuses for good must not hold up the others: halve until it stands alone. */
  async #sendSome(entries: readonly LogEntry[]): Promise<void> {
    try {
      await this.#send(entries, false);
    } catch (error) {
      if (!refusedForGood(error)) throw error;
      if (entries.length > 1) {
        const half = Math.ceil(entries.length / 2);
        await this.#sendSome(entries.slice(0, half));
        await this.#sendSome(entries.slice(half));
        return;
      }
      console.warn("the server refused an entry of the log", entries[0], error);
    }
    this.#forget(entries);
  }

  #forget(entries: readonly LogEntry[]): void {
    const gone = new Set(entries.map(nameOf));
    this.#waiting = this.#waiting.filter((entry) => !gone.has(nameOf(entry)));
    for (const name of gone) this.#shelf.remove(name);
  }
}

function refusedForGood(error: unknown): boolean {
  return error instanceof ApiError && [400, 404, 413, 422].includes(error.status);
}

function nameOf(entry: LogEntry): string {
  return `${FOLDER}${entry.client}/${String(entry.sequence).padStart(9, "0")}`;
}

function leftBehind(shelf: Shelf): LogEntry[] {
  return shelf
    .names()
    .filter((name) => name.startsWith(FOLDER))
    .sort()
    .flatMap((name) => parsed(shelf.get(name)));
}

function parsed(text: string | null): LogEntry[] {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    const whole = typeof value === "object" && value !== null && "client" in value && "sequence" in value;
    return whole ? [value as LogEntry] : [];
  } catch {
    return [];
  }
}
