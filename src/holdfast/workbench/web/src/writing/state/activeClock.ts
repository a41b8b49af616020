import { Cell } from "./cell";

/** What the clock shows. */
export interface ClockFace {
  readonly seconds: number;
  readonly running: boolean;
}

/** Where the time comes from and how to be woken; replaced in tests. */
export interface TimeSource {
  now(): number;
  every(milliseconds: number, task: () => void): () => void;
}

export const wallTime: TimeSource = {
  now: () => performance.now(),
  every: (milliseconds, task) => {
    const timer = setInterval(task, milliseconds);
    return () => {
      clearInterval(timer);
    };
  },
};

/**
 * The writer's clock: it runs from an edit or a tool on, and pauses when neither has come for `idle` seconds.
 *
 * The time until the pause counts. A computer that slept does not count: the time after the last activity is
 * never more than `idle`.
 */
export class ActiveClock {
  readonly face = new Cell<ClockFace>({ seconds: 0, running: false });
  #idle: number;
  readonly #time: TimeSource;
  /** Seconds counted up to `#since`, where the clock began to run. */
  #kept = 0;
  #since: number | null = null;
  #lastActivity = 0;
  #stopTicking: (() => void) | null = null;
  #onPause: () => void = () => undefined;

  constructor(idleSeconds: number, time: TimeSource = wallTime) {
    this.#idle = idleSeconds * 1000;
    this.#time = time;
  }

  /** Call `task` whenever the clock pauses by itself. */
  whenPaused(task: () => void): void {
    this.#onPause = task;
  }

  /** Pause after so many seconds from now on: the settings have changed. */
  pauseAfter(seconds: number): void {
    this.#idle = seconds * 1000;
  }

  /** Active seconds so far. */
  get seconds(): number {
    return this.#kept + (this.#since === null ? 0 : (this.#end() - this.#since) / 1000);
  }

  /** Something was done: run, or run on. */
  readonly touch = (): void => {
    this.#pauseIfIdle();
    const now = this.#time.now();
    if (this.#since === null) {
      this.#since = now;
      this.#stopTicking = this.#time.every(1000, this.#tick);
    }
    this.#lastActivity = now;
    this.#show();
  };

  /** Stand at so many seconds, paused: another draft is opened. */
  reset(seconds: number): void {
    this.#halt();
    this.#kept = seconds;
    this.#show();
  }

  /** Count on from so many seconds, if they are more than it has: the server knows of more. */
  atLeast(seconds: number): void {
    const more = seconds - this.seconds;
    if (more <= 0) return;
    this.#kept += more;
    this.#show();
  }

  /** Stop for good: the page is left. */
  close(): void {
    this.#halt();
  }

  readonly #tick = (): void => {
    this.#pauseIfIdle();
    this.#show();
  };

  #pauseIfIdle(): void {
    if (this.#since === null || this.#time.now() - this.#lastActivity < this.#idle) return;
    this.#halt();
    this.#onPause();
  }

  #halt(): void {
    this.#kept = this.seconds;
    this.#since = null;
    this.#stopTicking?.();
    this.#stopTicking = null;
  }

  #end(): number {
    return Math.min(this.#time.now(), this.#lastActivity + this.#idle);
  }

  #show(): void {
    const seconds = Math.floor(this.seconds);
    const running = this.#since !== null;
    const shown = this.face.read();
    if (shown.seconds !== seconds || shown.running !== running) this.face.write({ seconds, running });
  }
}
