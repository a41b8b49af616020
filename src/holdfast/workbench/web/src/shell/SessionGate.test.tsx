import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";

import { api } from "../api/client";
import { answers, Refused } from "../testing/answers";
import { MANAGER, PROJECT, WRITER } from "../testing/session";
import { SessionGate } from "./SessionGate";

const nobody = { member: null, team: true, csrf: null, project: null };
const somebody = { member: WRITER, team: true, csrf: "token", project: PROJECT };

async function signIn(name: string, password: string): Promise<void> {
  const user = userEvent.setup();
  const field = screen.getByLabelText("Name");
  await user.clear(field);
  await user.type(field, name);
  await user.type(screen.getByLabelText("Password"), password);
  await user.click(screen.getByRole("button", { name: "Sign in" }));
}

describe("SessionGate", () => {
  it("asks a team's member to sign in, and says why it was refused", async () => {
    let tries = 0;
    answers({
      "GET /api/session": () => nobody,
      "POST /api/session": () =>
        tries++ === 0 ? new Refused(401, "name and password do not fit") : somebody,
    });
    render(<SessionGate>inside</SessionGate>);
    await screen.findByLabelText("Name");
    await signIn("will", "wrong");
    expect(await screen.findByRole("alert")).toHaveTextContent("name and password do not fit");
    expect(screen.getByLabelText("Password")).toHaveValue("");
    await signIn("will", "right");
    expect(await screen.findByText("inside")).toBeInTheDocument();
  });

  it("tells a single user without a token where it is", async () => {
    answers({ "GET /api/session": () => ({ ...nobody, team: false }) });
    render(<SessionGate>inside</SessionGate>);
    expect(await screen.findByText(/holdfast serve/)).toBeInTheDocument();
    expect(screen.queryByLabelText("Name")).toBeNull();
  });

  it("keeps the page under a dialog when the session ends, and then sends what was refused", async () => {
    let expired = false;
    const asked = answers({
      "GET /api/session": () => somebody,
      "POST /api/session": () => {
        expired = false;
        return { ...somebody, csrf: "newer" };
      },
      "PUT /api/settings": ({ body }) => (expired ? new Refused(401) : body),
    });
    const user = userEvent.setup();
    render(
      <SessionGate>
        <textarea aria-label="Text" />
      </SessionGate>,
    );
    await user.type(await screen.findByLabelText("Text"), "what I typed");
    expired = true;
    const body = { labels_per_item: 3 };
    let saved: unknown;
    await act(async () => {
      void api.put("/api/settings", { body: body as never }).then((answer) => (saved = answer));
      await Promise.resolve();
    });
    expect(await screen.findByRole("dialog", { name: "Your session has ended" })).toBeInTheDocument();
    expect(screen.getByLabelText("Name")).toHaveValue(WRITER.name);
    await signIn(WRITER.name, "right");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByLabelText("Text")).toHaveValue("what I typed");
    expect(saved).toEqual(body);
    expect(asked.at(-1)?.headers.get("X-Holdfast-CSRF")).toBe("newer");
  });

  it("drops what was refused if somebody else signs in", async () => {
    answers({
      "GET /api/session": () => somebody,
      "POST /api/session": () => ({ ...somebody, member: MANAGER }),
      "POST /api/rounds": () => new Refused(401),
    });
    render(<SessionGate>inside</SessionGate>);
    await screen.findByText("inside");
    const call = api.post("/api/rounds");
    const dropped = expect(call).rejects.toThrow("somebody else");
    await screen.findByRole("dialog");
    await signIn("mara", "right");
    await dropped;
  });

  it("says that the server does not answer, and tries again", async () => {
    let up = false;
    answers({
      "GET /api/session": () => {
        if (!up) throw new TypeError("Failed to fetch");
        return somebody;
      },
    });
    render(<SessionGate>inside</SessionGate>);
    expect(await screen.findByRole("alert")).toHaveTextContent("cannot be reached");
    up = true;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("inside")).toBeInTheDocument();
  });
});
