import type { View } from '../../bench/core/view.ts';
import type { Outcome } from '../../bench/core/view-pairs.ts';
import { escapeHtml } from '../html/markup.ts';
import { oneLine } from './clean.ts';
import { gateLines } from './gate.ts';

export type Result = 'failure' | 'error' | 'skipped';

export interface Case {
  readonly name: string;
  /** Seconds; null without a figure. */
  readonly seconds: number | null;
  /** Null for one that passed. */
  readonly result: Result | null;
  readonly type: string;
  readonly message: string;
  readonly lines: readonly string[];
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** What an outcome is to those who read JUnit. */
export const RESULTS: Readonly<Record<Outcome, Result | null>> = {
  'answers differ': 'error',
  failed: 'error',
  regressed: 'failure',
  accepted: null,
  improved: null,
  unchanged: null,
  'same work': null,
  inconclusive: 'skipped',
  'not timed': 'skipped',
  'not measured': 'skipped',
};

/** What stands around all suites. */
interface Frame {
  readonly title: string;
  /** What is measured, for the name of all suites. */
  readonly scale: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

/**
 * JUnit's format has no standard: this is what the schema of Jenkins' xUnit plugin (junit-10.xsd) allows and what GitLab
 * reads of it. GitLab shows an element's text and not its message, so both say why.
 */
export function junitXml(frame: Frame, suites: readonly Suite[]): string {
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    open('testsuites', [['name', `${frame.title} at ${frame.scale}`], ...counts(cases)]),
    ...suites.flatMap((suite) => suiteLines(frame, suite)),
    '</testsuites>\n',
  ].join('\n');
}

/** The gate's findings by name, what was accepted and why, and the files that changed, in one case; none without a gate. */
export function verdictSuite(view: Pick<View, 'gate' | 'changed'>, headline = ''): Suite[] {
  if (!view.gate) return [];
  const { verdict, exitCode } = view.gate;
  const passed: Result | null = verdict === 'passed' ? null : 'skipped';
  const result: Result | null = exitCode === 0 ? passed : 'failure';
  const one = { name: 'verdict', seconds: null, result, type: verdict, message: headline || verdict };
  return [{ name: 'gate', cases: [{ ...one, lines: gateLines(view) }] }];
}

function suiteLines(frame: Frame, { name, cases }: Suite): string[] {
  const attributes: Attribute[] = [['name', name], ...counts(cases)];
  const skipped = cases.filter(({ result }) => result === 'skipped').length;
  return [
    `  ${open('testsuite', [...attributes, ['skipped', skipped], ['timestamp', frame.startedAt.slice(0, 19)]])}`,
    ...cases.flatMap((one) => caseLines(`${frame.title}.${name}`, one)),
    '  </testsuite>',
  ];
}

/** Time is written with a point and six digits: schemas allow no exponent. */
function caseLines(classname: string, { name, seconds, result, type, message, lines }: Case): string[] {
  const time: Attribute[] = seconds === null ? [] : [['time', seconds.toFixed(6)]];
  const text = lines.map(xmlText).join('\n');
  const body =
    result === null
      ? `<system-out>${text}</system-out>`
      : `${open(result, [
          ['type', type],
          ['message', message],
        ])}${text}</${result}>`;
  return [
    `    ${open('testcase', [['classname', classname], ['name', name], ...time])}`,
    `      ${body}`,
    '    </testcase>',
  ];
}

function counts(cases: readonly Case[]): Attribute[] {
  const of = (wanted: Result) => cases.filter(({ result }) => result === wanted).length;
  return [
    ['tests', cases.length],
    ['failures', of('failure')],
    ['errors', of('error')],
  ];
}

type Attribute = readonly [name: string, value: string | number];

function open(element: string, attributes: readonly Attribute[]): string {
  return `<${[element, ...attributes.map(([name, value]) => `${name}="${xmlText(String(value))}"`)].join(' ')}>`;
}

/**
 * Text for an element or a quoted attribute, in one line. Characters that XML 1.0 (production 2, Char) forbids even as
 * references, lone surrogates among them, become `·`.
 */
function xmlText(text: string): string {
  return escapeHtml(oneLine(text));
}
