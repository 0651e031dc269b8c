import { isLonger } from './long-text.ts';
import { storableJson, storableText } from './storable.ts';

/** A lead of an import that passed every check. Absent fields are null. */
export interface ValidLead {
  readonly email: string;
  readonly name: string | null;
  readonly phone: string | null;
  readonly company: string | null;
  readonly position: string | null;
  readonly source: string | null;
  readonly status: string | null;
  /** Without repeats. */
  readonly tags: readonly string[] | null;
  /** JSON text. */
  readonly customFields: string | null;
}

const SOURCES = ['form', 'import', 'api', 'webhook', 'manual'];
const STATUSES = ['active', 'unsubscribed', 'bounced', 'complained'];
const EMAIL_LENGTH = 254;
const TAG_LENGTH = 100;
const TAGS = 1_000;
/** Printable ASCII only, so that JavaScript and PostgreSQL agree on upper and lower case. */
const ADDRESS = /^[!-?A-~]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/;
const OUTER_BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/** What makes two e-mails the same lead. */
export function emailKey(email: string): string {
  return email.replace(OUTER_BLANKS, '').toLowerCase();
}

/**
 * Checks one element of an import. Returns the lead, or the reason of the first check it fails: the
 * same texts in the same order as `fast_bulk_lead_import`.
 */
export function checkLead(input: unknown): ValidLead | string {
  if (!isRecord(input)) return 'not an object';
  const reason =
    emailFault(input['email']) ??
    textFault('name', input['name'], 200) ??
    textFault('phone', input['phone'], 50) ??
    textFault('company', input['company'], 200) ??
    textFault('position', input['position'], 200) ??
    choiceFault('source', input['source'], SOURCES) ??
    choiceFault('status', input['status'], STATUSES) ??
    tagsFault(input['tags']) ??
    customFieldsFault(input['custom_fields']);
  return reason ?? validLead(input);
}

function validLead(input: Readonly<Record<string, unknown>>): ValidLead {
  const { tags, custom_fields: customFields } = input;
  return {
    email: String(input['email']).replace(OUTER_BLANKS, ''),
    name: textOrNull(input['name']),
    phone: textOrNull(input['phone']),
    company: textOrNull(input['company']),
    position: textOrNull(input['position']),
    source: textOrNull(input['source']),
    status: textOrNull(input['status']),
    tags: Array.isArray(tags) ? [...new Set(tags.map((tag) => storableText(String(tag))))] : null,
    customFields: isAbsent(customFields) ? null : storableJson(customFields),
  };
}

function emailFault(value: unknown): string | null {
  if (isAbsent(value)) return 'email is missing';
  if (typeof value !== 'string') return 'email is not text';
  const email = value.replace(OUTER_BLANKS, '');
  if (email === '') return 'email is missing';
  if (isLonger(email, EMAIL_LENGTH)) return `email is longer than ${EMAIL_LENGTH} characters`;
  return ADDRESS.test(email) ? null : 'email is not an address';
}

function textFault(field: string, value: unknown, limit: number): string | null {
  if (isAbsent(value)) return null;
  if (typeof value !== 'string') return `${field} is not text`;
  return isLonger(value, limit) ? `${field} is longer than ${limit} characters` : null;
}

function choiceFault(field: string, value: unknown, choices: readonly string[]): string | null {
  if (isAbsent(value) || choices.some((choice) => choice === value)) return null;
  return `${field} is not one of ${choices.join(', ')}`;
}

function tagsFault(value: unknown): string | null {
  if (isAbsent(value)) return null;
  if (!Array.isArray(value) || value.some((tag) => typeof tag !== 'string'))
    return 'tags is not a list of texts';
  // Each is looked for among all of the lead's, and no cancel ends that.
  if (value.length > TAGS) return 'tags has more than 1,000';
  // An index entry has a size limit, which a longer tag would hit as an error of the whole import.
  return value.some((tag) => isLonger(tag, TAG_LENGTH))
    ? `tags has one longer than ${TAG_LENGTH} characters`
    : null;
}

function customFieldsFault(value: unknown): string | null {
  return isAbsent(value) || isRecord(value) ? null : 'custom_fields is not an object';
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? storableText(value) : null;
}
