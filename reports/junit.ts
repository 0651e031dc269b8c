import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { everyPair, type NamedPair, type Outcome, type PairView } from '../bench/core/view-pairs.ts';
import { escapeHtml } from './html/markup.ts';
import { oneLine } from './text/clean.ts';
import { gateLines } from './text/gate.ts';
import { pairLines, verdictLine } from './text/pair.ts';

/**
 * JUnit's format has no standard: this is what the schema of Jenkins' xUnit plugin (junit-10.xsd) allows and what GitLab
 * reads of it. GitLab shows an element's text and not its message, so both say why.
 */
export default defineReport({
  title: 'JUnit XML, for the test reports of Jenkins and GitLab',
  extension: '.xml',
  render(view) {
    const suites = [
      ...runSuite(view),
      ...gateSuite(view),
      ...view.scenarios.map((scenario) => scenarioSuite(view, scenario.name)),
    ];
    const cases = suites.flatMap((suite) => suite.cases);
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      open('testsuites', [['name', `${view.title} at ${view.scale}`], ...counts(cases)]),
      ...suites.flatMap((suite) => suiteLines(view, suite)),
      '</testsuites>\n',
    ].join('\n');
  },
});

type Result = 'failure' | 'error' | 'skipped';

interface Case {
  readonly name: string;
  /** Seconds; null without a figure. */
  readonly seconds: number | null;
  /** Null for one that passed. */
  readonly result: Result | null;
  readonly type: string;
  readonly message: string;
  readonly lines: readonly string[];
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

const RESULTS: Readonly<Record<Outcome, Result | null>> = {
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

/** A run that did not end must not look like one that passed. */
function runSuite({ status, headline }: View): Suite[] {
  if (status === 'complete') return [];
  const message = headline[0] ?? status;
  const whole = { name: 'complete', seconds: null, result: 'error' as const };
  return [{ name: 'run', cases: [{ ...whole, type: status, message, lines: [message] }] }];
}

/** The findings by name, what was accepted and why, and the files that changed, in one case. */
function gateSuite(view: View): Suite[] {
  if (!view.gate) return [];
  const { verdict, exitCode } = view.gate;
  const passed = verdict === 'passed' ? null : 'skipped';
  const one = {
    name: 'verdict',
    seconds: null,
    result: exitCode === 0 ? passed : 'failure',
    type: verdict,
  } as const;
  return [
    { name: 'gate', cases: [{ ...one, message: view.headline[0] ?? verdict, lines: gateLines(view) }] },
  ];
}

function scenarioSuite({ scenarios }: View, name: string): Suite {
  return { name, cases: everyPair(scenarios.filter((scenario) => scenario.name === name)).map(caseOf) };
}

function caseOf({ variant, pair }: NamedPair): Case {
  return {
    name: [variant.label, pair.title].filter((part) => part !== '').join(', '),
    seconds: secondsOf(pair),
    result: RESULTS[pair.outcome],
    type: pair.outcome,
    message: verdictLine(pair),
    lines: pairLines(pair),
  };
}

function secondsOf({ after }: PairView): number | null {
  return after.ms === null ? null : after.ms / 1000;
}

function suiteLines(view: View, { name, cases }: Suite): string[] {
  const attributes: Attribute[] = [['name', name], ...counts(cases)];
  const skipped = cases.filter(({ result }) => result === 'skipped').length;
  return [
    `  ${open('testsuite', [...attributes, ['skipped', skipped], ['timestamp', view.startedAt.slice(0, 19)]])}`,
    ...cases.flatMap((one) => caseLines(`${view.title}.${name}`, one)),
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
