import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { AccountShape } from "../api/schema";
import { answers, Refused } from "../testing/answers";
import { MANAGER, renderSignedIn, WRITER } from "../testing/session";
import { AccountsPage } from "./AccountsPage";
import { OwnPasswordDialog } from "./OwnPasswordDialog";

const created = "2026-11-20T10:00:00+00:00";
const ACCOUNTS: readonly AccountShape[] = [
  { ...MANAGER, disabled: false, created },
  { ...WRITER, disabled: false, created },
];

describe("OwnPasswordDialog", () => {
  it("asks for the old password, says what is wrong with it, and changes it", async () => {
    let tries = 0;
    const asked = answers({
      "POST /api/session/password": () =>
        tries++ === 0 ? new Refused(422, "the old password is wrong") : undefined,
    });
    const closed = vi.fn();
    const user = userEvent.setup();
    renderSignedIn(<OwnPasswordDialog name="will" onClose={closed} />);
    await user.type(screen.getByLabelText("Old password"), "old one");
    await user.type(screen.getByLabelText("New password"), "a long enough one");
    await user.click(screen.getByRole("button", { name: "Change password" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("the old password is wrong");
    expect(closed).not.toHaveBeenCalled();
    await user.click(screen.getByRole("button", { name: "Change password" }));
    expect(await screen.findByRole("listitem")).toHaveTextContent("Your other browsers are signed out.");
    expect(asked.at(-1)?.body).toEqual({ old: "old one", new: "a long enough one" });
    expect(closed).toHaveBeenCalledOnce();
  });
});

describe("AccountsPage", () => {
  it("changes a role, disables, and sets a password, but not one's own role", async () => {
    const asked = answers({
      "GET /api/accounts": () => ACCOUNTS,
      "PATCH /api/accounts/2": () => ACCOUNTS[1],
    });
    const user = userEvent.setup();
    renderSignedIn(<AccountsPage />);
    expect(await screen.findByLabelText("Role of mara")).toBeDisabled();
    expect(screen.queryByRole("button", { name: "Disable mara" })).toBeNull();
    await user.selectOptions(screen.getByLabelText("Role of will"), "reviewer");
    await user.click(screen.getByRole("button", { name: "Disable will" }));
    await user.click(screen.getByRole("button", { name: "New password for will" }));
    const dialog = await screen.findByRole("dialog", { name: "New password for will" });
    const field = dialog.querySelector("input");
    if (field === null) throw new Error("the dialog has no field");
    await user.type(field, "long enough");
    await user.click(screen.getByRole("button", { name: "Set password" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    const changes = asked.filter(({ method }) => method === "PATCH").map(({ body }) => body);
    expect(changes).toEqual([{ role: "reviewer" }, { disabled: true }, { password: "long enough" }]);
  });

  it("adds an account, and keeps the form where the server refuses", async () => {
    let taken = true;
    const asked = answers({
      "GET /api/accounts": () => ACCOUNTS,
      "POST /api/accounts": () => (taken ? new Refused(422, "there is a will already") : ACCOUNTS[1]),
    });
    const user = userEvent.setup();
    renderSignedIn(<AccountsPage />);
    await screen.findByLabelText("Role of mara");
    await user.type(screen.getByLabelText("Name"), "wilma");
    await user.selectOptions(screen.getByLabelText("Role"), "reviewer");
    await user.type(screen.getByLabelText("Password"), "long enough");
    await user.click(screen.getByRole("button", { name: "Add account" }));
    expect(await screen.findByText("there is a will already", { selector: "span" })).toBeInTheDocument();
    expect(screen.getByLabelText("Name")).toHaveValue("wilma");
    taken = false;
    await user.click(screen.getByRole("button", { name: "Add account" }));
    expect(await screen.findByText("wilma can sign in now.", { selector: "span" })).toBeInTheDocument();
    expect(screen.getByLabelText("Name")).toHaveValue("");
    expect(asked.filter(({ method }) => method === "POST").at(-1)?.body).toEqual({
      name: "wilma",
      role: "reviewer",
      password: "long enough",
    });
  });

  it("says how a single user comes to have a team", () => {
    answers({});
    renderSignedIn(<AccountsPage />, { team: false });
    expect(screen.getByText("holdfast serve --team")).toBeInTheDocument();
  });
});
