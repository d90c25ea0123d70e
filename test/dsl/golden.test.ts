/**
 * Everything that happens in a session, line by line, against test/dsl/golden/NAME.txt. A change of behaviour shows as
 * a difference there; `GOLDEN_UPDATE=1 npx mocha test/dsl/golden.test.ts` writes them anew.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Scene } from './given-when-then.ts';
import { given } from './given-when-then.ts';
import { allShipped } from './conversations/shipped.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const TYPE = 'com.clinic.appointment.booked';
const PATIENT = { firstName: 'Ana', contact: 'webchat:ana' };
const BOOKING = { id: 'a1', startsAt: '2026-03-08T10:00:00-04:00', doctor: 'Lee', patient: PATIENT };

type Session = readonly (readonly [string, (scene: Scene) => Scene])[];

const reply = (text: string) => [`reply ${text}`, (scene: Scene) => scene.reply(text)] as const;
const advance = (duration: string) => [`advance ${duration}`, (scene: Scene) => scene.advance(duration)] as const;
const booked = [`event ${TYPE}`, (scene: Scene) => scene.external(TYPE, BOOKING)] as const;

const SESSIONS: Readonly<Record<string, Session>> = {
  'appointment-confirmed': [booked, advance('6d'), reply('sure')],
  'appointment-rebooked': [booked, advance('6d'), reply('hm'), reply('R'), advance('2h'), reply('Friday')],
  'appointment-silence': [booked, advance('8d')],
  'feedback-good': [reply('feedback'), reply('5')],
  'feedback-bad': [reply('encuesta'), reply('nueve'), reply('2'), reply('Esperar menos')],
  'order-shop-silent': [reply('order'), reply('where?'), reply('7'), advance('45m'), reply('104233')],
  'opted-out': [reply('order'), reply('STOP'), reply('order'), reply('START'), reply('order')],
};

describe('golden traces', () => {
  const machines = allShipped();
  for (const [name, session] of Object.entries(SESSIONS)) {
    it(name, () => {
      const scene = given(machines, { now: '2026-03-01T14:00:00Z' });
      const lines = session.flatMap(([title, act]) => [
        `> ${title}`,
        ...act(scene)
          .happened()
          .map((line) => `  ${line}`),
      ]);
      const trace = `${lines.join('\n')}\n`;
      const file = join(FOLDER, `${name}.txt`);
      if (process.env['GOLDEN_UPDATE'] !== undefined) {
        mkdirSync(FOLDER, { recursive: true });
        writeFileSync(file, trace);
      }
      expect(trace, `${file}: if this is meant, run it with GOLDEN_UPDATE=1`).to.equal(readFileSync(file, 'utf8'));
    });
  }
});
