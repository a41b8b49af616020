import { chooseTheme, THEMES, useTheme, type Theme } from "./theme";

const NAMES: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

/** Choose light or dark. */
export function ThemeSwitch() {
  const theme = useTheme();
  return (
    <label className="theme-switch">
      <span className="unseen">Colours</span>
      <select
        value={theme}
        onChange={({ target }) => {
          chooseTheme(THEMES.find((each) => each === target.value) ?? "system");
        }}
      >
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {NAMES[each]}
          </option>
        ))}
      </select>
    </label>
  );
}
