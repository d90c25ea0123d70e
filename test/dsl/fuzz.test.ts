import { expect } from 'chai';
import fc from 'fast-check';
import type { Address, ContactKey, EventId, Millis } from '../../channels/brands.ts';
import { contactKeyOf } from '../../channels/contact-key.ts';
import type { Event } from '../../channels/event.ts';
import { compileText } from '../../dsl/compile/compile.ts';
import { timersOf, type ContactState } from '../../dsl/contact.ts';
import { machinesOf } from '../../dsl/machines.ts';
import { TARGETED, type StepInput } from '../../dsl/step/contract.ts';
import { route } from '../../dsl/step/route.ts';
import { step } from '../../dsl/step/step.ts';
import { checkFile } from '../fuzz/check-file.ts';
import { mutatedFile } from '../fuzz/mutated-files.ts';
import { allShipped } from './conversations/shipped.ts';

/** Set higher for a nightly run; `npm run fuzz` tries more files still. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);

describe('the front end', () => {
  it('takes a file or tells with a place what is wrong, whatever the file holds', () => {
    fc.assert(
      fc.property(mutatedFile, (file) => {
        checkFile(file);
      }),
      { numRuns: RUNS },
    );
  });

  it('gives a machine or a diagnostic for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(compileText(text, { file: 'fuzz.yaml' })).to.have.any.keys('machine', 'diagnostics');
      }),
      { numRuns: RUNS },
    );
  });
});

const machines = machinesOf(allShipped());
const from = 'webchat:ana' as Address;
const contact: ContactKey = contactKeyOf(from);
const START = Date.parse('2026-03-02T09:00:00Z');

/** What may happen: a reply, a booking, a receipt of some message, a timer of now or of before, time passing. */
type Happening =
  | { readonly kind: 'reply'; readonly text: string; readonly providerId: string | undefined }
  | { readonly kind: 'booking'; readonly hours: number }
  | { readonly kind: 'receipt'; readonly type: string; readonly message: number; readonly permanent: boolean }
  | { readonly kind: 'timer'; readonly index: number }
  | { readonly kind: 'wait'; readonly minutes: number };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('reply' as const),
    text: fc.oneof(
      fc.constantFrom('C', 'R', 'feedback', 'pedido', 'order', '1', '5', '104233', 'stop', 'start', 'sí', 'what?'),
      fc.string(),
    ),
    providerId: fc.option(fc.constantFrom('p1', 'p2', 'p3'), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('booking' as const), hours: fc.integer({ min: -10, max: 100 }) }),
  fc.record({
    kind: fc.constant('receipt' as const),
    type: fc.constantFrom('message.sent', 'message.delivered', 'message.failed', 'message.blocked', 'message.read'),
    message: fc.nat(20),
    permanent: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('timer' as const), index: fc.nat(30) }),
  fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 3000 }) }),
);

/** Runs it all; every input after the first sees timers and messages that came before, alive or dead. */
function play(happenings: readonly Happening[]) {
  let state: ContactState | undefined;
  let now = START;
  let count = 0;
  const timers: ReturnType<typeof timersOf>[number][] = [];
  const messages: string[] = [];
  const all: unknown[] = [];
  const eventOf = (type: string, data: unknown): Event => {
    count += 1;
    return {
      specversion: '1.0',
      id: `e${count.toString()}` as EventId,
      source: '/fuzz',
      type,
      time: new Date(now).toISOString(),
      data,
    };
  };
  const inputsOf = (one: Happening): readonly StepInput[] => {
    switch (one.kind) {
      case 'reply': {
        const { text, providerId } = one;
        const data = { connector: 'webchat', from, text, ...(providerId === undefined ? {} : { providerId }) };
        return [{ kind: 'event', event: eventOf('message.received', data) }];
      }
      case 'booking': {
        const startsAt = new Date(now + one.hours * 3_600_000).toISOString();
        const event = eventOf('com.clinic.appointment.booked', {
          id: 'a',
          startsAt,
          doctor: 'Lee',
          patient: { firstName: 'Ana', contact: from },
        });
        return route(machines, event).flatMap((result) => {
          if (result.kind !== 'target') return [];
          const data = {
            definition: result.machine.name,
            machine: result.machine.hash,
            address: result.address,
            event,
          };
          return [{ kind: 'event' as const, event: eventOf(TARGETED, data) }];
        });
      }
      case 'receipt': {
        const message = messages[one.message % Math.max(1, messages.length)] ?? 'v-none/m1';
        return [
          {
            kind: 'event',
            event: eventOf(one.type, {
              message,
              connector: 'webchat',
              to: from,
              code: 'x',
              reason: 'x',
              permanent: one.permanent,
            }),
          },
        ];
      }
      case 'timer': {
        const timer = timers[one.index % Math.max(1, timers.length)];
        return timer ? [{ kind: 'timer', timer }] : [];
      }
      case 'wait':
        now += one.minutes * 60_000;
        return [];
    }
  };
  for (const one of happenings) {
    for (const input of inputsOf(one)) {
      const result = step(machines, state, input, { contact, now: now as Millis });
      if (result.emissions.length === 0 && input.kind === 'timer') expect(result.state).to.equal(state);
      state = result.state;
      all.push(JSON.parse(JSON.stringify(result)));
      for (const { type, data } of result.emissions) {
        if (type === 'conversation.failed') expect(data).to.include({ code: 'message-undeliverable' });
        if (type === 'message.requested') messages.push((data as { message: string }).message);
      }
      timers.push(...timersOf(state));
    }
  }
  expect(new Set(messages).size, 'no message is requested twice').to.equal(messages.length);
  return { all, state };
}

describe('the step, on the shipped definitions', () => {
  it('never throws, repeats itself exactly, and keeps a state that is plain JSON', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
        const first = play(happenings);
        expect(play(happenings).all).to.deep.equal(first.all);
        if (first.state) expect(JSON.parse(JSON.stringify(first.state))).to.deep.equal(first.state);
      }),
      { numRuns: RUNS },
    );
  });

  it('leaves no timer behind and no conversation that waits for nothing', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
        const { state } = play(happenings);
        for (const { wait, timers } of state?.conversations ?? []) {
          const ids = timers.map(({ id }) => id);
          if (wait.for === 'delay') expect(ids).to.deep.equal([wait.timer]);
          else if (wait.for === 'data') expect(ids).to.include(wait.timer);
          else expect(ids.filter((id) => id.startsWith('lifetime'))).to.have.length(1);
          if (wait.for === 'reply' && wait.timer !== undefined) expect(ids).to.include(wait.timer);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
