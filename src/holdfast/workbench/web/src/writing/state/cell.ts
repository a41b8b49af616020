import { useSyncExternalStore } from "react";

/** A value that changes and tells who watches; each new value is another object, never a changed one. */
export class Cell<Value> {
  #value: Value;
  readonly #watchers = new Set<() => void>();

  constructor(value: Value) {
    this.#value = value;
  }

  /** The value as it is now. Bound, so that React may hold it. */
  readonly read = (): Value => this.#value;

  /** Call `watcher` after each change; returns what ends that. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Change the value, and tell everybody if it is another one. */
  write(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** A cell's value, followed by a component. */
export function useCell<Value>(cell: Cell<Value>): Value {
  return useSyncExternalStore(cell.watch, cell.read, cell.read);
}
