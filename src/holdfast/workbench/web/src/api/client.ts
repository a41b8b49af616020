import { refusal, Unreachable } from "./error";
import { address, type Answer, type Call, type Given, type Method, type PathOf } from "./request";
import type { SessionShape } from "./schema";

const CSRF = "X-Holdfast-CSRF";

/**
 * Calls the server.
 *
 * A call that the server answers with 401 waits until somebody has signed in again and is then sent anew, so
 * that an expired session loses nothing; `onExpired` is what asks them to.
 */
export class Client {
  /** Asks for a new session; resolves when there is one, and rejects if the page is somebody else's now. */
  onExpired: (() => Promise<void>) | null = null;
  #csrf: string | null = null;

  /** Who is signed in; remembers the token that changing calls must send. */
  async session(): Promise<SessionShape> {
    return this.#remember(await this.get("/api/session"));
  }

  /** Find out whether the session still holds, and have a new one asked for if it does not. */
  async confirm(): Promise<boolean> {
    const { member } = await this.session();
    if (member === null) await this.onExpired?.();
    return member !== null;
  }

  /** Sign in by name and password; a wrong one rejects with an `ApiError`. */
  async signIn(name: string, password: string): Promise<SessionShape> {
    const body = JSON.stringify({ name, password });
    const response = await this.#fetch("/api/session", {
      method: "POST",
      body,
      headers: this.#headers("post"),
    });
    if (!response.ok) throw await refusal(response);
    return this.#remember((await response.json()) as SessionShape);
  }

  async signOut(): Promise<void> {
    await this.delete("/api/session");
    this.#csrf = null;
  }

  get<P extends PathOf<"get">>(path: P, ...[options]: Given<"get", P>): Promise<Answer<"get", P>> {
    return this.#call(path, { ...options, method: "get", repeatable: true }) as Promise<Answer<"get", P>>;
  }

  post<P extends PathOf<"post">>(path: P, ...[options]: Given<"post", P>): Promise<Answer<"post", P>> {
    return this.#call(path, { ...options, method: "post" }) as Promise<Answer<"post", P>>;
  }

  put<P extends PathOf<"put">>(path: P, ...[options]: Given<"put", P>): Promise<Answer<"put", P>> {
    return this.#call(path, { ...options, method: "put", repeatable: true }) as Promise<Answer<"put", P>>;
  }

  patch<P extends PathOf<"patch">>(path: P, ...[options]: Given<"patch", P>): Promise<Answer<"patch", P>> {
    return this.#call(path, { ...options, method: "patch" }) as Promise<Answer<"patch", P>>;
  }

  delete<P extends PathOf<"delete">>(
    path: P,
    ...[options]: Given<"delete", P>
  ): Promise<Answer<"delete", P>> {
    return this.#call(path, { ...options, method: "delete", repeatable: true }) as Promise<
      Answer<"delete", P>
    >;
  }

  async #call(path: string, call: Call): Promise<unknown> {
    let response = await this.#send(path, call);
    if (response.status === 401 && this.onExpired !== null) {
      await this.onExpired();
      response = await this.#send(path, call);
    } else if (response.status === 403 && call.method !== "get" && (await this.#tokenIsStale())) {
      response = await this.#send(path, call);
    }
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? undefined : ((await response.json()) as unknown);
  }

  /** Somebody may have signed in anew in another tab, which changes the token for all of them. */
  async #tokenIsStale(): Promise<boolean> {
    const before = this.#csrf;
    const session = await this.session();
    return session.csrf !== before;
  }

  async #send(path: string, call: Call): Promise<Response> {
    const init: RequestInit = { method: call.method.toUpperCase(), headers: this.#headers(call.method) };
    if (call.signal !== undefined) init.signal = call.signal;
    if (call.keepalive !== undefined) init.keepalive = call.keepalive;
    if (call.body !== undefined) init.body = JSON.stringify(call.body);
    const url = address(path, call);
    try {
      return await this.#fetch(url, init);
    } catch (error) {
      if (call.repeatable !== true || !(error instanceof Unreachable)) throw error;
      return this.#fetch(url, init);
    }
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...init, credentials: "same-origin", cache: "no-store" });
    } catch (error) {
      throw error instanceof TypeError ? new Unreachable(error) : error;
    }
  }

  #headers(method: Method): Record<string, string> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (method !== "get") headers["Content-Type"] = "application/json";
    if (method !== "get" && this.#csrf !== null) headers[CSRF] = this.#csrf;
    return headers;
  }

  #remember(session: SessionShape): SessionShape {
    this.#csrf = session.csrf;
    return session;
  }
}

/** The page's one client. */
export const api = new Client();
