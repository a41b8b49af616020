import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { WorkbenchSettings } from "../api/schema";
import { answers, Refused } from "../testing/answers";
import { renderSignedIn } from "../testing/session";
import { fieldsOf } from "./fields";
import { SettingsPage } from "./SettingsPage";

const SETTINGS: WorkbenchSettings = {
  objective: "egregious",
  judge: "oracle",
  labels_per_item: 2,
  failures_per_round: 20,
  steps_per_round: 100,
  check_texts: 6000,
  harmless_margin: 0.02,
  recall_margin: 0.02,
  held_back_margin: 0,
  natural_margin: 0.001,
  conditions: ["all"],
  idle_seconds: 30,
};

describe("the form of the settings", () => {
  it("has a field for every setting, filled", async () => {
    answers({ "GET /api/settings": () => SETTINGS });
    renderSignedIn(<SettingsPage />);
    expect(await screen.findByLabelText(/^Egregious/)).toBeChecked();
    expect(screen.getByLabelText(/oracle/)).toBeChecked();
    expect(screen.getByLabelText("Labels per item")).toHaveValue(2);
    expect(screen.getByLabelText("Labels per item")).toHaveAttribute("max", "9");
    expect(screen.getByLabelText("Failures per round")).toHaveValue(20);
    expect(screen.getByLabelText("Training steps per round")).toHaveValue(100);
    expect(screen.getByLabelText("Idle after, in seconds")).toHaveValue(30);
    expect(
      within(screen.getByRole("group", { name: "Tool conditions" })).getAllByRole("checkbox"),
    ).toHaveLength(5);
  });

  it("saves what was changed as the server's schema has it, and then asks for the project again", async () => {
    let kept: unknown = SETTINGS;
    const asked = answers({
      "GET /api/settings": () => kept,
      "PUT /api/settings": ({ body }) => (kept = body),
    });
    const refresh = vi.fn(() => Promise.resolve());
    const user = userEvent.setup();
    renderSignedIn(<SettingsPage />, { refresh });
    const save = await screen.findByRole("button", { name: "Save" });
    expect(save).toBeDisabled();
    await user.click(screen.getByLabelText(/^People/));
    await user.click(screen.getByLabelText(/^No tools/));
    // The last one left cannot be taken out.
    await user.click(screen.getByLabelText(/^All tools/));
    await user.click(screen.getByLabelText(/^No tools/));
    await user.clear(screen.getByLabelText("Failures per round"));
    await user.type(screen.getByLabelText("Failures per round"), "5");
    await user.click(save);
    expect(await screen.findByRole("listitem")).toHaveTextContent("The settings are saved.");
    expect(asked.find(({ method }) => method === "PUT")?.body).toEqual({
      ...SETTINGS,
      judge: "people",
      conditions: ["none"],
      failures_per_round: 5,
    });
    expect(refresh).toHaveBeenCalledOnce();
    await waitFor(() => expect(screen.getByRole("button", { name: "Save" })).toBeDisabled());
  });

  it("follows what somebody else saves, and keeps what is not saved here", async () => {
    let kept = SETTINGS;
    answers({ "GET /api/settings": () => kept });
    const user = userEvent.setup();
    const { desk } = renderSignedIn(<SettingsPage />);
    const idle = await screen.findByLabelText("Idle after, in seconds");
    expect(idle).toHaveAccessibleDescription(/From 5 to 3,600\./);
    kept = { ...SETTINGS, idle_seconds: 60 };
    act(() => desk.post("settings", {}));
    await waitFor(() => expect(idle).toHaveValue(60));
    await user.click(screen.getByLabelText(/^Lowest score/));
    kept = { ...SETTINGS, idle_seconds: 90 };
    act(() => desk.post("settings", {}));
    expect(await screen.findByText(/Somebody else has changed the settings/)).toBeInTheDocument();
    expect(screen.getByLabelText(/^Lowest score/)).toBeChecked();
    await user.click(screen.getByRole("button", { name: "Undo changes" }));
    expect(idle).toHaveValue(90);
  });

  it("keeps what was changed when the server refuses it", async () => {
    answers({
      "GET /api/settings": () => SETTINGS,
      "PUT /api/settings": () => new Refused(422, "no oracle"),
    });
    const user = userEvent.setup();
    renderSignedIn(<SettingsPage />);
    await user.click(await screen.findByLabelText(/^Lowest score/));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("listitem")).toHaveTextContent("no oracle");
    expect(screen.getByLabelText(/^Lowest score/)).toBeChecked();
  });
});

describe("fieldsOf", () => {
  it("puts a setting that it has no words for last, under the schema's own title", () => {
    const properties = {
      newer: { title: "Newer", type: "number", exclusiveMinimum: 0 },
      judge: { title: "Judge", enum: ["oracle", "people"] },
    };
    expect(fieldsOf({ properties })).toEqual([
      { kind: "choice", name: "judge", title: "Judge", options: ["oracle", "people"] },
      { kind: "number", name: "newer", title: "Newer", min: 0, max: undefined, whole: false },
    ]);
  });

  it("refuses a kind of setting that it has no field for", () => {
    expect(() => fieldsOf({ properties: { odd: { type: "object" } } })).toThrow("odd");
  });
});
