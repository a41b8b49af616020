import { vi } from "vitest";

/** A request as a test sees it. */
export interface Asked {
  method: string;
  url: string;
  headers: Headers;
  body: unknown;
}

/** A body, a `Refused`, or undefined for an empty answer. */
export type Answering = (asked: Asked) => unknown;

export class Refused {
  readonly status: number;
  readonly detail: unknown;

  constructor(status: number, detail: unknown = "no") {
    this.status = status;
    this.detail = detail;
  }
}

/** Replace `fetch` by a table of `METHOD path` → answer, and return what was asked. */
export function answers(table: Readonly<Record<string, Answering>>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    init.signal?.throwIfAborted();
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    const request = { method: init.method ?? "GET", url, headers: new Headers(init.headers), body };
    asked.push(request);
    const answer = table[`${request.method} ${url.split("?")[0] ?? url}`];
    if (answer === undefined) throw new Error(`the test answers no ${request.method} ${url}`);
    return response(await answer(request));
  });
  return asked;
}

function response(answer: unknown): Response {
  if (answer instanceof Refused) return Response.json({ detail: answer.detail }, { status: answer.status });
  if (answer === undefined) return new Response(null, { status: 204 });
  return Response.json(answer);
}
