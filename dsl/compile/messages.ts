/** Messages: texts, what goes with them, and what they are called. */
import { nearest } from '../diagnostics/did-you-mean.ts';
import type { Parts, Text, Value } from '../machine/expressions.ts';
import type { Media, Message, MessageOnConnector, Template } from '../machine/message.ts';
import type { Key } from '../parse/tree.ts';
import type { SourceMessage, SourceMessageDetail } from '../schema/source.ts';
import { inUnit, reportAmbiguous, type Compilation } from './compilation.ts';
import { compileParts, compileText } from './texts.ts';
import { compileValue } from './values.ts';

/** Connectors for which a message may say something else. */
const CONNECTORS = ['sms', 'email', 'webchat'] as const;

/** `say: "…"`, `say: { text: …, media: … }` or `say: { use: NAME }`. */
export function compileMessage(c: Compilation, container: object, key: Key): Message {
  const message = (container as Readonly<Record<Key, SourceMessage>>)[key];
  if (typeof message !== 'object') return { text: compileText(c, container, key) };
  const own = compileDetail(c, message);
  if (message.use !== undefined) {
    if (message.text !== undefined)
      c.report.add('keys-exclusive', c.tree.keyRange(message, 'text'), '"text" can not stand beside "use"');
    const shared = compileUse(c, message, message.use);
    return { ...shared, ...own, ...(shared.on && own.on ? { on: { ...shared.on, ...own.on } } : {}) };
  }
  if (message.text === undefined)
    c.report.add('missing-key', c.tree.keyRange(container, key), 'this message needs "text" or "use"');
  return { text: compileText(c, message, 'text'), ...own };
}

function compileUse(c: Compilation, message: SourceMessageDetail, name: string): Message {
  const range = c.tree.valueRange(message, 'use');
  const owner = c.units.owner(c.unit, 'texts', name);
  if (owner === 'ambiguous') {
    reportAmbiguous(c, range, name);
    return { text: {} };
  }
  const texts = owner === 'unknown' ? {} : (owner.source.texts ?? {});
  const shared = texts[name];
  if (owner === 'unknown' || shared === undefined) {
    const names = c.units.names(c.unit, 'texts');
    c.report.add('text-unknown', range, `there is no text "${name}"`, {
      expected: names.length === 0 ? 'a name among "texts"; there is none' : `one of ${names.join(', ')}`,
      suggestion: nearest(name, names),
    });
    return { text: {} };
  }
  if (typeof shared === 'object' && shared.use !== undefined) {
    const { report, tree } = owner;
    report.add('keys-exclusive', tree.keyRange(shared, 'use'), 'an entry of "texts" can not use another one');
    return { text: {} };
  }
  owner.usedTexts.add(name);
  return compileMessage(inUnit(c, owner), texts, name);
}

/** Entries of `texts` that nothing uses are checked as well, as if the conversation itself said them. */
export function compileUnusedTexts(c: Compilation): readonly string[] {
  const { texts = {} } = c.source;
  const unused = Object.keys(texts).filter((name) => !c.usedTexts.has(name));
  for (const name of unused) compileMessage(c, texts, name);
  return unused;
}

function compileDetail(c: Compilation, message: SourceMessageDetail): Omit<Message, 'text'> {
  const { media, template } = message;
  const on: Record<string, MessageOnConnector> = {};
  for (const connector of CONNECTORS) {
    const override = message[connector];
    if (override) on[connector] = compileTexts(c, override);
  }
  return {
    ...(media ? { media: media.map((medium) => compileMedium(c, medium)) } : {}),
    ...(template ? { template: compileTemplate(c, template) } : {}),
    ...(Object.keys(on).length > 0 ? { on } : {}),
  };
}

function compileTexts(c: Compilation, override: object): MessageOnConnector {
  const texts: Record<string, Text> = {};
  for (const key of ['text', 'subject', 'html']) if (key in override) texts[key] = compileText(c, override, key);
  return texts;
}

function compileMedium(c: Compilation, medium: NonNullable<SourceMessageDetail['media']>[number]): Media {
  const url = compileParts(c, 'flow', medium, 'url', medium.url);
  reportOpenHost(c, medium, url);
  return { url, ...(medium.alt === undefined ? {} : { alt: compileText(c, medium, 'alt') }) };
}

/** The whole address may come from data; a part of it must not be the host's. */
function reportOpenHost(c: Compilation, medium: object, [first, ...more]: Parts): void {
  const isOpen = more.length > 0 && !(typeof first === 'string' && /^https?:\/\/[^/?#]+[/?#]/.test(first));
  if (!isOpen) return;
  c.report.add('source-host-open', c.tree.valueRange(medium, 'url'), 'the host of this address is not written out', {
    expected: 'https://HOST/… with expressions after it, or one expression that gives the whole address',
  });
}

function compileTemplate(c: Compilation, template: NonNullable<SourceMessageDetail['template']>): Template {
  const values: Record<string, Value> = {};
  const given = template.with ?? {};
  for (const name of Object.keys(given)) values[name] = compileValue(c, 'flow', given, name);
  return { name: template.name, with: values };
}
