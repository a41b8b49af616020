import { describe, expect, it, vi } from "vitest";

import { answers, Refused } from "../testing/answers";
import { Client } from "./client";
import { ApiError, Unreachable } from "./error";

const session = { member: null, team: false, csrf: "token", project: null };

describe("Client", () => {
  it("sends the session's token with calls that change something, and only with them", async () => {
    const asked = answers({
      "GET /api/session": () => session,
      "GET /api/drafts": () => [],
      "POST /api/rounds": () => ({}),
    });
    const client = new Client();
    await client.session();
    await client.get("/api/drafts");
    await client.post("/api/rounds");
    expect(asked.map(({ headers }) => headers.get("X-Holdfast-CSRF"))).toEqual([null, null, "token"]);
  });

  it("fills paths and queries", async () => {
    const asked = answers({ "PATCH /api/accounts/7": () => ({}), "GET /api/seeds": () => [] });
    const client = new Client();
    await client.patch("/api/accounts/{id}", { path: { id: 7 }, body: { disabled: true } });
    await client.get("/api/seeds", { query: { kind: "near_miss", count: 3 } });
    expect(asked.map(({ url }) => url)).toEqual(["/api/accounts/7", "/api/seeds?kind=near_miss&count=3"]);
    expect(asked[0]?.body).toEqual({ disabled: true });
  });

  it.each([
    ["too long", "too long"],
    [[{ loc: ["body", "name"], msg: "Field required" }], "name: Field required"],
    [{ odd: true }, "The server answered 422."],
  ])("tells a refusal in words: %j", async (detail, words) => {
    answers({ "GET /api/drafts": () => new Refused(422, detail) });
    const error = await new Client().get("/api/drafts").catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    expect((error as ApiError).message).toBe(words);
    expect((error as ApiError).status).toBe(422);
  });

  it.each([
    ["GET", 2],
    ["POST", 1],
  ])("tries a %s that found no server %i time(s)", async (method, times) => {
    const lost = vi.fn(() => Promise.reject(new TypeError("Failed to fetch")));
    vi.stubGlobal("fetch", lost);
    const client = new Client();
    const call = method === "GET" ? client.get("/api/drafts") : client.post("/api/rounds");
    await expect(call).rejects.toBeInstanceOf(Unreachable);
    expect(lost).toHaveBeenCalledTimes(times);
  });

  it("waits for a new session after a 401 and sends the call again", async () => {
    let signedIn = false;
    const asked = answers({ "POST /api/rounds": () => (signedIn ? { waiting: 3 } : new Refused(401)) });
    const client = new Client();
    client.onExpired = () => {
      signedIn = true;
      return Promise.resolve();
    };
    await expect(client.post("/api/rounds")).resolves.toEqual({ waiting: 3 });
    expect(asked).toHaveLength(2);
  });

  it.each([
    [null, 1],
    [{ id: 1, name: "mara", role: "manager" }, 0],
  ])("asks for a new session only if the one it has is gone: %j", async (member, times) => {
    answers({ "GET /api/session": () => ({ ...session, member }) });
    const client = new Client();
    const onExpired = vi.fn(() => Promise.resolve());
    client.onExpired = onExpired;
    await client.confirm();
    expect(onExpired).toHaveBeenCalledTimes(times);
  });

  it("takes up the token of a session that began in another tab", async () => {
    let csrf = "old";
    const asked = answers({
      "GET /api/session": () => ({ ...session, csrf }),
      "POST /api/rounds": ({ headers }) =>
        headers.get("X-Holdfast-CSRF") === csrf ? { waiting: 0 } : new Refused(403),
    });
    const client = new Client();
    await client.session();
    csrf = "new";
    await expect(client.post("/api/rounds")).resolves.toEqual({ waiting: 0 });
    expect(asked.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "POST"]);
  });

  it("does not try again what one may not do", async () => {
    const asked = answers({
      "GET /api/session": () => session,
      "POST /api/rounds": () => new Refused(403, "managers only"),
    });
    const client = new Client();
    await client.session();
    await expect(client.post("/api/rounds")).rejects.toThrow("managers only");
    expect(asked).toHaveLength(3);
  });

  it("ends a call by its signal", async () => {
    answers({ "GET /api/drafts": () => [] });
    const call = new Client().get("/api/drafts", { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});
