import type { paths } from "./schema";

/** The types of a call, from the server's own description of its API. */

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that answer a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends PathOf<M>> = paths[P][M];

type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;

/** What a call answers; undefined where the answer has no body. */
export type Answer<M extends Method, P extends PathOf<M>> =
  Operation<M, P> extends { responses: infer R }
    ? R extends { 200: infer A }
      ? Json<A>
      : R extends { 201: infer A }
        ? Json<A>
        : undefined
    : never;

type Parameter<O, K extends "path" | "query"> = O extends { parameters: infer A }
  ? K extends keyof A
    ? NonNullable<A[K]>
    : never
  : never;

type Body<O> = O extends { requestBody: infer B } ? Json<B> : never;

type Field<K extends string, V> = [V] extends [never]
  ? unknown
  : [V] extends [undefined]
    ? unknown
    : Partial<V> extends V
      ? { [k in K]?: V }
      : { [k in K]: V };

interface Manner {
  /** Ends the call early; it then rejects with an `AbortError`. */
  signal?: AbortSignal;
  /** Lets the call outlive the page. */
  keepalive?: boolean;
  /** The call may be sent twice without harm, so that a lost connection is tried again; GET, PUT and DELETE always are. */
  repeatable?: boolean;
}

/** What a call is given. */
export type Options<M extends Method, P extends PathOf<M>> = Manner &
  Field<"path", Parameter<Operation<M, P>, "path">> &
  Field<"query", Parameter<Operation<M, P>, "query">> &
  Field<"body", Body<Operation<M, P>>>;

/** The options, which may be left out where none is needed. */
export type Given<M extends Method, P extends PathOf<M>> =
  Partial<Options<M, P>> extends Options<M, P> ? [options?: Options<M, P>] : [options: Options<M, P>];

/** A call with its types forgotten, as it is sent. */
export interface Call extends Manner {
  method: Method;
  path?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  body?: unknown;
}

/** The address of a call: `{name}` filled from `path`, and the query. */
export function address(template: string, { path = {}, query = {} }: Pick<Call, "path" | "query">): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined) throw new Error(`${template} needs ${name}`);
    return encodeURIComponent(value);
  });
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) asked.append(name, String(value));
  }
  const search = asked.toString();
  return search === "" ? filled : `${filled}?${search}`;
}
