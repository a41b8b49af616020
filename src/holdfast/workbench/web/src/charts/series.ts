/** How one line is told from another: by hue and by dash, so that neither is needed alone. */
export interface SeriesStyle {
  colour: string;
  dash: string | undefined;
}

const STYLES: readonly SeriesStyle[] = [
  { colour: "var(--series-1)", dash: undefined },
  { colour: "var(--series-2)", dash: "7 3" },
  { colour: "var(--series-3)", dash: "2 3" },
  { colour: "var(--series-4)", dash: "9 3 2 3" },
  { colour: "var(--series-5)", dash: "14 4" },
  { colour: "var(--series-6)", dash: "4 2" },
];

/** As many lines as can be told apart in one chart. */
export const MOST_SERIES = STYLES.length;

export function seriesStyle(place: number): SeriesStyle {
  const style = STYLES[place % STYLES.length];
  if (style === undefined) throw new Error("there is a style for every place");
  return style;
}
