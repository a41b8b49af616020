/** The server's refusal, with its reason in words for people. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  /** The whole JSON answer; a 409 holds what the server kept. */
  readonly body: unknown;

  constructor(status: number, detail: string, body: unknown) {
    super(detail);
    this.status = status;
    this.body = body;
  }

  get detail(): string {
    return this.message;
  }
}

/** The server could not be reached at all. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(cause: unknown) {
    super("The server cannot be reached. What you typed is still here.", { cause });
  }
}

/** Whether an error only says that a call was ended early. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** An error in words for people. */
export function inWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The error that an answer other than 2xx stands for. */
export async function refusal(response: Response): Promise<ApiError> {
  const body = await parsed(response);
  return new ApiError(response.status, detailOf(body) ?? `The server answered ${response.status}.`, body);
}

async function parsed(response: Response): Promise<unknown> {
  try {
    return (await response.json()) as unknown;
  } catch {
    return null;
  }
}

function detailOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null || !("detail" in body)) return null;
  const { detail } = body;
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail)) return null;
  return detail.map(problem).join("; ");
}

/** One entry of FastAPI's list of what is wrong with a request. */
function problem(entry: unknown): string {
  if (typeof entry !== "object" || entry === null || !("msg" in entry)) return "invalid request";
  const where = "loc" in entry && Array.isArray(entry.loc) ? entry.loc.slice(1).join(".") : "";
  return where === "" ? String(entry.msg) : `${where}: ${String(entry.msg)}`;
}
