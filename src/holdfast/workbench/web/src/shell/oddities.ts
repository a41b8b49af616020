/** A character that people misread, and where it stands in a text. */
export interface Odd {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly kind: "invisible" | "look-alike";
}

type Script = "Latin" | "Greek" | "Cyrillic" | "Armenian" | "Cherokee";

/** Scripts with letters of the same shapes. */
const SCRIPTS: readonly (readonly [Script, RegExp])[] = [
  ["Latin", /^\p{Script=Latin}/u],
  ["Greek", /^\p{Script=Greek}/u],
  ["Cyrillic", /^\p{Script=Cyrillic}/u],
  ["Armenian", /^\p{Script=Armenian}/u],
  ["Cherokee", /^\p{Script=Cherokee}/u],
];

const PLAIN = /^[\t\n\r\x20-\x7e]*$/;
const INVISIBLE =
  /^(?![\t\n\r ])(?:[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u17b4|\u17b5|\u034f|[\ufe00-\ufe0f]|[\u180b-\u180f]|[\u{e0100}-\u{e01ef}])$/u;
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\u0300-\u036f]*/gu;
const LETTER = /^\p{L}$/u;
const SHAPED = /^[\p{Lu}\p{Ll}\p{Lo}\p{Nd}]$/u;
const SYMBOL = /^(?:[\p{So}\p{Sk}]|\ufe0f)$/u;
const LETTER_OR_MARK = /^[\p{L}\p{M}]$/u;

/**
 * What people misread in a text: characters that cannot be seen, and letters that look like others.
 *
 * The rules are those of the server's `core/odd_characters.py`; a table of cases holds both together. Where a
 * home script is given, letters of the others that look alike are odd wherever they stand.
 */
export function oddities(text: string, home: Script | null = null): readonly Odd[] {
  if (PLAIN.test(text)) return [];
  const found: Odd[] = [];
  const foreign = ofOtherScripts(text, home);
  let before = " ";
  for (const { index: from, 0: char } of text.matchAll(/./gsu)) {
    const to = from + char.length;
    if (INVISIBLE.test(char)) {
      if (!isJoined(char, before, text[to])) found.push({ from, to, name: nameOf(char), kind: "invisible" });
    } else if (foreign.has(from) || isShapedAscii(char)) {
      found.push({ from, to, name: letterName(char), kind: "look-alike" });
    }
    before = char;
  }
  return found;
}

const homes = new WeakMap<readonly string[], Script | null>();

/** The one script of a vocabulary; null where there is none, or more. */
export function homeScript(vocabulary: readonly string[]): Script | null {
  const known = homes.get(vocabulary);
  if (known !== undefined) return known;
  const scripts = new Set(
    [...new Set(vocabulary.join(""))].map(scriptOf).filter((script) => script !== null),
  );
  const home = scripts.size === 1 ? ([...scripts][0] ?? null) : null;
  homes.set(vocabulary, home);
  return home;
}

/** Whether a character belongs to the symbol or the letter before it. */
function isJoined(char: string, before: string, after: string | undefined): boolean {
  if ("\u200d\ufe0e\ufe0f".includes(char) && (SYMBOL.test(before) || after === "\u20e3")) return true;
  return "\u200c\u200d".includes(char) && LETTER_OR_MARK.test(before) && scriptOf(before) === null;
}

/** Whether it is an ASCII letter or digit in another shape. */
function isShapedAscii(char: string): boolean {
  return char > "\xff" && SHAPED.test(char) && /^[\dA-Za-z]+$/.test(char.normalize("NFKC"));
}

function ofOtherScripts(text: string, home: Script | null): ReadonlySet<number> {
  const places = new Set<number>();
  for (const { index: start, 0: word } of text.matchAll(WORD)) {
    const letters = [...word.matchAll(/./gsu)].flatMap(({ index, 0: char }) => {
      const script = scriptOf(char);
      return script === null ? [] : [{ at: start + index, script }];
    });
    const main = home ?? mostOf(letters.map(({ script }) => script));
    for (const { at, script } of letters) if (script !== main) places.add(at);
  }
  return places;
}

function mostOf(scripts: readonly Script[]): Script | null {
  let [best, most]: [Script | null, number] = [null, 0];
  for (const [script] of SCRIPTS) {
    const times = scripts.filter((each) => each === script).length;
    if (times > most) [best, most] = [script, times];
  }
  return best;
}

function scriptOf(char: string): Script | null {
  if (!LETTER.test(char)) return null;
  const plain = char.normalize("NFKC");
  return SCRIPTS.find(([, letter]) => letter.test(plain))?.[0] ?? null;
}

function codeOf(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

function nameOf(char: string): string {
  const name = NAMES[char];
  return name === undefined ? codeOf(char) : `${name} (${codeOf(char)})`;
}

function letterName(char: string): string {
  const script = scriptOf(char);
  const plain = char.normalize("NFKC");
  return plain !== char
    ? `another shape of ${plain} (${codeOf(char)})`
    : `${script ?? "other"} letter (${codeOf(char)})`;
}

/** Unicode's own names of those that are met most. */
const NAMES: Readonly<Record<string, string>> = {
  "\u00a0": "NO-BREAK SPACE",
  "\u00ad": "SOFT HYPHEN",
  "\u034f": "COMBINING GRAPHEME JOINER",
  "\u061c": "ARABIC LETTER MARK",
  "\u180e": "MONGOLIAN VOWEL SEPARATOR",
  "\u2002": "EN SPACE",
  "\u2003": "EM SPACE",
  "\u2009": "THIN SPACE",
  "\u200a": "HAIR SPACE",
  "\u200b": "ZERO WIDTH SPACE",
  "\u200c": "ZERO WIDTH NON-JOINER",
  "\u200d": "ZERO WIDTH JOINER",
  "\u200e": "LEFT-TO-RIGHT MARK",
  "\u200f": "RIGHT-TO-LEFT MARK",
  "\u2028": "LINE SEPARATOR",
  "\u2029": "PARAGRAPH SEPARATOR",
  "\u202a": "LEFT-TO-RIGHT EMBEDDING",
  "\u202b": "RIGHT-TO-LEFT EMBEDDING",
  "\u202c": "POP DIRECTIONAL FORMATTING",
  "\u202d": "LEFT-TO-RIGHT OVERRIDE",
  "\u202e": "RIGHT-TO-LEFT OVERRIDE",
  "\u202f": "NARROW NO-BREAK SPACE",
  "\u2060": "WORD JOINER",
  "\u2062": "INVISIBLE TIMES",
  "\u2063": "INVISIBLE SEPARATOR",
  "\u2066": "LEFT-TO-RIGHT ISOLATE",
  "\u2067": "RIGHT-TO-LEFT ISOLATE",
  "\u2068": "FIRST STRONG ISOLATE",
  "\u2069": "POP DIRECTIONAL ISOLATE",
  "\u2800": "BRAILLE PATTERN BLANK",
  "\u3000": "IDEOGRAPHIC SPACE",
  "\u3164": "HANGUL FILLER",
  "\ufe0e": "VARIATION SELECTOR-15",
  "\ufe0f": "VARIATION SELECTOR-16",
  "\ufeff": "ZERO WIDTH NO-BREAK SPACE",
  "\uffa0": "HALFWIDTH HANGUL FILLER",
};
