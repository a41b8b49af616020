import { screen } from "@testing-library/react";
import { expect, it } from "vitest";

import { renderSignedIn } from "../testing/session";
import { GuidelinePage } from "./GuidelinePage";

it("shows the task's guideline by paragraph, its phenomena and its limits", () => {
  const { container } = renderSignedIn(<GuidelinePage />);
  const paragraphs = [...container.querySelectorAll("article p")].map(({ textContent }) => textContent);
  expect(paragraphs).toEqual([
    "Does it hurt?",
    "Say so.",
    "A prompt may have up to 48 words, a completion up to 24 words.",
  ]);
  expect(screen.getByText("near miss")).toBeInTheDocument();
  expect(screen.getByRole("heading", { level: 1, name: "Guideline" })).toHaveFocus();
});
