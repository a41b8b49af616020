/** Handlers of a stream's events by name, each given the event's JSON. */
export type Handlers<Events extends object> = { [Name in keyof Events]?: (data: Events[Name]) => void };

export interface Watching {
  /** The stream is open, for the first time or again: what was missed in between must be asked for. */
  onOpen?: () => void;
  /** The connection is lost; another is tried after a while. */
  onLost?: () => void;
  /** The server has answered with an error; perhaps the session has ended. */
  onRefused?: () => void;
}

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * Listen to server-sent events until the function that is returned is called.
 *
 * Browsers try again after a lost connection but not after an answer with an error, such as that of a server
 * which is just starting; this does both, more slowly each time.
 */
export function listen<Events extends object>(
  url: string,
  handlers: Handlers<Events>,
  { onOpen, onLost, onRefused }: Watching = {},
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = FIRST_WAIT;

  const connect = (): void => {
    source = new EventSource(url);
    source.onopen = () => {
      wait = FIRST_WAIT;
      onOpen?.();
    };
    source.onerror = () => {
      onLost?.();
      if (source?.readyState !== EventSource.CLOSED) return;
      onRefused?.();
      timer = setTimeout(connect, wait);
      wait = Math.min(2 * wait, LONGEST_WAIT);
    };
    for (const name of Object.keys(handlers) as (keyof Events & string)[]) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        handlers[name]?.(JSON.parse(event.data) as Events[typeof name]);
      });
    }
  };

  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}

/**
 * The same while the page can be seen.
 *
 * Over HTTP/1.1 a browser keeps six connections to a server, and a stream holds one: tabs that nobody looks at
 * would leave none for the calls of the tab in use. Tabs cannot share one everywhere, since the locks that
 * would say whose it is are for secure pages alone. What a hidden page misses it asks for on `onOpen`.
 */
export function listenWhileSeen<Events extends object>(
  url: string,
  handlers: Handlers<Events>,
  watching: Watching = {},
): () => void {
  let end: (() => void) | null = null;
  const stop = (): void => {
    end?.();
    end = null;
  };
  const follow = (): void => {
    if (document.visibilityState === "hidden") stop();
    else end ??= listen(url, handlers, watching);
  };
  follow();
  document.addEventListener("visibilitychange", follow);
  return () => {
    document.removeEventListener("visibilitychange", follow);
    stop();
  };
}
