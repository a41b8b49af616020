/** Where this browser keeps what the server does not have yet: text by name, under one prefix. */
export interface Shelf {
  get(name: string): string | null;
  /** False where it could not be kept (the browser's store is full or forbidden). */
  put(name: string, text: string): boolean;
  remove(name: string): void;
  names(): readonly string[];
}

/** A shelf in localStorage: written before the call returns, so that closing the tab loses nothing. */
export function browserShelf(prefix: string, storage: Storage = localStorage): Shelf {
  const start = `${prefix}/`;
  return {
    get: (name) => storage.getItem(start + name),
    put: (name, text) => {
      try {
        storage.setItem(start + name, text);
        return true;
      } catch {
        return false;
      }
    },
    remove: (name) => {
      storage.removeItem(start + name);
    },
    names: () =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "")
        .filter((key) => key.startsWith(start))
        .map((key) => key.slice(start.length)),
  };
}
