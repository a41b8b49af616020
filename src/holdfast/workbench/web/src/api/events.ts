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
