import { type Markup, trusted } from './markup.ts';

interface Colour {
  readonly light: string;
  readonly dark: string;
}

/**
 * Blue and vermillion stay apart for all common colour deficiencies (Okabe & Ito 2008). Text colours
 * keep 4.5:1 on `paper`, `card` and `band`; marks keep 3:1.
 */
export const PALETTE = {
  paper: { light: '#faf9f6', dark: '#12161b' },
  card: { light: '#ffffff', dark: '#191f26' },
  band: { light: '#f2f0ea', dark: '#20272f' },
  rule: { light: '#dcd8ce', dark: '#343d47' },
  ink: { light: '#16202b', dark: '#eceff2' },
  soft: { light: '#4a5662', dark: '#b3bec9' },
  faint: { light: '#626d77', dark: '#94a0ac' },
  accent: { light: '#0b5c94', dark: '#7cc0f0' },
  faster: { light: '#0b5c94', dark: '#7cc0f0' },
  slower: { light: '#a83f00', dark: '#ffa366' },
  wrong: { light: '#9c1f4f', dark: '#ff8fb5' },
  table: { light: '#0b5c94', dark: '#4a97cc' },
  index: { light: '#d9a441', dark: '#e0b25a' },
  view: { light: '#3f8f6e', dark: '#5db892' },
  step0: { light: '#8a8f94', dark: '#a3a9af' },
  step1: { light: '#6d97b5', dark: '#6d93ad' },
  step2: { light: '#4a86b0', dark: '#5f9cc4' },
  step3: { light: '#2270a6', dark: '#6fb3e0' },
  step4: { light: '#0a4a7a', dark: '#9fd4fa' },
} as const satisfies Record<string, Colour>;

export type Paint = keyof typeof PALETTE;

const STEPS = ['step0', 'step1', 'step2', 'step3', 'step4'] as const;

/** The colour of state `i` of `n`: grey for the base, then deeper blue. */
export function stepPaint(i: number, n: number): Paint {
  const place = n < 2 ? 0 : Math.round((i / (n - 1)) * (STEPS.length - 1));
  return STEPS[i > 0 ? Math.max(1, place) : 0] ?? 'step4';
}

/**
 * Attributes that paint an SVG element: the light colour as an attribute, so that it shows without
 * CSS, and a class by which the style sheet follows the theme.
 */
export function paint(colours: { readonly fill?: Paint | 'none'; readonly stroke?: Paint }): Markup {
  const { fill, stroke } = colours;
  const classes = [fill && fill !== 'none' ? `f-${fill}` : '', stroke ? `k-${stroke}` : ''].filter(Boolean);
  const fillText = fill ? ` fill="${fill === 'none' ? 'none' : PALETTE[fill].light}"` : '';
  const strokeText = stroke ? ` stroke="${PALETTE[stroke].light}"` : '';
  const classText = classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
  return trusted(`${classText}${fillText}${strokeText}`);
}

/** The custom properties of one theme. */
export function themeVariables(theme: keyof Colour): string {
  return Object.entries(PALETTE)
    .map(([name, colour]) => `--${name}:${colour[theme]}`)
    .join(';');
}

/** One rule per colour for fill and stroke. */
export function paintRules(): string {
  return Object.keys(PALETTE)
    .map((name) => `.f-${name}{fill:var(--${name})}.k-${name}{stroke:var(--${name})}`)
    .join('');
}
